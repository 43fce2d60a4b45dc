"""Who may play a recording: by role, by leave, for a reason, until an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from audit import instant
from audit.leaf import Leaf
from audit.record import Actor
from audit.recording_records import PlaybackAllowed, PlaybackAsked, PlaybackEnded
from audit.records import AnyRecord
from broker.domain.people import Person, Role, Who
from broker.domain.playing import (
    ADS_LONGEST,
    MAY_SAY,
    REASONS,
    Allowed,
    AnyPlayback,
    Asked,
    answer_by,
    basis,
    check_end,
    concerns,
    for_ads,
    in_force,
    note_request,
    reason_of,
    second,
    standing,
)
from broker.domain.refusal import Refused, Why

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
OWNER, TITOLARE = Actor("p-0000000b", "owner"), Actor("p-00000001", "titolare")
ADS = Person("p-00000002", "t-1", "ads", "Aldo", "ads", "a@b.example", active=True)
ASKED = Asked("v-1", "s-1", "incident", OWNER, AT)
ALLOWED = Allowed("v-2", "s-1", "control", ADS.id, TITOLARE, AT, AT + timedelta(days=1))
PERSONS = Asked("v-3", "s-1", "access_request", TITOLARE, AT, date(2026, 11, 1))


def who(role: Role, person: str = "p-0000000f") -> Who:
    return Who(person, "t-house" if role in ("owner", "technician") else "t-1", role, "X", "::1", "passkey")


def why(no: pytest.ExceptionInfo[Refused]) -> Why:
    return no.value.why


def test_what_stands_is_what_the_log_says() -> None:
    until = instant.to_text(ALLOWED.until)
    told: list[tuple[AnyRecord, Actor]] = [
        (PlaybackAsked("v-1", "s-1", "incident"), OWNER),
        (PlaybackAllowed("v-2", "s-1", ADS.id, "control", until), TITOLARE),
        (PlaybackAsked("v-3", "s-1", "access_request", "2026-11-01"), TITOLARE),
    ]
    leaves = [Leaf("t-1", n, AT, by, record) for n, (record, by) in enumerate(told)]
    assert standing(leaves) == (ASKED, ALLOWED, PERSONS)
    ended = Leaf("t-1", 3, AT, TITOLARE, PlaybackEnded("v-1"))
    assert standing([*leaves, ended]) == (ALLOWED, PERSONS)
    assert in_force((ASKED, ALLOWED), ALLOWED.until) == (ASKED,)


@pytest.mark.parametrize("role", ["titolare", "auditor"])
def test_these_need_nobodys_leave(role: Role) -> None:
    assert basis((), who(role), "s-1", "control", AT) is None
    assert {reason_of(who(role), one) for one in REASONS} == set(REASONS)


def test_the_titolare_reads_for_a_persons_request() -> None:
    assert basis((PERSONS,), who("titolare"), "s-1", "access_request", AT) == "v-3"
    assert basis((PERSONS,), who("titolare"), "s-2", "access_request", AT) is None
    assert basis((PERSONS,), who("auditor"), "s-1", "access_request", AT) is None


@pytest.mark.parametrize(
    ("found", "reader", "session", "at"),
    [
        pytest.param((), who("ads", ADS.id), "s-1", AT, id="no leave"),
        pytest.param((ALLOWED,), who("ads"), "s-1", AT, id="another's"),
        pytest.param((ALLOWED,), who("ads", ADS.id), "s-2", AT, id="another session"),
        pytest.param((ALLOWED,), who("ads", ADS.id), "s-1", ALLOWED.until, id="over"),
        pytest.param((ASKED,), who("owner", OWNER.id), "s-1", AT, id="asked for only"),
        pytest.param((), who("technician"), "s-1", AT, id="a technician"),
    ],
)
def test_others_need_one_that_stands(
    found: tuple[AnyPlayback, ...], reader: Who, session: str, at: datetime
) -> None:
    with pytest.raises(Refused) as no:
        basis(found, reader, session, "incident", at)
    assert why(no) is Why.NOT_ALLOWED


def test_a_leave_that_stands() -> None:
    assert basis((ASKED, ALLOWED), who("ads", ADS.id), "s-1", "control", AT) == "v-2"


def test_reasons_are_of_a_role() -> None:
    assert MAY_SAY["owner"] == ("incident",)
    for role, reason in (("owner", "control"), ("ads", "access_request"), ("technician", "incident")):
        with pytest.raises(Refused) as no:
            reason_of(who(role), reason)  # type: ignore[arg-type]
        assert why(no) is Why.BAD_INPUT


@pytest.mark.parametrize(
    ("whom", "reason", "lasts", "field"),
    [
        (None, "control", 1, "person"),
        (replace(ADS, active=False), "control", 1, "person"),
        (replace(ADS, role="titolare"), "control", 1, "person"),
        (replace(ADS, tenant="t-2"), "control", 1, "person"),
        (ADS, "access_request", 1, "reason"),
        (ADS, "control", 0, "until"),
        (ADS, "control", ADS_LONGEST.days + 1, "until"),
    ],
)
def test_leaves_that_nobody_gives(whom: Person | None, reason: str, lasts: int, field: str) -> None:
    with pytest.raises(Refused) as no:
        for_ads("v-2", "s-1", whom, reason, who("titolare"), AT + timedelta(days=lasts), AT)
    assert no.value.facts == {"field": field}


def test_the_vendors_second_person_is_another_one() -> None:
    given = second(ASKED, who("owner"), AT)
    assert (given.person, given.by.id, given.until) == (OWNER.id, "p-0000000f", AT + timedelta(hours=24))
    for found, by, told in (
        (ASKED, who("owner", OWNER.id), Why.OWN_REQUEST),
        (given, who("owner"), Why.WRONG_STATE),
        (PERSONS, who("owner"), Why.WRONG_STATE),
    ):
        with pytest.raises(Refused) as no:
            second(found, by, AT)
        assert why(no) is told


def test_who_ends_and_who_hears_of_it() -> None:
    for found in (ASKED, ALLOWED, PERSONS):
        check_end(found, "titolare")
        assert concerns(found, who("auditor"))
    check_end(ASKED, "owner")
    for found, role in ((ALLOWED, "owner"), (PERSONS, "owner"), (ALLOWED, "ads"), (ASKED, "auditor")):
        with pytest.raises(Refused) as no:
            check_end(found, role)  # type: ignore[arg-type]
        assert why(no) is Why.NOT_ALLOWED
    assert [concerns(one, who("owner")) for one in (ASKED, ALLOWED, PERSONS)] == [True, False, False]
    assert [concerns(one, who("ads", ADS.id)) for one in (ASKED, ALLOWED, PERSONS)] == [False, True, False]
    assert not concerns(ALLOWED, who("ads"))


def test_a_request_has_a_day_and_a_month_to_be_answered() -> None:
    today = AT.date()
    assert note_request("v-3", "s-1", who("titolare"), today, AT, today).received == today
    for day in (today + timedelta(days=1), today - timedelta(days=367)):
        with pytest.raises(Refused) as no:
            note_request("v-3", "s-1", who("titolare"), day, AT, today)
        assert why(no) is Why.BAD_INPUT
    assert answer_by(date(2026, 11, 2)) == date(2026, 12, 2)
    assert answer_by(date(2026, 12, 31)) == date(2027, 1, 31)
    assert answer_by(date(2027, 1, 31)) == date(2027, 2, 28)
