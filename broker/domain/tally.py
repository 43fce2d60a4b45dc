"""A customer's statement of charges: the lines of one month or several, what they come to, what is free and why.

Pure. Its lines are the rows of the report's section 7 (`audit.month_charges`), with what each is about; so its sums
are that section's, to the cent. No line names who worked (L-43).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from audit.billing import Charged, Paid, charge
from audit.charging import Kind
from audit.incident_records import ContractAgreed
from audit.work_records import WorkTyped
from broker.domain.contest import Contest
from broker.domain.refusal import Refused, Why

MAX_MONTHS = 12
NO_CONTRACT = 0
KINDS: tuple[Kind, ...] = ("contract", "extra", "reseller", "training")

Free = Literal["contract", "first_year", "on_reseller", "no_tariff", "no_minute"]
"""Why nothing is asked for it: the contract has it; a reseller's first year of a program; his reseller asked for it,
and pays; no tariff was in force; it took no whole minute."""
VAT = 22  # percent, where no tariff of the customer's log says another
Disputed = Literal["open", "explained", "corrected", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Source:
    """The report that a closed month's lines are drawn from."""

    number: str
    pdf_sha256: str


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a session or of typed work. `contract`: the number of the one in force that day, 0 without.
    `vat` is percent; of a program that the vendor did not make `program` is ``other``."""

    month: str
    day: date
    incident: str
    session: str
    work: str
    activities: tuple[str, ...]
    program: str | None
    contract: int
    kind: Kind
    minutes: int
    billed: int
    rate: int
    tariff: str
    cents: int
    vat: int
    free: Free | None = None
    disputed: Disputed | None = None
    customer: str = ""  # of a reseller: for which of his customers


@dataclass(frozen=True, slots=True)
class Prepaid:
    """Hours that a contract's year includes, in minutes, as they stood before and after the month."""

    month: str
    year: date
    included: int
    before: int
    now: int
    left: int


@dataclass(frozen=True, slots=True)
class Month:
    """`source` None: the month is not closed, and what is said of it may change. `beside`: a reseller's hours in the
    logs of his customers, which his own report's section 7 does not have."""

    period: str
    source: Source | None
    lines: tuple[Line, ...]
    prepaid: tuple[Prepaid, ...] = ()
    paused: int = 0  # minutes of sessions in which the host held everything: not charged
    beside: tuple[Line, ...] = ()

    @property
    def every(self) -> tuple[Line, ...]:
        return (*self.lines, *self.beside)


@dataclass(frozen=True, slots=True)
class Sum:
    """Of lines alike: what they are charged as, at which rate of which tariff."""

    kind: Kind
    tariff: str
    rate: int
    vat: int
    lines: int
    minutes: int
    billed: int
    cents: int


@dataclass(frozen=True, slots=True)
class Tally:
    """`contract` None: of all. `programs`: names by id."""

    customer: str
    tenant: str
    months: tuple[Month, ...]
    programs: Mapping[str, str] = field(default_factory=dict)
    contract: int | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for month in self.months for line in month.every)

    @property
    def provisional(self) -> bool:
        return any(one.source is None for one in self.months)

    @property
    def cents(self) -> int:
        return sum(one.cents for one in self.lines)

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.lines)

    @property
    def billed(self) -> int:
        return sum(one.billed for one in self.lines)

    def sums(self) -> tuple[Sum, ...]:
        return sums(self.lines)

    def program(self, line: Line) -> str:
        """Empty where none was named."""
        return "" if line.program is None else self.programs.get(line.program, line.program)


def sums(lines: Sequence[Line]) -> tuple[Sum, ...]:
    """In the order of the report's section 7."""
    found: dict[tuple[int, str, int, int], list[Line]] = {}
    for line in lines:
        found.setdefault((KINDS.index(line.kind), line.tariff, line.rate, line.vat), []).append(line)
    return tuple(
        Sum(
            KINDS[key[0]], *key[1:], len(every), sum(one.minutes for one in every),
            sum(one.billed for one in every), sum(one.cents for one in every),
        )
        for key, every in sorted(found.items())
    )  # fmt: skip


def of_contract(tally: Tally, number: int, contracts: Sequence[ContractAgreed]) -> Tally:
    """What of it was done on the days of that contract; `NO_CONTRACT`: on days without one."""
    days = [(one.first, one.last) for one in contracts if one.number == number]
    if number != NO_CONTRACT and not days:
        raise Refused(Why.NOT_FOUND)
    months = tuple(
        replace(
            one,
            lines=tuple(line for line in one.lines if line.contract == number),
            beside=tuple(line for line in one.beside if line.contract == number),
            prepaid=tuple(
                each
                for each in one.prepaid
                if any(first <= each.year.isoformat() <= last for first, last in days)
            ),
        )
        for one in tally.months
    )
    return replace(tally, months=months, contract=number)


@dataclass(frozen=True, slots=True)
class Told:
    """What a month's lines are made of: section 7 (`charges`) and sessions as its report has them, and beside them
    the product of each incident, work that was typed, contracts in the order agreed, who pays for an incident that a
    reseller passed on, and the request of each session."""

    charges: Mapping[str, Any]
    sessions: Sequence[Mapping[str, Any]]
    products: Mapping[str, str | None]
    typed: Mapping[str, WorkTyped]
    contracts: Sequence[ContractAgreed]
    resellers: Mapping[str, str] = field(default_factory=dict)
    requests: Mapping[str, str] = field(default_factory=dict)


def month(period: str, source: Source | None, told: Told, contests: Sequence[Contest] = ()) -> Month:
    """A month's part of a statement."""
    charges = told.charges
    vat = {one["version"]: one["vat_percent"] for one in charges.get("tariffs", [])}
    sessions = {one["n"]: one for one in told.sessions}
    disputed = _disputed(contests, source)
    other = vat_of(charges)
    return Month(
        period,
        source,
        tuple(_line(period, row, told, sessions, vat, other, disputed) for row in charges.get("rows", [])),
        tuple(
            Prepaid(
                period,
                date.fromisoformat(one["from"]),
                one["included_minutes"],
                one["used_before_minutes"],
                one["used_now_minutes"],
                one["left_minutes"],
            )
            for one in charges.get("hours", [])
        ),
        charges.get("paused_minutes", 0),
    )


def _line(
    period: str,
    row: Mapping[str, Any],
    told: Told,
    sessions: Mapping[int, Mapping[str, Any]],
    vat: Mapping[str, int],
    other: int,
    disputed: Callable[[int, str], Disputed | None],
) -> Line:
    day, tariff = date.fromisoformat(row["day"]), row.get("tariff", "")
    incident, session, work, said = "", "", row.get("work", ""), None
    if work:
        typed = told.typed[work]
        incident, program = typed.incident or "", typed.product
    else:
        sat = sessions[row["n"]]
        incident, session = sat["incident"]["id"], sat["id"]
        program = told.products.get(incident)
        said = disputed(row["n"], told.requests.get(session, ""))
    return Line(
        month=period,
        day=day,
        incident=incident,
        session=session,
        work=work,
        activities=tuple(one["code"] + ("/FOR" if one["type"] == "FOR" else "") for one in row["activities"]),
        program=program,
        contract=_contract_on(told.contracts, day),
        kind=row["kind"],
        minutes=row["minutes"],
        billed=row["billed_minutes"],
        rate=row["rate_cents_hour"],
        tariff=tariff,
        cents=row["cents"],
        vat=vat.get(tariff, other),
        free="on_reseller"
        if incident in told.resellers
        else free_of(row["kind"], row["rate_cents_hour"], tariff, row["billed_minutes"]),
        disputed=said,
    )


def vat_of(charges: Mapping[str, Any]) -> int:
    """Of the tariff told last: a resale contract's table says none of its own."""
    told = charges.get("tariffs", [])
    return int(told[-1]["vat_percent"]) if told else VAT


def on_account(
    period: str, theirs: Sequence[Charged], customer: str, told: Told, own: Told, paid: Paid
) -> tuple[Line, ...]:
    """What a reseller pays for one of his customers: entries of that one's log, priced by his own table as
    `audit.billing.resold_parts` does. `told` is the customer's, `own` and `paid` the reseller's."""
    incidents = {one["id"]: str(one["incident"]["id"]) for one in told.sessions}
    codes = {one["id"]: one for one in told.sessions}
    found = []
    for one in theirs:
        entry = one.entry
        work = told.typed.get(entry.id)
        said = work.activities if work is not None else ()
        if work is None:
            listed = codes.get(entry.id, {}).get("activities", [])
            said = tuple(each["code"] + ("/FOR" if each["type"] == "FOR" else "") for each in listed)
        [again], _ = charge([replace(entry, reseller="")], paid, {})
        found += [
            Line(
                month=period,
                day=piece.day,
                incident=incidents.get(entry.id, "") if work is None else work.incident or "",
                session="" if work is not None else entry.id,
                work="" if work is None else entry.id,
                activities=said,
                program=entry.product,
                contract=_contract_on(own.contracts, piece.day),
                kind="reseller",
                minutes=piece.minutes,
                billed=piece.billed,
                rate=piece.condition.rate,
                tariff=piece.condition.tariff,
                cents=piece.cents,
                vat=vat_of(own.charges),
                free=free_of("reseller", piece.condition.rate, piece.condition.tariff, piece.billed),
                customer=customer,
            )
            for piece in again.pieces
            if piece.condition.kind == "reseller"
        ]
    return tuple(found)


def free_of(kind: Kind, rate: int, tariff: str, billed: int) -> Free | None:
    """Why nothing is asked for a line; None where something is, or where the rate itself is nothing."""
    if kind == "contract":
        return "contract"
    if kind == "reseller" and not rate and not tariff:
        return "first_year"
    if not tariff and not rate:
        return "no_tariff"
    return None if billed else "no_minute"


def _contract_on(contracts: Sequence[ContractAgreed], day: date) -> int:
    """The last agreed whose days it is among, as `audit.rates.terms_on` has it."""
    said = day.isoformat()
    return next((one.number for one in reversed(contracts) if one.first <= said <= one.last), NO_CONTRACT)


def _disputed(contests: Sequence[Contest], source: Source | None) -> Callable[[int, str], Disputed | None]:
    """Of a session by its number in the report, or by its request: the last contest about it."""

    def said(n: int, request: str) -> Disputed | None:
        found: Disputed | None = None
        for one in contests:
            about = one.about
            row = source is not None and about.report == source.number and about.row == str(n)
            if row or (request and about.request == request):
                found = one.outcome or "open"
        return found

    return said


def months_between(first: str, last: str) -> tuple[str, ...]:
    """``2026-11`` to ``2027-01``, both among them; `Refused` for more than a year, or none."""
    begin, end = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (first, last))
    if not 0 <= end - begin < MAX_MONTHS:
        raise Refused(Why.BAD_INPUT, field="last_month")
    return tuple(f"{n // 12}-{n % 12 + 1:02d}" for n in range(begin, end + 1))
