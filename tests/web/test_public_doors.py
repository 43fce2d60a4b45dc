"""Whoever knocks without a log-in, with words that nobody expects: an answer, and never a fault of ours."""

from __future__ import annotations

import json
import random

import httpx
from fastapi import FastAPI

from tests import hostile
from tests.bent import TRIES, bent
from tests.stories.telling import Story
from tests.web.test_matrix import TABLE, Row, filled

DOORS = [
    name for name, row in TABLE.items() if not isinstance(row, Row) and name.startswith(("GET ", "POST "))
]
GOOD = [
    json.dumps({"secret": "x", "name": "n", "email": "a@b.it", "house": "h", "state": "s", "code": "1"}).encode(),
    json.dumps({"email": "a@b.it", "password": hostile.MARKUP[0], "state": "x", "answer": {"id": "x"}}).encode(),
    b"email=a%40b.it&password=x&code=000000&next=%2F", b"{", b"[[[[", b"\xff\xfe", b"null", b"1e999",
    b'{"tenant":"t-1","host":"h-1","code":"AAAA","identity":"x","witness":"y","note":"z"}',
]  # fmt: skip
KINDS = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/csv",
    "",
)
PIECES = (
    "nope",
    "..",
    "%2e%2e",
    "%00",
    "%0d%0aX: y",
    "\u202e",
    "a" * 3000,
    ";",
    "//altrove.example",
    *hostile.MARKUP,
)


async def test_bent_words_at_open_doors_are_no_fault_of_ours(
    site: FastAPI, story: Story, rounds: int, dice: random.Random
) -> None:
    assert len(DOORS) > 20
    transport = httpx.ASGITransport(site)  # a fault of ours is raised here
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8700") as client:
        for _ in range(TRIES * rounds):
            method, _, path = dice.choice(DOORS).partition(" ")
            if path == "/api/events":
                continue  # a stream, for whoever is logged in
            things = {
                name: dice.choice(PIECES) for name in ("token", "request", "rest:path", "session", "host")
            }
            kind = dice.choice(KINDS)
            headers = {"origin": dice.choice(("http://localhost:8700", "https://altrove.example", "null"))}
            answer = await client.request(
                method, filled(path, things), content=bent(dice, GOOD) if method == "POST" else None,
                headers=headers | ({"content-type": kind} if kind else {}),
            )  # fmt: skip
            assert answer.status_code < 500, (method, path, answer.text[:300])
            assert f"<script>{hostile.HIT}" not in answer.text
            assert "altrove.example" not in answer.headers.get("location", "")
