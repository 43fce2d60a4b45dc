"""What the person at the desk is told of a session: who, why, until when, approved by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from agent.admitted import Admitted, ApprovedBy
from agent.events import Left
from audit import channel_words, instant
from audit.statement_parts import Channel
from audit.visible import visible

MAX_TEXT = 160
MAX_NAME = 60
MAX_NAMED = 3  # approvers named one by one; beyond it the notice would hide what matters
MAX_MAY = 40  # lines of what may happen: a request names at most 16 folders and 16 ports
MAX_LISTED = 6  # of them at once, where room is short
MAX_LINE = 300
TEXT_RECORDED = "Ciò che i comandi rispondono viene registrato; tasti e schermo no."
SCREEN_RECORDED = "Lo schermo viene registrato; i tasti no."
_FIRST = ("desktop", "tool", "terminal", "exec", "forward", "files")
_ROLES = {"titolare": "titolare", "ads": "ADS", "vendor_ads": "ADS del fornitore, in mandato"}
_LEFT = {
    "some": "ATTENZIONE: qualche programma del collegamento non si è potuto chiudere. "
    "Riavvii il computer o chiami chi lo amministra.",
    "unknown": "Non è certo che ogni programma del collegamento sia chiuso: per esserlo, riavvii il computer.",
}


def plain(text: object, limit: int = MAX_TEXT) -> str:
    """Text of somebody else on somebody's screen: no control, no direction, no invisible signs."""
    if not isinstance(text, str):
        return ""
    words = " ".join(visible(text[: 8 * limit], instead=" ").split())
    return words if len(words) <= limit else words[: limit - 1] + "…"


def rest_of(left: Left) -> str:
    """What must be said of processes that may live on; nothing where all were seen dead."""
    return _LEFT.get(left, "")


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

    @classmethod
    def read(cls, admitted: Admitted, since: datetime) -> Notice:
        """From the texts that were checked against the request, and the approvers of our own pins."""
        found = admitted.texts.data if isinstance(admitted.texts.data, dict) else {}
        return cls(
            admitted.grant.session,
            plain(found.get("technician_name"), MAX_NAME),
            plain(found.get("organisation_name"), MAX_NAME),
            plain(found.get("incident_text")) or plain(found.get("reason")),
            tuple(_approver(one) for one in admitted.approved_by),
            since,
            admitted.ends,
            admitted.request.recording,
            admitted.check_in is not None,
            _screen(admitted.request.channels),
            plain(found.get("customer_name"), MAX_NAME),
            plain(admitted.grant.account.name, MAX_NAME),
            may(admitted.request.channels),
        )

    def _who(self) -> str:
        who = self.technician or "Un tecnico"
        return f"{who} di {self.organisation}" if self.organisation else who

    def by(self) -> str:
        named = list(self.approved_by[:MAX_NAMED])
        others = len(self.approved_by) - len(named)
        if others:
            named.append("un’altra persona" if others == 1 else f"altre {others} persone")
        return " e ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)

    def recorded(self) -> str:
        """What anybody types never is."""
        if not self.recording:
            return "Nessuna registrazione."
        return SCREEN_RECORDED if self.screen else TEXT_RECORDED

    def _sees(self) -> str:
        if not self.screen:
            return ""
        return "Vede e usa questo schermo. " if self.screen == "control" else "Vede questo schermo. "

    def _until(self, zone: tzinfo | None) -> str:
        ends = self.ends.astimezone(zone)
        same_day = ends.date() == self.since.astimezone(zone).date()
        return f"{ends:%H:%M}" if same_day else f"{ends:%d/%m/%Y %H:%M}"

    def _may(self) -> list[str]:
        shown, more = some(self.may)
        last = [f"- altre {more} cose: verbale-agent information"] if more else []
        return [may_title(self.account), *(f"- {line}" for line in shown), *last]

    def wording(self, *, ask: bool, zone: tzinfo | None, where: str) -> str:
        """On a terminal: at most 60 words beside the list of what may happen (U-31). `where`: the option that
        names the agent's folder, if needed."""
        until = self._until(zone)
        verb = "chiede di collegarsi" if ask else "si collega"
        why = f" per: {self.incident.removesuffix('.')}" if self.incident else ""
        lines = [
            f"Verbale: {self._who()} {verb} a questo computer{why}.",
            f"Autorizzato da {self.by()} fino alle {until}. {self._sees()}{self.recorded()}",
            *self._may(),
        ]
        if ask:
            lines.append(f"Consenti collegamento: verbale-agent allow {self.session}{where}")
            lines.append(f"Non ora: verbale-agent deny {self.session}{where}")
        else:
            lines.append(f"Interrompi: verbale-agent interrupt {self.session}{where}")
        return "\n" + "\n".join(lines) + "\n"

    def wording_login(self, zone: tzinfo | None, where: str) -> str:
        """For whoever logs in on a terminal while it runs."""
        why = f" per: {self.incident.removesuffix('.')}" if self.incident else ""
        return (
            f"Verbale: {self._who()} è collegato a questo computer dalle {self.since.astimezone(zone):%H:%M}{why}.\n"
            f"Autorizzato da {self.by()} fino alle {self._until(zone)}. {self._sees()}{self.recorded()}\n"
            + "".join(f"{line}\n" for line in self._may())
            + f"Interrompi: verbale-agent interrupt {self.session}{where}\n"
        )

    def wording_uses(self, at: datetime, zone: tzinfo | None, word: str) -> str:
        """`word`: what he opened, ``la porta 3389 (rdp) di questa macchina``."""
        return f"\nVerbale: {self._who()} usa dalle {at.astimezone(zone):%H:%M} {word}.\n"

    def wording_paused(self, at: datetime, zone: tzinfo | None, reason: str) -> str:
        """`reason`: of `session.paused`."""
        why = "lo ha chiesto chi guarda" if reason == "paused_by_watcher" else "nessuno lo guarda"
        return (
            f"\nVerbale: il collegamento di {self._who()} è in pausa dalle {at.astimezone(zone):%H:%M}: "
            f"{why}. Intanto non vede e non fa nulla.\n"
        )

    def wording_resumed(self, at: datetime, zone: tzinfo | None) -> str:
        return f"\nVerbale: il collegamento di {self._who()} riprende alle {at.astimezone(zone):%H:%M}.\n"

    def wording_ended(self, at: datetime, seconds: int | None, left: Left, zone: tzinfo | None) -> str:
        if seconds is None:
            return f"\nVerbale: il collegamento di {self._who()} non è cominciato.\n"
        length = f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"
        said = f"Verbale: collegamento terminato alle {at.astimezone(zone):%H:%M}. Durata {length}."
        return "\n" + "\n".join(line for line in (said, rest_of(left)) if line) + "\n"

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
        }


def may(channels: Iterable[Channel]) -> tuple[str, ...]:
    """What they allow, one line each, as the pages say it; first of what there can be one only, so that a long
    list of folders leaves none of it out of sight."""
    in_order = sorted(channels, key=lambda one: _FIRST.index(one.kind))
    return tuple(plain(it, MAX_LINE) for it, _ in channel_words.all_can(in_order))[:MAX_MAY]


def some(lines: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """Those there is room for, and how many more there are: none or several."""
    shown = lines if len(lines) <= MAX_LISTED else lines[: MAX_LISTED - 1]
    return shown, len(lines) - len(shown)


def may_title(account: str) -> str:
    return f"Può, come utente {account}:" if account else "Può:"


def _screen(channels: Iterable[Channel]) -> str:
    screens = [one for one in channels if one.kind == "desktop"]
    if not screens:
        return ""
    return "control" if any(one.control for one in screens) else "see"


def _approver(one: ApprovedBy) -> str:
    role, name = _ROLES[one.role], plain(one.name, MAX_NAME)
    return f"{name} ({role})" if name else f"{role} {one.person}"
