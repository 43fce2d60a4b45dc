"""What the person at the desk is told of a session: who, why, until when, approved by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from agent.admitted import Admitted, ApprovedBy
from agent.desk_words import said
from agent.events import Left
from agent.language import Language
from audit import channel_words, instant
from audit.statement_parts import Channel
from audit.visible import visible

MAX_TEXT = 160
MAX_NAME = 60
MAX_NAMED = 3  # approvers named one by one; beyond it the notice would hide what matters
MAX_MAY = 40  # lines of what may happen: a request names at most 16 folders and 16 ports
MAX_LISTED = 6  # of them at once, where room is short
MAX_LINE = 300
_FIRST = ("desktop", "tool", "terminal", "exec", "forward", "files")


def plain(text: object, limit: int = MAX_TEXT) -> str:
    """Text of somebody else on somebody's screen: no control, no direction, no invisible signs."""
    if not isinstance(text, str):
        return ""
    words = " ".join(visible(text[: 8 * limit], instead=" ").split())
    return words if len(words) <= limit else words[: limit - 1] + "…"


def rest_of(left: Left, language: Language = "it") -> str:
    """What must be said of processes that may live on; nothing where all were seen dead."""
    return "" if left == "none" else said(f"left_{left}", language)


@dataclass(frozen=True, slots=True)
class Notice:
    """Texts are empty where the order did not bring them; there always is an approver."""

    session: str
    technician: str
    organisation: str
    incident: str
    approved_by: tuple[str, ...]
    since: datetime
    ends: datetime
    recording: bool = False
    watched: bool = False
    screen: str = ""  # what he may do with this one: see, or control; empty where he sees none
    customer: str = ""
    account: str = ""  # as whom
    may: tuple[str, ...] = ()  # all that may happen, in the words the approver read
    approved_by_en: tuple[str, ...] = ()
    may_en: tuple[str, ...] = ()

    @classmethod
    def read(cls, admitted: Admitted, since: datetime) -> Notice:
        """From the texts that were checked against the request, and the approvers of our own pins."""
        found = admitted.texts.data if isinstance(admitted.texts.data, dict) else {}
        return cls(
            admitted.grant.session,
            plain(found.get("technician_name"), MAX_NAME),
            plain(found.get("organisation_name"), MAX_NAME),
            plain(found.get("incident_text")) or plain(found.get("reason")),
            tuple(_approver(one, "it") for one in admitted.approved_by),
            since,
            admitted.ends,
            admitted.request.recording,
            admitted.check_in is not None,
            _screen(admitted.request.channels),
            plain(found.get("customer_name"), MAX_NAME),
            plain(admitted.grant.account.name, MAX_NAME),
            may(admitted.request.channels, "it"),
            tuple(_approver(one, "en") for one in admitted.approved_by),
            may(admitted.request.channels, "en"),
        )

    def _who(self, language: Language) -> str:
        who = self.technician or said("technician", language)
        organisation = self.organisation
        return said("who", language, technician=who, organisation=organisation) if organisation else who

    def by(self, language: Language = "it") -> str:
        approvers = self.approved_by_en if language == "en" else self.approved_by
        named = list(approvers[:MAX_NAMED])
        others = len(approvers) - len(named)
        if others:
            named.append(said("one_more" if others == 1 else "more_people", language, count=others))
        return joined(named, language)

    def allowed(self, language: Language) -> tuple[str, ...]:
        return self.may_en if language == "en" else self.may

    def _sees(self, language: Language) -> str:
        return f"{said(self.screen, language)} " if self.screen else ""

    def _until(self, zone: tzinfo | None) -> str:
        ends = self.ends.astimezone(zone)
        same_day = ends.date() == self.since.astimezone(zone).date()
        return f"{ends:%H:%M}" if same_day else f"{ends:%d/%m/%Y %H:%M}"

    def _may(self, language: Language) -> list[str]:
        shown, more = some(self.allowed(language))
        last = [said("more_things", language, count=more)] if more else []
        return [may_title(self.account, language), *(f"- {line}" for line in shown), *last]

    def _why(self, language: Language) -> str:
        return said("why", language, why=self.incident.removesuffix(".")) if self.incident else ""

    def _authorised(self, zone: tzinfo | None, language: Language) -> str:
        until = said("authorised", language, by=self.by(language), until=self._until(zone))
        return f"{until} {self._sees(language)}{recorded(self.recording, self.screen, language)}"

    def wording(self, *, ask: bool, zone: tzinfo | None, where: str, language: Language = "it") -> str:
        """On a terminal: at most 60 words beside the list of what may happen (U-31). `where`: the option that
        names the agent's folder, if needed."""
        who, why = self._who(language), self._why(language)
        lines = [
            said("asks" if ask else "connects", language, who=who, why=why),
            self._authorised(zone, language),
            *self._may(language),
        ]
        orders = ("allow", "deny") if ask else ("interrupt",)
        lines += [f"{said(one, language)}: verbale-agent {one} {self.session}{where}" for one in orders]
        return "\n" + "\n".join(lines) + "\n"

    def wording_login(self, zone: tzinfo | None, where: str, language: Language = "it") -> str:
        """For whoever logs in on a terminal while it runs."""
        who, why, at = self._who(language), self._why(language), _clock(self.since, zone)
        lines = (
            said("is_connected", language, who=who, at=at, why=why),
            self._authorised(zone, language),
            *self._may(language),
            f"{said('interrupt', language)}: verbale-agent interrupt {self.session}{where}",
        )
        return "".join(f"{line}\n" for line in lines)

    def wording_uses(self, at: datetime, zone: tzinfo | None, word: str, language: Language = "it") -> str:
        """`word`: what he opened, ``la porta 3389 (rdp) di questa macchina``."""
        return self._line("uses", language, at=_clock(at, zone), word=word)

    def wording_paused(
        self, at: datetime, zone: tzinfo | None, reason: str, language: Language = "it"
    ) -> str:
        """`reason`: of `session.paused`."""
        why = "paused_by_watcher" if reason == "paused_by_watcher" else "supervision_lost"
        return self._line("paused", language, at=_clock(at, zone), why=said(why, language))

    def wording_resumed(self, at: datetime, zone: tzinfo | None, language: Language = "it") -> str:
        return self._line("resumed", language, at=_clock(at, zone))

    def wording_ended(
        self, at: datetime, seconds: int | None, left: Left, zone: tzinfo | None, language: Language = "it"
    ) -> str:
        if seconds is None:
            return self._line("not_begun", language)
        length = f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"
        rest = rest_of(left, language)
        return self._line("ended", language, at=_clock(at, zone), length=length) + (
            f"{rest}\n" if rest else ""
        )

    def _line(self, code: str, language: Language, **facts: object) -> str:
        return f"\n{said(code, language, who=self._who(language), **facts)}\n"

    def to_file(self) -> dict[str, Any]:
        """What a window is to say; the state of the session is the desk's to add."""
        return {
            "v": 1,
            "session": self.session,
            "technician": self.technician,
            "organisation": self.organisation,
            "incident": self.incident,
            "approved_by": list(self.approved_by),
            "since": instant.to_text(self.since),
            "ends": instant.to_text(self.ends),
            "recording": self.recording,
            "watched": self.watched,
            "screen": self.screen,
            "account": self.account,
            "may": list(self.may),
            "approved_by_en": list(self.approved_by_en),
            "may_en": list(self.may_en),
        }


def may(channels: Iterable[Channel], language: Language) -> tuple[str, ...]:
    """What they allow, one line each, as the pages say it; first of what there can be one only, so that a long
    list of folders leaves none of it out of sight."""
    in_order = sorted(channels, key=lambda one: _FIRST.index(one.kind))
    pairs = channel_words.all_can(in_order)[:MAX_MAY]
    return tuple(plain(en if language == "en" else it, MAX_LINE) for it, en in pairs)


def some(lines: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """Those there is room for, and how many more there are: none or several."""
    shown = lines if len(lines) <= MAX_LISTED else lines[: MAX_LISTED - 1]
    return shown, len(lines) - len(shown)


def may_title(account: str, language: Language) -> str:
    return said("may_as", language, account=account) if account else said("may", language)


def recorded(recording: bool, screen: str, language: Language) -> str:  # noqa: FBT001 - a fact
    """What anybody types never is."""
    if not recording:
        return said("unrecorded", language)
    return said("screen_recorded" if screen else "text_recorded", language)


def joined(names: Sequence[str], language: Language) -> str:
    last = said("and", language)
    return last.join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _clock(at: datetime, zone: tzinfo | None) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def _screen(channels: Iterable[Channel]) -> str:
    screens = [one for one in channels if one.kind == "desktop"]
    if not screens:
        return ""
    return "control" if any(one.control for one in screens) else "see"


def _approver(one: ApprovedBy, language: Language) -> str:
    role, name = said(one.role, language), plain(one.name, MAX_NAME)
    return f"{name} ({role})" if name else f"{role} {one.person}"
