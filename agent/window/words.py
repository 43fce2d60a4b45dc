"""What the window says of a session, from the file that the agent keeps about it. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from agent.notice import (
    MAX_LINE,
    MAX_MAY,
    MAX_NAME,
    MAX_NAMED,
    SCREEN_RECORDED,
    TEXT_RECORDED,
    may_title,
    plain,
    some,
)
from audit import instant
from audit.errors import Malformed

State = Literal["asking", "live", "paused"]
MAX_FILE_BYTES = 64 * 1024
MAX_WORDS = 60  # of the question (U-31)
INTERRUPT = "Interrompi"
ALLOW, DENY = "Consenti collegamento", "Non ora"  # of equal size and weight: neither is the wished answer
INFORM, CLOSE, DONE = "Informativa", "Chiudi", "Va bene"
REPORT, REPORT_SOMETHING = "Segnala", "Segnala qualcosa"
LEAVE = "Annulla"
EXPLAIN = "Dica perché"
ASKS_REPORT = (
    REPORT_SOMETHING,
    "Ha visto qualcosa di strano? Lo dica a titolare e ADS. Una riga, se vuole; non scriva password né dati di altri.",
    "Invia la segnalazione",
)
ASKS_WHY = (
    "Perché ha interrotto?",
    "Il collegamento è chiuso. Se vuole, dica perché in una riga: resta nel registro. Non scriva password.",
    "Scrivi nel registro",
)
MAX_OPEN = 4  # channels named on the strip
_CLOSE_DOCUMENTS = "Chiuda i documenti personali prima di continuare."
_PAUSED = {
    "paused_by_watcher": "per ordine di chi guarda",
    "supervision_lost": "nessuno sta guardando",
}
_SEES = {"see": "Vede questo schermo.", "control": "Vede e usa questo schermo."}


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a sentence; `strong` is what to see first."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One session as the agent tells it. `at`: since when it is paused, or the instant by which to answer."""

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

    @classmethod
    def read(cls, data: bytes) -> Told:
        """`ValueError` for anything else than such a file."""
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
                    return cls(
                        session,
                        state,
                        plain(found.get("technician"), MAX_NAME) or "Un tecnico",
                        plain(found.get("organisation"), MAX_NAME),
                        plain(found.get("incident")),
                        tuple(plain(one) for one in by[: MAX_NAMED + 1]),
                        instant.parse(since),
                        instant.parse(ends),
                        found.get("recording") is not False,  # unsure is told as recorded
                        found.get("watched") is True,
                        found.get("online") is not False,
                        None if at is None else instant.parse(str(at)),
                        plain(found.get("reason"), MAX_NAME),
                        plain(found.get("screen"), MAX_NAME),
                        plain(found.get("account"), MAX_NAME),
                        _lines(found.get("may"), MAX_MAY),
                        _lines(found.get("open"), MAX_MAY),
                    )
                case _:
                    raise ValueError("no file of a session")
        except (Malformed, RecursionError) as wrong:
            raise ValueError("no file of a session") from wrong

    def who(self) -> list[Run]:
        found = [Run(self.technician, strong=True)]
        return [*found, Run(" di "), Run(self.organisation, strong=True)] if self.organisation else found


def _lines(found: object, most: int) -> tuple[str, ...]:
    return tuple(plain(one, MAX_LINE) for one in found[:most]) if isinstance(found, list) else ()


def may(told: Told) -> tuple[str, tuple[str, ...]]:
    """A title, and what may happen; where it is much, the last line says how much more there is."""
    shown, others = some(told.may)
    return may_title(told.account), (*shown, more(others)) if others else shown


def more(count: int) -> str:
    """`count`: of the lines that are left out."""
    return f"{count} altre cose: sono nell’informativa" if count > 1 else "Altro: è nell’informativa"


def using(told: Told) -> str:
    """What is open now; nothing in a pause, when nothing passes."""
    if told.state != "live" or not told.open:
        return ""
    shown = ", ".join(told.open[:MAX_OPEN])
    return f"Usa adesso: {shown}{', e altro' if len(told.open) > MAX_OPEN else ''}"


def question(told: Told, zone: tzinfo | None = None) -> list[Run]:
    """Who, for whom, why, until when, approved by whom, recorded or not: at most `MAX_WORDS` words."""
    by = [Run(" e ".join([", ".join(told.approved_by[:-1]), told.approved_by[-1]]), strong=True)]
    if len(told.approved_by) == 1:
        by = [Run(told.approved_by[0], strong=True)]
    recorded = "Nessuna registrazione."
    if told.recording:
        recorded = SCREEN_RECORDED if told.screen in _SEES else TEXT_RECORDED
    rest = [
        Run(" Autorizzato da "),
        *by,
        Run(" fino alle "),
        Run(_until(told, zone), strong=True),
        Run(". "),
        *([Run(_SEES[told.screen], strong=True), Run(" ")] if told.screen in _SEES else []),
        Run(recorded, strong=True),
        Run(f" {_CLOSE_DOCUMENTS}"),
    ]
    head = [*told.who(), Run(" chiede di collegarsi a questo computer")]
    if not told.incident:
        return [*head, Run("."), *rest]
    room = MAX_WORDS - len(text_of([*head, Run(" per:"), *rest]).split())
    words = told.incident.removesuffix(".").split()
    why = " ".join(words) if len(words) <= room else " ".join(words[: max(1, room)]) + "…"
    return [*head, Run(" per: "), Run(why), Run("."), *rest]


def strip(told: Told, zone: tzinfo | None = None, *, answers: bool = True) -> tuple[list[Run], str]:
    """The strip's sentence, and the smaller line below it. `answers`: whether the agent does."""
    clock = f"{(told.at or told.since if told.state == 'paused' else told.since).astimezone(zone):%H:%M}"
    if told.state == "paused":
        said = [Run("In pausa.", strong=True), Run(f" {told.technician} non vede e non fa nulla")]
        below = f"dalle {clock}, {_PAUSED.get(told.reason, _PAUSED['supervision_lost'])}"
    else:
        sees = _SEES.get(told.screen)
        said = [*told.who(), Run(" è collegato" if sees is None else f" è collegato. {sees}")]
        below = f"dalle {clock}, {'con' if told.watched else 'senza'} supervisione"
    if not answers:
        below = "l’agente non risponde: se resta così, riavvii il computer"
    elif not told.online:
        below = f"il server non risponde: {INTERRUPT} funziona lo stesso"
    return said, below


def recorded(told: Told) -> str:
    """The second sign; none in a pause, when nothing passes that could be recorded."""
    if told.state == "paused":
        return ""
    return "Registrazione attiva" if told.recording else "Non registrato"


def countdown(told: Told, now: datetime) -> str:
    if told.at is None:
        return ""
    left = max(0, int((told.at - now).total_seconds()))
    return f"Senza risposta, la richiesta si chiude tra {left // 60}:{left % 60:02}"


def text_of(runs: list[Run]) -> str:
    return "".join(run.text for run in runs)


def _until(told: Told, zone: tzinfo | None) -> str:
    ends = told.ends.astimezone(zone)
    same_day = ends.date() == told.since.astimezone(zone).date()
    return f"{ends:%H:%M}" if same_day else f"{ends:%H:%M del %d/%m/%Y}"
