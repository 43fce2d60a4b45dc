"""The page that watches, in a real browser: its key stays there, and answers the host and nobody else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import Page, expect

from audit.canonical import b64, unb64
from audit.keys import PublicKey
from audit.watch import Call
from tests.web import samples as s
from tests.web.stand_in import Broker, Line
from web import views as v
from web import views_session as vs

TAKE = v.Act(
    "Prendo in carico la supervisione", post="/prendo", kind="act", sign=True, page_key="Non si può qui."
)
CHECK_IN = "ab" * 32
NOBODY = replace(
    s.LIVE, state="waiting", socket="", presence=vs.Presence(watching=False, text="Nessuno guarda", take=TAKE)
)


def taken(stand_in: Broker) -> str:
    """The page makes its key and is sent on to the signing site: the public half."""
    stand_in.answers["/prendo"] = {"go": "http://localhost:8700/arrivo"}
    stand_in.arrive()
    page = stand_in.show("live.html", NOBODY, s.LETTER)
    page.get_by_role("button", name="Prendo in carico la supervisione").click()
    page.wait_for_url("**/arrivo")
    [key] = parse_qs(stand_in.posts[-1][1])["page_key"]
    return key


def watching(stand_in: Broker, line: Line, key: str) -> Page:
    presence = vs.Presence(watching=True, text="Lei sta guardando", again=TAKE)
    stand_in.page.route_web_socket("**/vista*", line.opened)
    view = replace(s.LIVE, presence=presence, page_key=key, check_in=CHECK_IN)
    page = stand_in.show("live.html", view, s.LETTER)
    stand_in.wait_for(lambda: bool(line.sockets), "a socket")
    return page


def call(n: int, check_in: str = CHECK_IN) -> dict[str, Any]:
    return {"call": {"check_in": check_in, "n": n, "nonce": b64(bytes([n]) * 32)}}


def test_the_key_made_here_answers_calls_for_this_check_in_alone(stand_in: Broker) -> None:
    key = taken(stand_in)
    line = Line()
    page = watching(stand_in, line, key)
    line.send(call(1, "cd" * 32))  # of another page's check-in: to answer it wrongly would use it up
    line.send(call(2))
    stand_in.wait_for(lambda: bool(line.heard), "an answer")
    [answer] = [json.loads(said) for said in line.heard]
    assert answer["n"] == 2
    asked = Call(bytes.fromhex(CHECK_IN), 2, bytes([2]) * 32)
    PublicKey.parse(key).check(unb64(answer["signature"]), asked.message)
    expect(page.locator("#senza-chiave")).to_be_hidden()
    assert stand_in.complaints == []


def test_the_private_half_cannot_be_taken_out(stand_in: Broker) -> None:
    key = taken(stand_in)
    page = watching(stand_in, Line(), key)
    held = page.evaluate(
        """async (name) => {
          const { pageKey } = await import("/static/js/watch-key.js");
          const found = await pageKey(name);
          const out = await crypto.subtle.exportKey("pkcs8", found).catch((wrong) => wrong.name);
          return [found.extractable, found.usages.join(), String(out)];
        }""",
        key,
    )
    assert held == [False, "sign", "InvalidAccessError"]


def test_a_browser_without_the_key_says_so_and_answers_nothing(stand_in: Broker) -> None:
    line = Line()
    page = watching(stand_in, line, "A" * 43)
    expect(page.locator("#senza-chiave")).to_be_visible()
    expect(page.get_by_role("button", name="Prendo in carico la supervisione")).to_be_visible()
    line.send(call(1))
    line.send({"declined": "not_recognised", "it": "La macchina non la riconosce.", "en": "Not recognised."})
    expect(page.locator("#fermo")).to_have_text("La macchina non la riconosce.")
    assert line.heard == []


def test_a_browser_that_can_make_no_key_says_so(stand_in: Broker) -> None:
    stand_in.page.add_init_script("crypto.subtle.generateKey = () => Promise.reject(new Error('no Ed25519'))")
    page = stand_in.show("live.html", NOBODY, s.LETTER)
    page.get_by_role("button", name="Prendo in carico la supervisione").click()
    expect(page.locator(".presence [role=status]")).to_have_text("Non si può qui.")
    assert stand_in.posts == []
