"""The yearly verification of the administrators' work (L-06): its states, what is asked of an item, its minute. Pure.

It looks at accesses, never at how well or fast somebody works: counts are by person and month in the order of names,
and nobody is ranked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from audit.canonical import Value
from audit.yearly_sample import Access, Accesses, Item, out_of_hours
from broker.domain.document import day, document, part
from broker.domain.refusal import Refused, Why

YEAR = timedelta(days=365)
Outcome = Literal["regular", "remark", "irregular"]
Conclusion = Literal["compliant", "not_compliant"]
OUTCOMES: tuple[Outcome, ...] = ("regular", "remark", "irregular")
CONCLUSIONS: tuple[Conclusion, ...] = ("compliant", "not_compliant")
OUTCOME_IT: dict[Outcome, str] = {"regular": "regolare", "remark": "osservazione", "irregular": "irregolare"}
STRATUM_IT = {
    "presumed": "fine presunta", "unwatched": "senza supervisione", "out_of_hours": "fuori orario",
    "privileged": "privilegi elevati", "denied": "tentativo negato", "ordinary": "ordinario",
}  # fmt: skip
_COUNTS = ("accessi", "negati o falliti", "fuori orario", "senza supervisione", "fine presunta")


@dataclass(frozen=True, slots=True)
class Word:
    """What was said last of an item, in the record `n`."""

    n: int
    outcome: Outcome
    by: str


@dataclass(frozen=True, slots=True)
class Verification:
    """`at` and `by` are of its opening; `closed` is None while it goes on."""

    id: str
    first: date
    until: date
    size: int
    root: str
    drawn: int
    sample: str
    at: datetime
    by: str
    words: Mapping[str, Word] = field(default_factory=dict)
    conclusion: Conclusion | None = None
    closed: datetime | None = None

    @property
    def proposed(self) -> Conclusion:
        """The draft of a conclusion, which whoever verifies confirms or not."""
        wrong = any(word.outcome == "irregular" for word in self.words.values())
        return "not_compliant" if wrong else "compliant"


@dataclass(frozen=True, slots=True)
class Looked:
    """A sampled item as whoever verifies sees it: names as the log still has them."""

    item: Item
    when: datetime
    person: str
    host: str
    authorised: str
    appointed: bool | None
    supervised: bool | None
    word: Word | None = None
    note: str = ""

    @property
    def answers(self) -> list[str]:
        """Authorisation, appointment, supervision, as a row prints them."""
        said = {True: "sì", False: "no", None: "–"}
        return [self.authorised or "–", said[self.appointed], said[self.supervised]]


@dataclass(frozen=True, slots=True)
class LogState:
    """Of the log at the opening: its heads signed by an authority, days without sign of life."""

    origin: str
    stamps: int
    gaps: int


@dataclass(frozen=True, slots=True)
class Administrator:
    name: str
    first: str
    last: str
    source: str


def check_period(first: str, until: str, today: date, opened: date) -> tuple[date, date]:
    """At most a year and a day that is over; `Refused` (bad_input)."""
    try:
        days = date.fromisoformat(first), date.fromisoformat(until)
    except ValueError as no:
        raise Refused(Why.BAD_INPUT, field="first") from no
    if not opened - YEAR < days[0] <= days[1] <= today:
        raise Refused(Why.BAD_INPUT, field="until")
    if days[1] - days[0] > timedelta(days=366):
        raise Refused(Why.BAD_INPUT, field="first")
    return days


def judged(found: Verification, item: str, names: Sequence[str], outcome: str) -> Outcome:
    """The outcome meant; `Refused` of what was not drawn or is over."""
    if found.closed is not None:
        raise Refused(Why.WRONG_STATE)
    if item not in names:
        raise Refused(Why.NOT_FOUND)
    if outcome not in OUTCOMES:
        raise Refused(Why.BAD_INPUT, field="outcome")
    return outcome


def concluded(found: Verification, conclusion: str) -> Conclusion:
    """`Refused` (wrong_state) before every item was judged."""
    if found.closed is not None or len(found.words) < found.drawn:
        raise Refused(Why.WRONG_STATE)
    if conclusion not in CONCLUSIONS:
        raise Refused(Why.BAD_INPUT, field="conclusion")
    return conclusion


def overdue(last: date | None, opened: date, today: date) -> bool:
    """More than a year since the last one was closed, or since there is something to verify."""
    return today - (last or opened) > YEAR


def counts(accesses: Sequence[Access], zone: str, names: Mapping[str, str]) -> list[list[str]]:
    """Rows of name, month and the counts of `_COUNTS`, by name and month."""
    found: Counter[tuple[str, str, str]] = Counter()
    keys = set()
    for one in accesses:
        who = names.get(one.person, one.person) or "non riconosciuto"
        month = f"{one.at.astimezone(ZoneInfo(zone)):%Y-%m}"
        keys.add((who, month))
        facts = (
            not one.denied, one.denied, not one.denied and out_of_hours(one.at, zone),
            not one.denied and not one.watched, one.presumed,
        )  # fmt: skip
        for name, true in zip(_COUNTS, facts, strict=True):
            found[who, month, name] += true
    return [[who, month, *(str(found[who, month, name]) for name in _COUNTS)] for who, month in sorted(keys)]


def minute(
    found: Verification,
    looked: Sequence[Looked],
    seen: Accesses,
    *,
    administrators: Sequence[Administrator],
    log: LogState,
    names: Mapping[str, str],
    customer: str,
    vendor: str,
    verifier: str,
    place: str,
    conclusion: Conclusion,
    remarks: str,
    on: date,
) -> dict[str, Value]:
    """In the order in which minutes of this kind are read; the sample is that of FORMAT.md §18."""
    first, until = found.first.isoformat(), found.until.isoformat()
    zone = ZoneInfo(seen.zone)
    good = conclusion == "compliant"
    return document(
        "minute", customer=customer, vendor=vendor, on=on, version=1,
        facts=[
            ("Periodo", f"dal {day(found.first)} al {day(found.until)}"),
            ("Chi verifica", verifier),
            ("Luogo e data", f"{place}, {day(on)}"),
            ("Esito", "rispondenza alle misure" if good else "non rispondenza alle misure"),
        ],
        text=[
            (
                "Verifica sull’operato degli amministratori di sistema, condotta a campione sugli accessi registrati. "
                "Non valuta il rendimento di chi lavora."
            )
        ],
        parts=[
            part("Amministratori nel periodo", head=["Nome", "Dal", "Fino al", "Fonte"], widths=[4, 2, 2, 3],
                 rows=[[one.name, one.first, one.last, one.source] for one in administrators]),
            part("Accessi per persona e mese", head=["Nome", "Mese", *_COUNTS], widths=[3, 2, 2, 2, 2, 2, 2],
                 rows=counts(seen.within(first, until), seen.zone, names)),
            part("Registro", facts=[
                ("Registro", log.origin), ("Registrazioni", str(found.size)), ("Radice", found.root),
                ("Marche temporali", str(log.stamps)), ("Interruzioni dichiarate", str(log.gaps)),
            ], text=["L’integrità si verifica con «verbale-verify», senza fidarsi del fornitore."]),
            part("Campione", facts=[("Voci", str(found.drawn)), ("Impronta del campione", found.sample)], text=[
                ("Tutte le eccezioni (fine presunta, senza supervisione, fuori orario, privilegi elevati; oltre 200 a "
                "sorte), fino a 20 tentativi negati, e degli altri accessi almeno 20 o uno su venti. La sorte è la "
                "radice del registro qui sopra: chiunque abbia il registro estrae lo stesso campione.")]),
            part("Voci esaminate", head=["Voce", "Motivo", "Quando", "Persona", "Autorizzazione", "Nomina", "Superv.", "Giudizio"],
                 widths=[3, 3, 3, 3, 3, 2, 2, 3], rows=[
                    [one.item.name, STRATUM_IT[one.item.stratum], f"{one.when.astimezone(zone):%d/%m/%Y %H:%M}", one.person,
                     *one.answers, OUTCOME_IT[one.word.outcome] if one.word else "–"] for one in looked]),
            part("Rilievi e osservazioni", text=[
                *(f"{one.item.name}: {one.note}" for one in looked if one.note), remarks or "Nessun altro rilievo."]),
            part("Conclusioni", text=[
                "L’operato degli amministratori risponde alle misure organizzative, tecniche e di sicurezza previste." if good
                else "L’operato degli amministratori non risponde in tutto alle misure previste: si vedano i rilievi."]),
        ],
        signatures=[f"Chi verifica: {verifier}", "Il titolare del trattamento"],
    )  # fmt: skip
