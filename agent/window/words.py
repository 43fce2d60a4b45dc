"""What the window says of a session, from the file that the agent keeps about it. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from agent import notice
from agent.desk_words import said
from agent.language import Language
from agent.notice import MAX_LINE, MAX_MAY, MAX_NAME, MAX_NAMED, MAX_TEXT, joined, may_title, plain, some
from agent.window.sentences import say
from audit import instant
from audit.errors import Malformed

State = Literal["asking", "live", "paused"]
MAX_FILE_BYTES = 128 * 1024  # what may happen stands there twice
MAX_WORDS = 60  # of the question (U-31)
MAX_OPEN = 4  # channels named on the strip
_SEES = ("see", "control")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a sentence; `strong` is what to see first."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One session as the agent tells it, in the `language` of whoever reads. `at`: since when it is paused, or the
    instant by which to answer."""

    session: str
    state: State
    technician: str
    organisation: str
    incident: str
    approved_by: tuple[str, ...]
    since: datetime
    ends: datetime
    recording: bool
    watched: bool
    online: bool
    at: datetime | None = None
    reason: str = ""
    screen: str = ""  # what he may do with this one: see, or control
    account: str = ""
    may: tuple[str, ...] = ()
    open: tuple[str, ...] = ()  # what he uses now
    language: Language = "it"

    @classmethod
    def read(cls, data: bytes, language: Language = "it") -> Told:
        """`ValueError` for anything else than such a file. What an agent tells in Italian alone stays so."""
        if len(data) > MAX_FILE_BYTES:
            raise ValueError("no file of a session")
        try:
            match json.loads(data):
                case {
                    "v": 1,
                    "session": str(session),
                    "state": ("asking" | "live" | "paused") as state,
                    "approved_by": [*by],
                    "since": str(since),
                    "ends": str(ends),
                } as found:
                    at = found.get("answer_by" if state == "asking" else "at")
                    in_english = found if language == "en" else {}
                    return cls(
                        session,
                        state,
                        plain(found.get("technician"), MAX_NAME) or said("technician", language),
                        plain(found.get("organisation"), MAX_NAME),
                        plain(found.get("incident")),
                        _lines(in_english.get("approved_by_en"), MAX_NAMED + 1, MAX_TEXT)
                        or _lines(by, MAX_NAMED + 1, MAX_TEXT),
                        instant.parse(since),
                        instant.parse(ends),
                        found.get("recording") is not False,  # unsure is told as recorded
                        found.get("watched") is True,
                        found.get("online") is not False,
                        None if at is None else instant.parse(str(at)),
                        plain(found.get("reason"), MAX_NAME),
                        plain(found.get("screen"), MAX_NAME),
                        plain(found.get("account"), MAX_NAME),
                        _lines(in_english.get("may_en"), MAX_MAY) or _lines(found.get("may"), MAX_MAY),
                        _lines(in_english.get("open_en"), MAX_MAY) or _lines(found.get("open"), MAX_MAY),
                        language,
                    )
                case _:
                    raise ValueError("no file of a session")
        except (Malformed, RecursionError) as wrong:
            raise ValueError("no file of a session") from wrong

    def who(self) -> list[Run]:
        found = [Run(self.technician, strong=True)]
        if not self.organisation:
            return found
        return [*found, Run(say("of", self.language)), Run(self.organisation, strong=True)]

    def sees(self) -> str:
        return said(self.screen, self.language) if self.screen in _SEES else ""


def _lines(found: object, most: int, limit: int = MAX_LINE) -> tuple[str, ...]:
    return tuple(plain(one, limit) for one in found[:most]) if isinstance(found, list) else ()


def may(told: Told) -> tuple[str, tuple[str, ...]]:
    """A title, and what may happen; where it is much, the last line says how much more there is."""
    shown, others = some(told.may)
    title = may_title(told.account, told.language)
    return title, (*shown, more(others, told.language)) if others else shown


def more(count: int, language: Language) -> str:
    """`count`: of the lines that are left out."""
    return say("more" if count > 1 else "one_more", language, count=count)


def using(told: Told) -> str:
    """What is open now; nothing in a pause, when nothing passes."""
    if told.state != "live" or not told.open:
        return ""
    shown = say("uses", told.language, open=", ".join(told.open[:MAX_OPEN]))
    return shown + (say("and_more", told.language) if len(told.open) > MAX_OPEN else "")


def question(told: Told, zone: tzinfo | None = None) -> list[Run]:
    """Who, for whom, why, until when, approved by whom, recorded or not: at most `MAX_WORDS` words."""
    language, sees = told.language, told.sees()
    rest = [
        Run(say("authorised", language)),
        Run(joined(told.approved_by, language), strong=True),
        Run(say("until", language)),
        Run(_until(told, zone), strong=True),
        Run(". "),
        *([Run(sees, strong=True), Run(" ")] if sees else []),
        Run(notice.recorded(told.recording, sees, language), strong=True),
        Run(say("close_documents", language)),
    ]
    head = [*told.who(), Run(say("asks", language))]
    if not told.incident:
        return [*head, Run("."), *rest]
    because = say("why", language)
    room = MAX_WORDS - len(text_of([*head, Run(because.rstrip()), *rest]).split())
    words = told.incident.removesuffix(".").split()
    why = " ".join(words) if len(words) <= room else " ".join(words[: max(1, room)]) + "…"
    return [*head, Run(because), Run(why), Run("."), *rest]


def strip(told: Told, zone: tzinfo | None = None, *, answers: bool = True) -> tuple[list[Run], str]:
    """The strip's sentence, and the smaller line below it. `answers`: whether the agent does."""
    language = told.language
    since = told.at or told.since if told.state == "paused" else told.since
    if told.state == "paused":
        sees_nothing = say("sees_nothing", language, technician=told.technician)
        sentence = [Run(say("paused", language), strong=True), Run(sees_nothing)]
        how = "paused_by_watcher" if told.reason == "paused_by_watcher" else "supervision_lost"
    else:
        sees, connected = told.sees(), say("is_connected", language)
        sentence = [*told.who(), Run(f"{connected}. {sees}" if sees else connected)]
        how = "watched" if told.watched else "unwatched"
    below = say("since", language, at=f"{since.astimezone(zone):%H:%M}", how=say(how, language))
    if not answers:
        below = say("no_agent", language)
    elif not told.online:
        below = say("no_server", language)
    return sentence, below


def recorded(told: Told) -> str:
    """The second sign; none in a pause, when nothing passes that could be recorded."""
    if told.state == "paused":
        return ""
    return say("recorded" if told.recording else "unrecorded", told.language)


def countdown(told: Told, now: datetime) -> str:
    if told.at is None:
        return ""
    left = max(0, int((told.at - now).total_seconds()))
    return say("left", told.language, left=f"{left // 60}:{left % 60:02}")


def text_of(runs: list[Run]) -> str:
    return "".join(run.text for run in runs)


def _until(told: Told, zone: tzinfo | None) -> str:
    ends = told.ends.astimezone(zone)
    same_day = ends.date() == told.since.astimezone(zone).date()
    return f"{ends:%H:%M}" if same_day else say("until_day", told.language, at=ends)
