"""One call of the documented API, from a terminal: standard library only, no redirect followed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

COOKIES = {"https": "__Host-verbale_session", "http": "verbale_session"}  # of a login, by scheme
TIMEOUT_S = 600.0
PIECE_BYTES = 256 * 1024
MAX_ANSWER_BYTES = 512 * 1024 * 1024
UNREACHED = "Il broker {origin} non risponde: {why}. Controlli l’indirizzo, o chieda a chi lo amministra."
NOT_OURS = "{origin} non risponde come un broker di Verbale. Controlli l’indirizzo."
ELSEWHERE = "Il broker ha un altro indirizzo: scriva quello che mostra il browser."
PLAIN = "Senza TLS solo verso questa macchina: scriva https://…"
ADDRESS = "{text} non è l’indirizzo di un broker, come https://verbale.example."
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Unanswered(Exception):
    """No answer that could be read; its text is the sentence to print."""


class NotThere(Unanswered):
    """The broker knows of no such thing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`name` is what the broker calls a file, `cookie` the login it gives, where it gives one."""

    status: int
    data: bytes
    kind: str = "application/json"
    name: str = ""
    cookie: str = ""

    def value(self) -> Any:
        """The JSON value; None where there is no body."""
        if not self.data:
            return None
        try:
            return json.loads(self.data)
        except ValueError as wrong:
            raise Unanswered(NOT_OURS.format(origin="L’indirizzo")) from wrong


Call = Callable[[str, str, Any], Answer]
"""Method, path with its query, and a JSON body or None."""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """A broker answers at the address it has; the login is carried nowhere else."""


def read_origin(text: str) -> str:
    """`Unanswered` where it is none."""
    try:
        url = urlsplit(text.rstrip("/"))
        url.port  # noqa: B018 - reading it judges it
    except ValueError as wrong:
        raise Unanswered(ADDRESS.format(text=text)) from wrong
    if url.scheme not in ("http", "https") or not url.hostname or url.path or url.query or url.username:
        raise Unanswered(ADDRESS.format(text=text))
    if url.scheme == "http" and url.hostname not in _HERE:
        raise Unanswered(PLAIN)
    return f"{url.scheme}://{url.netloc}"


def caller(origin: str, login: str = "") -> Call:
    """To the broker at `origin`, as whoever has this login."""
    opener = build_opener(_NoRedirect())

    def call(method: str, path: str, body: Any = None) -> Answer:
        headers = {"Accept": "application/json", "Origin": origin}
        if login:
            headers["Cookie"] = f"{COOKIES[urlsplit(origin).scheme]}={login}"
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        # The scheme is http or https: `read_origin` saw to it.
        asked = Request(f"{origin}{path}", data=data, headers=headers, method=method)  # noqa: S310
        try:
            with opener.open(asked, timeout=TIMEOUT_S) as found:
                return _answer(found.status, found.headers, found.read(MAX_ANSWER_BYTES))
        except HTTPError as no:
            with no:
                return _answer(no.code, no.headers, no.read(MAX_ANSWER_BYTES))
        except (URLError, HTTPException, OSError) as wrong:
            why = getattr(wrong, "reason", None) or wrong
            raise Unanswered(UNREACHED.format(origin=origin, why=why)) from wrong

    return call


def fetch(origin: str, login: str, path: str, out: Path, told: Callable[[int, int | None], None]) -> None:
    """A file, as it comes, to `out`; `told` hears how many bytes are there, and of how many where that is known."""
    headers = {
        "Accept": "application/json, */*",
        "Origin": origin,
        "Cookie": f"{COOKIES[urlsplit(origin).scheme]}={login}",
    }
    # The scheme is http or https: `read_origin` saw to it.
    asked = Request(f"{origin}{path}", headers=headers)  # noqa: S310
    try:
        with build_opener(_NoRedirect()).open(asked, timeout=TIMEOUT_S) as found, out.open("wb") as file:
            length = found.headers.get("Content-Length", "")
            total, done = int(length) if length.isdigit() else None, 0
            while piece := found.read(PIECE_BYTES):
                file.write(piece)
                done += len(piece)
                told(done, total)
    except HTTPError as no:
        with no:
            kind = NotThere if no.code == HTTPStatus.NOT_FOUND else Unanswered
            raise kind(said(_answer(no.code, no.headers, no.read(MAX_ANSWER_BYTES)))) from no
    except (URLError, HTTPException) as wrong:
        raise Unanswered(UNREACHED.format(origin=origin, why=getattr(wrong, "reason", wrong))) from wrong


def _answer(status: int, headers: Message[str, str], data: bytes) -> Answer:
    named = re.search(r'filename="([A-Za-z0-9._-]{1,120})"', headers.get("Content-Disposition", ""))
    cookies = SimpleCookie(headers.get("Set-Cookie", ""))
    return Answer(
        status,
        data,
        headers.get("Content-Type", "").partition(";")[0],
        "" if named is None else named[1],
        next((cookies[name].value for name in COOKIES.values() if name in cookies), ""),
    )


def said(answer: Answer) -> str:
    """A refusal's sentence, with the fields that a form's refusal names."""
    try:
        found = answer.value()
    except Unanswered:
        found = None
    if 300 <= answer.status < 400:
        return ELSEWHERE
    if not isinstance(found, dict) or not isinstance(found.get("it"), str):
        return f"Il broker ha risposto {answer.status}. Riprovi; se continua, lo dica a chi lo amministra."
    return str(found["it"])
