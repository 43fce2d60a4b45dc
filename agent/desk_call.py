"""What the commands and windows at the desk say to the running agent: interrupt, allow, deny, status and more."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.desk_words import said
from agent.language import Language
from agent.system.here import door
from agent.system.interface import NobodyListens, NotHeard

ANSWER_LIMIT_S = 8.0  # an interrupt is answered when everything is dead
AGAIN_S = 0.02


class DeskSaysNo(Exception):
    """The order was not carried out; the message is the sentence to show."""


def request_interrupt(
    folders: Sequence[Path], session: str | None = None, *, why: str = "", language: Language = "it"
) -> str:
    """End one session, or all. Returns the sentence to show, once everything of them is dead; only then `why` is
    said, if it is not empty.

    `folders`: where an agent's state may lie; the first in which one listens gets the order.
    """
    order = {"op": "interrupt"} | ({} if session is None else {"session": session})
    found = request(folders, order, language)
    ended = [str(one) for one in found.get("sessions", [])] if why else []
    reasons = [request_explain(folders, one, why, language=language) for one in ended]
    return "\n".join([str(found["text"]), *reasons])


def request_answer(folders: Sequence[Path], session: str, *, allow: bool, language: Language = "it") -> str:
    """Say yes or no to a session that waits for the desk."""
    order = {"op": "allow" if allow else "deny", "session": session}
    return str(request(folders, order, language)["text"])


def request_stop(folders: Sequence[Path], signed: str, *, language: Language = "it") -> str:
    """End the session of a signed stop, whatever the broker says. Returns the sentence to show."""
    return str(request(folders, {"op": "stop", "signed": signed}, language)["text"])


def request_report(
    folders: Sequence[Path], session: str | None, text: str, *, language: Language = "it"
) -> str:
    """Tell the customer that something is odd; `text` may be empty. Returns the sentence to show."""
    order = {"op": "report", "text": text} | ({} if session is None else {"session": session})
    return str(request(folders, order, language)["text"])


def request_explain(folders: Sequence[Path], session: str, text: str, *, language: Language = "it") -> str:
    """Say why that session was interrupted from here. Returns the sentence to show."""
    return str(request(folders, {"op": "explain", "session": session, "text": text}, language)["text"])


def request_information(
    folders: Sequence[Path], session: str | None = None, *, language: Language = "it"
) -> str:
    """The information of art. 13 GDPR about a session, or about each."""
    order = {"op": "information", "language": language}
    if session is not None:
        order["session"] = session
    return str(request(folders, order, language)["text"])


def request_status(folders: Sequence[Path]) -> list[str]:
    """The sessions under way."""
    return [str(session) for session in request(folders, {"op": "status"})["sessions"]]


def request_news(folder: Path, known: str, limit_s: float) -> str | None:
    """A name for what there is to show, once it is another than the `known` one, or after a while; None
    where no agent listens."""
    try:
        reply = _once(folder, {"op": "wait", "session": known}, limit_s)
    except (NobodyListens, NotHeard, OSError):
        return None
    return str(reply["text"]) if reply["ok"] else None


def request(folders: Sequence[Path], order: dict[str, str], language: Language = "it") -> dict[str, Any]:
    """Any order, to the first of these folders where an agent listens; `DeskSaysNo` unless it was carried out.
    The text of the answer is in that language."""
    forbidden = False
    for folder in folders:
        try:
            reply = _ask(folder, order, language)
        except NobodyListens:
            continue
        except PermissionError:
            forbidden = True
            continue
        if language == "en" and reply.get("en"):
            reply["text"] = reply["en"]
        if not reply["ok"]:
            raise DeskSaysNo(str(reply["text"]))
        return reply
    if forbidden:
        raise DeskSaysNo(said("out_of_reach", language))
    tried = said("nor_in", language).join(str(folder) for folder in folders)
    raise DeskSaysNo(said("no_agent", language, tried=tried))


def _ask(folder: Path, order: dict[str, str], language: Language) -> dict[str, Any]:
    """Until it is heard: whoever crowds the desk does not keep the person at it from interrupting."""
    until = time.monotonic() + ANSWER_LIMIT_S
    while True:
        try:
            return _once(folder, order, max(0.1, until - time.monotonic()))
        except NotHeard as crowd:
            if time.monotonic() >= until:
                raise DeskSaysNo(said("unconfirmed", language)) from crowd
            time.sleep(AGAIN_S)


def _once(folder: Path, order: dict[str, str], limit_s: float) -> dict[str, Any]:
    answer = door.ask(folder, json.dumps(order).encode() + b"\n", limit_s)
    try:
        reply: dict[str, Any] = json.loads(answer)
    except ValueError as wrong:
        raise NotHeard from wrong
    if reply.get("busy"):
        raise NotHeard
    return reply
