"""Who was administrator when: as the sets and the appointments of a log say, on any past day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audit.administrator_records import AdministratorAppointed, AdministratorEnded, NoticeChanged
from audit.administrators import Register, Tenure
from audit.approvers import Approver, Approvers, Origin
from audit.errors import Malformed
from audit.estate_records import ApproversChanged
from audit.leaf import Leaf
from audit.person_records import TenantOpened
from audit.record import BROKER, Actor
from audit.records import AnyRecord

NOON = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
SIGNING = Origin("firma.localhost", "http://firma.localhost:8701")
OPENED = TenantOpened("t-house", demo=False, zone="Europe/Rome")
APPOINT = AdministratorAppointed("n-1", "p-9", ("GEST",), ("h-1",), "2026-11-03", "2026-11-30", "2026-11-01")


def line(person: str, role: Any = "ads", key: str = "", days: int = 10, since: datetime = NOON) -> Approver:
    return Approver(person, role, key or person, "k", since, since + timedelta(days=days))


class Told:
    """A register told record by record."""

    def __init__(self) -> None:
        self.register, self.n = Register(), 0
        self.tell(OPENED)

    def tell(self, record: AnyRecord, at: datetime = NOON, statement: bytes | None = None) -> None:
        actor = BROKER if isinstance(record, TenantOpened) else Actor("p-1", "titolare")
        self.register.feed(Leaf("t-1", self.n, at, actor, record), statement)
        self.n += 1

    def set(self, *lines: Approver, at: datetime = NOON) -> None:
        new = Approvers("t-1", 1, None, SIGNING, (line("p-1", "titolare"), *lines))
        self.tell(ApproversChanged(1, new.digest.hex(), (), demo_software=False), at, new.encode())

    def on(self, month: int, day: int) -> list[str]:
        return [one.person for one in self.register.on(date(2026, month, day))]


def test_l03_the_list_of_a_past_day_is_of_who_was_valid_then() -> None:
    """Appointed from the 3rd, ended on the 20th; ADS by the set from the 2nd, out of the next one on the 10th."""
    told = Told()
    told.set(line("p-2"), line("p-3", "vendor_ads", days=20))
    told.tell(APPOINT)
    told.set(line("p-3", "vendor_ads", days=20), at=NOON + timedelta(days=8))
    told.tell(AdministratorEnded("n-1", "p-9", "revoked"), NOON + timedelta(days=18))
    assert told.on(11, 1) == []
    assert told.on(11, 2) == ["p-2", "p-3"]
    assert told.on(11, 3) == ["p-2", "p-3", "p-9"]
    assert told.on(11, 10) == ["p-2", "p-3", "p-9"]
    assert told.on(11, 11) == ["p-3", "p-9"]
    assert told.on(11, 20) == ["p-3", "p-9"]
    assert told.on(11, 21) == ["p-3"]
    assert told.on(11, 23) == []


def test_of_an_appointment_everything_it_says() -> None:
    told = Told()
    told.tell(APPOINT)
    midnight = datetime(2026, 11, 2, 23, tzinfo=UTC)  # in Rome
    assert told.register.every() == [
        Tenure("p-9", "appointment", midnight, datetime(2026, 11, 30, 23, tzinfo=UTC), 1, "p-1", ("GEST",), ("h-1",), "2026-11-01"),
    ]  # fmt: skip
    assert not told.register.counts("p-9", midnight - timedelta(milliseconds=1))
    assert told.register.counts("p-9", midnight)
    assert not told.register.counts("p-2", midnight)


def test_one_appointed_for_today_is_so_from_the_record_on() -> None:
    told = Told()
    told.tell(APPOINT, NOON + timedelta(days=1))
    assert told.register.every()[0].since == NOON + timedelta(days=1)


def test_ended_before_it_began_it_never_was() -> None:
    told = Told()
    told.tell(APPOINT)
    told.tell(AdministratorEnded("n-1", "p-9", "revoked"))
    assert told.on(11, 3) == []


def test_what_names_nothing_known_or_another_person_ends_nothing() -> None:
    told = Told()
    told.tell(APPOINT)
    told.tell(AdministratorEnded("n-2", "p-9", "revoked"))
    told.tell(AdministratorEnded("n-1", "p-2", "revoked"))
    told.tell(NoticeChanged("names"))
    assert told.on(11, 30) == ["p-9"]


def test_two_passkeys_are_one_person_and_a_renewal_goes_on() -> None:
    told = Told()
    told.set(line("p-2", key="a"), line("p-2", key="b", days=20))
    [one] = told.register.every()
    assert (one.since, one.until) == (NOON, NOON + timedelta(days=20))
    told.set(line("p-2", days=40), at=NOON + timedelta(days=5))
    [one] = told.register.every()
    assert (one.since, one.until) == (NOON, NOON + timedelta(days=40))


def test_whoever_comes_back_after_his_time_was_none_in_between() -> None:
    told = Told()
    later = NOON + timedelta(days=15)
    told.set(line("p-2"))
    told.set(line("p-2", since=later), at=later)
    assert [(one.since, one.until) for one in told.register.every()] == [
        (NOON, NOON + timedelta(days=10)),
        (later, later + timedelta(days=10)),
    ]


def test_a_set_without_its_statement_says_nothing() -> None:
    told = Told()
    with pytest.raises(Malformed, match="statement"):
        told.tell(ApproversChanged(1, "0" * 64, (), demo_software=False))
