"""Hours and charges of a period, from its records alone (FORMAT.md §11): the report's section 7.

Where a log has neither a tariff nor work that was typed there is nothing to say, and no such section.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from audit import instant
from audit.billing import Charged, Entry, Paid, charge, opened, stretches
from audit.canonical import Value
from audit.charging import Account, Piece, Rounding, Stretch, minutes_between
from audit.incident_records import ContractAgreed, IncidentOpened
from audit.leaf import Leaf
from audit.month_frame import activity_value
from audit.rates import Tariff, Terms
from audit.resale import Resale, ResaleRate
from audit.resale_records import IncidentPassed, ResaleActivated, ResaleRateSet
from audit.session_records import SessionClosed, SessionPaused, SessionResumed
from audit.work_records import TariffSet, WorkTyped, WorkWithdrawn

MOST_TYPED = 16 * 60  # minutes: longer is a typing error
ON_RESELLERS_ACCOUNT = frozenset({"passed", "reported"})  # how an incident came to the vendor
LINES = ("contract", "extra", "reseller", "training")


def all_training(codes: Sequence[str]) -> bool:
    """Nothing but training; with one code of assistance among them it is assistance."""
    return bool(codes) and all(one.endswith("/FOR") for one in codes)


@dataclass(frozen=True, slots=True)
class Sat:
    """A session that started and ended, as the month tells of it. `asked`: activities as approved."""

    id: str
    start: datetime
    end: datetime
    incident: str
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """Work that was typed, and when."""

    record: WorkTyped
    at: datetime
    by: str

    @property
    def worked(self) -> Stretch:
        began = instant.parse(self.record.began)
        return began, began + timedelta(minutes=min(max(self.record.minutes, 0), MOST_TYPED))


def tariff(record: TariffSet) -> Tariff:
    last = None if record.last is None else date.fromisoformat(record.last)
    first = date.fromisoformat(record.first)
    return Tariff(record.version, first, record.assistance, record.training, record.vat, record.own, last)


def terms(record: ContractAgreed) -> Terms:
    return Terms(
        date.fromisoformat(record.first),
        date.fromisoformat(record.last),
        None if record.products is None else frozenset(record.products),
        record.included,
        Rounding(max(1, record.step or 1), max(0, record.least or 0)),
    )


def resale_rate(record: ResaleRateSet) -> ResaleRate:
    first = date.fromisoformat(record.first)
    return ResaleRate(record.version, first, record.assistance, record.training, record.product)


@dataclass(slots=True)
class Charges:
    """Feed every leaf in order; `own` False: a word on a session by another host than its own."""

    zone: str
    tariffs: list[TariffSet] = field(default_factory=list)
    contracts: list[ContractAgreed] = field(default_factory=list)
    products: dict[str, str | None] = field(default_factory=dict)  # of incidents
    typed: dict[str, Typed] = field(default_factory=dict)
    done: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # codes that the technician gave at the close
    closed: set[str] = field(default_factory=set)
    pauses: dict[str, list[Stretch]] = field(default_factory=dict)
    held: dict[str, datetime] = field(default_factory=dict)
    resale_rates: list[ResaleRateSet] = field(default_factory=list)
    activated: dict[str, str] = field(default_factory=dict)  # program -> day; the last told counts
    resellers: dict[str, str] = field(default_factory=dict)  # of incidents, who pays for them

    KINDS = frozenset(
        kind.KIND
        for kind in (
            TariffSet, ContractAgreed, IncidentOpened, WorkTyped, WorkWithdrawn, SessionClosed, SessionPaused,
            SessionResumed, ResaleRateSet, ResaleActivated, IncidentPassed,
        )
    )  # fmt: skip

    def feed(self, leaf: Leaf, *, own: bool = True) -> None:
        match leaf.record:
            case TariffSet() as record:
                self.tariffs.append(record)
            case ContractAgreed() as record:
                self.contracts.append(record)
            case IncidentOpened(incident=incident, product=product):
                self.products[incident] = product
            case WorkTyped() as record:
                self.typed[record.work] = Typed(record, leaf.time, leaf.actor.id)
            case WorkWithdrawn(work=work):
                self.typed.pop(work, None)
            case ResaleRateSet() as record:
                self.resale_rates.append(record)
            case ResaleActivated(product=product, first=first):
                self.activated[product] = first
            case IncidentPassed(incident=incident, how=how, reseller=reseller):
                if how in ON_RESELLERS_ACCOUNT:
                    self.resellers[incident] = reseller
            case SessionClosed(activities=activities) if leaf.session is not None:
                self.closed.add(leaf.session)
                if activities:
                    self.done[leaf.session] = activities
            case SessionPaused() if own and leaf.session is not None:
                self.held.setdefault(leaf.session, leaf.time)
            case SessionResumed() if own and leaf.session in self.held:
                since = self.held.pop(leaf.session)
                self.pauses.setdefault(leaf.session, []).append((since, max(since, leaf.time)))
            case _:
                pass

    # ------------------------------------------------------------------------ entries

    def paused(self, session: Sat) -> list[Stretch]:
        """One that was never resumed lasts to the end."""
        held = self.held.get(session.id)
        return [*self.pauses.get(session.id, ()), *([] if held is None else [(held, session.end)])]

    def entry(self, session: Sat) -> Entry:
        codes = self.done.get(session.id, session.asked)
        worked = stretches(session.start, max(session.start, session.end), self.paused(session))
        return Entry(
            "session",
            session.id,
            worked,
            self.products.get(session.incident),
            all_training(codes),
            self.resellers.get(session.incident, ""),
        )

    def off_session(self, start: datetime, end: datetime) -> list[Entry]:
        """Of a period is the work that was typed in it."""
        return [self._typed(one.record, one.worked) for one in self.typed.values() if start <= one.at < end]

    def _typed(self, record: WorkTyped, worked: Stretch) -> Entry:
        incident = record.incident or ""
        reseller, product = self.resellers.get(incident, ""), record.product
        about = self.products.get(incident)
        if product is None and (reseller or about in self.activated):
            product = about  # else nobody pays for what was not said
        training = all_training(record.activities)
        return Entry("off_session", record.work, (worked,), product, training, reseller)

    def paid(self) -> Paid:
        return Paid(
            [terms(one) for one in self.contracts],
            [tariff(one) for one in self.tariffs],
            self.zone,
            self.resale(),
        )

    def resale(self) -> Resale:
        """What this log says of its customer as a reseller."""
        activated = {product: date.fromisoformat(first) for product, first in self.activated.items()}
        return Resale(activated, [resale_rate(one) for one in self.resale_rates])

    def charged(
        self, sessions: Iterable[Sat], listed: Collection[str], start: datetime, end: datetime
    ) -> tuple[list[Charged], dict[str, Account], dict[str, Account]]:
        """Of the period; with the accounts of contracts' hours before it and after it."""
        every, paid = list(sessions), self.paid()
        before = opened(paid.contracts)
        if before:
            earlier = [self.entry(one) for one in every if one.start < start and one.id not in listed]
            earlier += self.off_session(datetime.min.replace(tzinfo=UTC), start)
            _, before = charge(earlier, paid, before)
        now = [self.entry(one) for one in every if one.id in listed] + self.off_session(start, end)
        found, after = charge(now, paid, before)
        return found, before, after

    # -------------------------------------------------------------------------- value

    def value(
        self, sessions: Sequence[Sat], numbers: Mapping[str, int], start: datetime, end: datetime
    ) -> dict[str, Value]:
        """The report's `charges`. `numbers` of the sessions it lists; `end` is the first instant after it."""
        if not self.tariffs and not self.typed and not self.activated:
            return {}
        found, before, after = self.charged(sessions, numbers, start, end)
        rows = [self._row(one, piece, numbers) for one in found for piece in one.pieces]
        listed = [one for one in sessions if one.id in numbers]
        lasted = sum(minutes_between(one.start, max(one.start, one.end)) for one in listed)
        worked = sum(one.minutes for one in found if one.entry.origin == "session")
        value: dict[str, Value] = {
            "rows": rows,
            "lines": _lines(found),
            "paused_minutes": lasted - worked,
            "minutes": sum(one.minutes for one in found),
            "billed_minutes": sum(one.billed for one in found),
            "cents": sum(one.cents for one in found),
            "tariffs": self._tariffs(found, start, end),
            "codes_missing": sum(one.id not in self.closed for one in listed),
        }
        if hours := _hours(before, after, self._days(start, end), self.paid().contracts):
            value["hours"] = hours
        return {"charges": value}

    def _row(self, one: Charged, piece: Piece, numbers: Mapping[str, int]) -> Value:
        entry, condition = one.entry, piece.condition
        row: dict[str, Value] = {
            "origin": entry.origin,
            "day": piece.day.isoformat(),
            "kind": condition.kind,
            "minutes": piece.minutes,
            "billed_minutes": piece.billed,
            "rate_cents_hour": condition.rate,
            "cents": piece.cents,
        }
        if condition.tariff:
            row["tariff"] = condition.tariff
        if entry.origin == "session":
            row["n"] = numbers[entry.id]
            codes = self.done.get(entry.id, ())
        else:
            row["work"] = entry.id
            codes = self.typed[entry.id].record.activities
        row["activities"] = [activity_value(code) for code in codes]
        return row

    def _days(self, start: datetime, end: datetime) -> tuple[date, date]:
        here = ZoneInfo(self.zone)
        last = max(start, end - timedelta(milliseconds=1))
        return start.astimezone(here).date(), last.astimezone(here).date()

    def _tariffs(self, found: Sequence[Charged], start: datetime, end: datetime) -> list[Value]:
        """Those used, and those that hold on the period's last day."""
        used = {piece.condition.tariff for one in found for piece in one.pieces}
        last = self._days(start, end)[1]
        return [
            {
                "version": one.version,
                "from": one.first.isoformat(),
                "assistance_cents_hour": one.assistance,
                "training_cents_hour": one.training,
                "vat_percent": one.vat,
                "own": one.own,
            }
            for one in self.paid().tariffs
            if one.version in used or one.holds(last)
        ]


def _lines(found: Sequence[Charged]) -> list[Value]:
    """What rows come to, by what they are charged as; `entries` counts those with a part in it."""
    sums: Counter[tuple[tuple[int, str, int], str]] = Counter()
    for one in found:
        touched = set()
        for piece in one.pieces:
            key = (LINES.index(piece.condition.kind), piece.condition.tariff, piece.condition.rate)
            touched.add(key)
            sums[key, "minutes"] += piece.minutes
            sums[key, "billed_minutes"] += piece.billed
            sums[key, "cents"] += piece.cents
        for key in touched:
            sums[key, "entries"] += 1
    lines: list[Value] = []
    for key in sorted({key for key, _ in sums}):
        kind, version, rate = key
        line: dict[str, Value] = {"kind": LINES[kind], "rate_cents_hour": rate}
        if version:
            line["tariff"] = version
        line |= {name: sums[key, name] for name in ("entries", "minutes", "billed_minutes", "cents")}
        lines.append(line)
    return lines


def _hours(
    before: Mapping[str, Account],
    after: Mapping[str, Account],
    days: tuple[date, date],
    contracts: Sequence[Terms],
) -> list[Value]:
    """Of every year of a contract with a number of hours that the period touches."""
    first, last = days
    here = {
        one.account(day)
        for one in contracts
        if one.included is not None
        for day in (max(first, one.first), min(last, one.last))
        if one.covers(day) and first <= day <= last
    }
    return [
        {
            "from": name,
            "included_minutes": after[name].included,
            "used_before_minutes": before[name].used,
            "used_now_minutes": after[name].used - before[name].used,
            "left_minutes": after[name].left,
        }
        for name in sorted(here)
        if name in after
    ]
