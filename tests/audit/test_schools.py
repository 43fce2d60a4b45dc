"""Schools in the log (S-51 to S-53): the lawful order, what a titolare signs, what a month says; both verifiers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit import instant
from audit import school_records as s
from audit.canonical import decode, encode
from audit.duty_records import DocumentIssued
from audit.errors import BadSignature, Malformed
from audit.leaf import Leaf
from audit.month import evidence_part
from audit.periods import bounds
from audit.record import Actor
from audit.records import AnyRecord
from audit.school_order import CLEAN_UP_MOVES, ROWS, yearly
from audit.school_statements import ArchivesDelegation, CleanUpInstruction
from audit.statement import MAX_STATEMENT_BYTES, Statement
from audit.statement_parts import Activity
from audit.story import Story
from tests.audit.people import ARCHIVES, CLEAN_UP, LOGIN, SIGNING, TITOLARE, signed
from tests.audit.test_story import NOW
from tests.audit.verdicts import alone, judge, sound
from tests.audit.world import ORIGIN, TECHNICIAN, TENANT, ZONE, Twist, World
from tests.audit.world import TITOLARE as HIM

HIS, OWNERS, TECHNICIANS = (
    Actor(HIM, "titolare"),
    Actor("p-00000021", "owner"),
    Actor(TECHNICIAN, "technician"),
)
SCHOOL = s.CustomerTyped("school", "08-31")
STUDY = tuple(s.StudyAnswered(row, *(("ab" * 32, 7) if row == "document" else (None, None))) for row in ROWS)
IN_SERVICE = s.SchoolInService()
DUE = s.CleanUpDue("u-1", "2026-11-30")
INSTRUCTED = s.CleanUpInstructed("u-1", "ab" * 32, ("Registro", "Prestiti"), demo_software=True)
CLOSED, DECLINED = s.CleanUpClosed("u-1"), s.CleanUpDeclined("u-1")


def count(archive: int, phase: str, rows: int) -> s.CleanUpCounted:
    return s.CleanUpCounted("u-1", archive, phase, rows)


COUNTS = (count(1, "before", 900), count(2, "before", 40), count(1, "after", 100), count(2, "after", 0))
UP_TO: dict[str, tuple[AnyRecord, ...]] = {
    "new": (),
    "due": (DUE,),
    "instructed": (DUE, INSTRUCTED),
    "cleaning": (DUE, INSTRUCTED, *COUNTS),
    "closed": (DUE, INSTRUCTED, *COUNTS, CLOSED),
    "declined": (DUE, DECLINED),
}
NEXT = {one.KIND: one for one in (DUE, INSTRUCTED, count(1, "after", 90), CLOSED, DECLINED)}


def told(*records: AnyRecord) -> list[str]:
    """The codes of what step 8 finds."""
    story = Story(opened=True)
    leaves = [Leaf(TENANT, n, NOW, HIS, one) for n, one in enumerate(records, 1)]
    return [one.code for leaf in leaves for one in story.feed(leaf)]


@pytest.mark.parametrize("kind", CLEAN_UP_MOVES)
@pytest.mark.parametrize("state", UP_TO)
def test_s53_every_move_of_a_clean_up(state: str, kind: str) -> None:
    lawful = state in CLEAN_UP_MOVES[kind][0]
    one = count(1, "before", 9) if (state, kind) == ("instructed", "clean_up.counted") else NEXT[kind]
    assert told(SCHOOL, *UP_TO[state], one) == ([] if lawful else ["order"])


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        (COUNTS, None),
        ((*COUNTS[:2], count(1, "before", 3), *COUNTS[2:], count(1, "after", 2)), None),  # counted again
        (COUNTS[:3], "clean_up_open"),
        ((count(3, "before", 1),), "clean_up_count"),
        ((count(0, "before", 1),), "clean_up_count"),
        ((count(1, "before", -1),), "clean_up_count"),
        ((count(1, "after", 1),), "clean_up_count"),
        ((count(1, "midway", 1),), "clean_up_count"),
        ((COUNTS[0], COUNTS[2], COUNTS[0]), "clean_up_count"),
    ],
)
def test_s53_nothing_is_closed_without_counts_before_and_after(
    counts: tuple[AnyRecord, ...], code: str | None
) -> None:
    whole = counts == COUNTS[:3] or code is None
    found = told(SCHOOL, DUE, INSTRUCTED, *counts, *((CLOSED,) if whole else ()))
    assert found == ([] if code is None else [code])


def test_s53_a_new_instruction_forgets_the_counts_before_it() -> None:
    again = replace(INSTRUCTED, archives=("Registro",))
    assert told(SCHOOL, DUE, INSTRUCTED, COUNTS[0], again, COUNTS[2]) == ["clean_up_count"]


@pytest.mark.parametrize("left", ROWS)
def test_s51_no_school_is_in_service_with_an_open_row(left: str) -> None:
    rows = [one for one in STUDY if one.row != left]
    assert told(SCHOOL, *rows, IN_SERVICE) == ["study_open"]
    assert told(SCHOOL, *STUDY, IN_SERVICE) == []
    assert told(SCHOOL, *STUDY, IN_SERVICE, IN_SERVICE) == ["order"]


@pytest.mark.parametrize(
    "records",
    [
        (STUDY[0],),
        (IN_SERVICE,),
        (DUE,),
        (s.ArchivesDelegated("ab" * 32, "a-1", "2027-01-01T00:00:00.000Z", demo_software=True),),
        (s.CustomerTyped("school"),),
        (s.CustomerTyped("school", "02-29"),),
        (s.CustomerTyped("school", "8-31"),),
        (s.CustomerTyped("other", "08-31"),),
        (s.CustomerTyped("reseller"),),
        (SCHOOL, s.StudyAnswered("roof")),
        (SCHOOL, s.StudyAnswered("document")),
        (SCHOOL, s.StudyAnswered("server", "ab" * 32)),
        (SCHOOL, s.StudyAnswered("server", "ab" * 32, 0)),
        (SCHOOL, s.StudyAnswered("server", "ab" * 32, (32 << 20) + 1)),
    ],
)
def test_s51_what_a_school_does_not_say(records: tuple[AnyRecord, ...]) -> None:
    assert told(*records) == ["order"]


def test_s51_who_is_no_school_meanwhile_begins_anew() -> None:
    other = s.CustomerTyped("other")
    assert told(SCHOOL, *STUDY, IN_SERVICE, SCHOOL, other, SCHOOL, IN_SERVICE) == ["study_open"]


def test_a_day_that_every_year_has() -> None:
    assert [one for one in ("08-31", "02-28", "12-31") if not yearly(one)] == []
    assert [
        one for one in (None, "", "02-29", "13-01", "8-31", "08-32", "0831", "-08-31") if yearly(one)
    ] == []


# ---- what is signed


def delegation(w: World, **changes: Any) -> ArchivesDelegation:
    now = instant.whole_ms(w.now)
    made = ArchivesDelegation(TENANT, "a-1", (TECHNICIAN,), now, now + timedelta(days=90), demo_software=True)
    return replace(made, **changes)


def give(w: World, made: ArchivesDelegation, **bent: Any) -> None:
    record = s.ArchivesDelegated(
        made.digest.hex(), made.delegation, instant.to_text(made.not_after), demo_software=True
    )
    w.append(replace(record, **bent), actor=HIS, proof=w.signed(made, w.titolare))


def opened(w: World, code: str = "GEST") -> None:
    """A session of that class, whole."""
    w.twist.request = lambda asked: replace(asked, activities=(Activity(code, "ASS"),))
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.end(session, "closed_by_technician")


def school(*, in_service: bool = True) -> World:
    w = World(Twist())
    w.onboard()
    w.until(3, 10)
    w.append(SCHOOL, actor=OWNERS)
    for one in STUDY:
        w.append(one, actor=OWNERS, opening={"answer": "Un solo server."})
    if in_service:
        w.append(IN_SERVICE, actor=OWNERS)
    return w


def test_s52_archives_are_touched_under_a_delegation_alone() -> None:
    w = school()
    give(w, delegation(w))
    opened(w)
    sound(judge(w))
    bare = school()
    opened(bare)
    alone(judge(bare), "UNAPPROVED", "archives_undelegated")
    network = school()
    opened(network, "LAN")
    sound(judge(network))


@pytest.mark.parametrize("code", ["GEST", "BKP", "RST"])
@pytest.mark.parametrize("changes", [{"persons": ("p-00000099",)}, {"days": 0}, {"ended": True}])
def test_s52_a_delegation_that_does_not_cover_it(code: str, changes: dict[str, Any]) -> None:
    """To somebody else; ending before the window does; revoked before the session."""
    w = school()
    made = delegation(w)
    if "persons" in changes:
        made = replace(made, persons=changes["persons"])
    elif "days" in changes:
        made = replace(made, not_after=made.not_before + timedelta(hours=3))
    give(w, made)
    if "ended" in changes:
        w.append(s.ArchivesDelegationEnded(made.digest.hex()), actor=HIS)
    opened(w, code)
    alone(judge(w), "UNAPPROVED", "archives_undelegated")


@pytest.mark.parametrize("bent", [{"delegation": "a-2"}, {"until": "2027-01-01T00:00:00.000Z"}])
def test_s52_a_record_says_what_was_signed(bent: dict[str, Any]) -> None:
    w = school()
    give(w, delegation(w), **bent)
    alone(judge(w), "UNAPPROVED", "statement_differs")


def test_s52_only_the_titolare_gives_one_and_ends_it() -> None:
    for signer in ("ads", "stranger"):
        w = school()
        made = delegation(w)
        record = s.ArchivesDelegated(
            made.digest.hex(), "a-1", instant.to_text(made.not_after), demo_software=True
        )
        w.append(record, actor=HIS, proof=w.signed(made, getattr(w, signer)))
        alone(judge(w), "UNAPPROVED", "not_approver")
    w = school()
    give(w, delegation(w))
    w.append(s.ArchivesDelegationEnded(delegation(w).digest.hex()), actor=OWNERS)
    alone(judge(w), "UNAPPROVED", "statement_differs")
    w = school()
    w.append(DUE)
    w.append(DECLINED, actor=OWNERS, opening={"reason": "x"})
    alone(judge(w), "UNAPPROVED", "statement_differs")


def test_s51_before_it_is_in_service_only_what_prepares_it() -> None:
    w = school(in_service=False)
    opened(w, "SERV")
    sound(judge(w))
    early = school(in_service=False)
    give(early, delegation(early))
    opened(early)
    alone(judge(early), "INCOMPLETE", "school_not_in_service")


def cleaned(
    bend: Callable[[CleanUpInstruction], CleanUpInstruction] = lambda one: one, *, by: str = "titolare"
) -> World:
    w = school()
    w.append(DUE)
    w.until(20, 9)
    made = CleanUpInstruction(
        TENANT, "u-1", DUE.due, INSTRUCTED.archives, instant.whole_ms(w.now), demo_software=True
    )
    record = replace(INSTRUCTED, statement=bend(made).digest.hex())
    w.append(record, actor=HIS, proof=w.signed(bend(made), getattr(w, by)))
    w.until(21, 9)
    for one in COUNTS:
        w.append(one, actor=TECHNICIANS)
    minute = w.append(
        DocumentIssued("clean_up_minute", 1, "u-1"), actor=TECHNICIANS, opening={"title": "Verbale"}
    )
    w.append(CLOSED, actor=TECHNICIANS, refs=(minute,))
    w.until(30, 9)
    return w


def test_s53_a_clean_up_as_it_should_be() -> None:
    sound(judge(cleaned()))


@pytest.mark.parametrize("bent", [{"archives": ("Registro",)}, {"clean_up": "u-2"}, {"tenant": "t-00000000"}])
def test_s53_the_instruction_says_what_was_signed(bent: dict[str, Any]) -> None:
    alone(judge(cleaned(lambda one: replace(one, **bent))), "UNAPPROVED", "statement_differs")


def test_s53_nobody_else_instructs() -> None:
    alone(judge(cleaned(by="ads")), "UNAPPROVED", "not_approver")


def test_s53_the_month_has_the_counts_and_where_the_minute_is() -> None:
    """In the month in which it ended; in one before it is open, in one after it is not."""
    w = cleaned()
    leaves = [Leaf.parse(data) for data in w.leaves]
    minute = next(one for one in leaves if one.record.KIND == "document.issued")

    def month(period: str) -> Any:
        _, until = bounds(period, ZONE)
        return evidence_part(leaves, w.openings.get, period, ZONE, until, origin=ORIGIN).get("clean_ups")

    instructed = next(one for one in leaves if one.record.KIND == "clean_up.instructed")
    ended = next(one for one in leaves if one.record.KIND == "clean_up.closed")
    assert month("2026-11") == [
        {
            "id": "u-1",
            "due": "2026-11-30",
            "state": "closed",
            "instructed": instant.to_text(instructed.time),
            "statement": instructed.record.statement,  # type: ignore[union-attr]
            "archives": [
                {"name": "Registro", "before": 900, "after": 100},
                {"name": "Prestiti", "before": 40, "after": 0},
            ],
            "ended": instant.to_text(ended.time),
            "minute": {"leaf": minute.n, "commitment": minute.sealed},
        }
    ]
    assert month("2026-10") is None
    assert month("2026-12") is None
    open_one = [one for one in leaves if one.n < ended.n]
    _, until = bounds("2026-11", ZONE)
    [one] = evidence_part(open_one, w.openings.get, "2026-11", ZONE, until, origin=ORIGIN)["clean_ups"]
    assert (one["state"], one["archives"], "minute" in one) == (
        "open", [{"name": "Registro"}, {"name": "Prestiti"}], False,
    )  # fmt: skip


# ---- statements of a school: one spelling, and no agent reads them

PIECES: tuple[Statement, ...] = (ARCHIVES, CLEAN_UP)


@pytest.mark.parametrize("one", PIECES, ids=lambda one: one.TYPE)
def test_a_schools_statement_has_one_spelling(one: Statement) -> None:
    kind, data = type(one), one.encode()
    assert kind.parse(data) == one
    assert kind.parse(replace(one, demo_software=True).encode()) != one  # type: ignore[type-var]
    value = decode(data, max_bytes=MAX_STATEMENT_BYTES)
    for key in value:
        with pytest.raises(Malformed):
            kind.parse(encode({k: v for k, v in value.items() if k != key}))
    with pytest.raises(Malformed):
        kind.parse(encode({**value, "more": 1}))


@pytest.mark.parametrize(
    ("one", "bent"),
    [
        (ARCHIVES, {"persons": []}),
        (ARCHIVES, {"persons": ["p-9", "p-7"]}),
        (ARCHIVES, {"persons": ["p-7", "p-7"]}),
        (ARCHIVES, {"persons": ["Aurelia Prova"]}),
        (ARCHIVES, {"persons": [f"p-{n:02d}" for n in range(17)]}),
        (ARCHIVES, {"not_after": instant.to_text(ARCHIVES.not_before)}),
        (ARCHIVES, {"not_after": instant.to_text(ARCHIVES.not_before + timedelta(days=366, seconds=1))}),
        (CLEAN_UP, {"archives": []}),
        (CLEAN_UP, {"archives": ["a", "a"]}),
        (CLEAN_UP, {"archives": [" a"]}),
        (CLEAN_UP, {"archives": [""]}),
        (CLEAN_UP, {"archives": ["a\nb"]}),
        (CLEAN_UP, {"archives": ["a" * 121]}),
        (CLEAN_UP, {"archives": [f"archivio {n}" for n in range(41)]}),
        (CLEAN_UP, {"due": "31/08/2027"}),
    ],
)
def test_what_no_titolare_of_a_school_signs(one: Statement, bent: dict[str, Any]) -> None:
    value = decode(one.encode(), max_bytes=MAX_STATEMENT_BYTES)
    with pytest.raises(Malformed):
        type(one).parse(encode({**value, **bent}))


@pytest.mark.parametrize("one", PIECES, ids=lambda one: one.TYPE)
def test_whoever_checks_a_schools_signature_says_what_it_is_of(one: Statement) -> None:
    found = signed(one)
    with pytest.raises(Malformed):
        found.check(SIGNING, TITOLARE.public_key)  # an agent knows no such type
    assert found.check(SIGNING, TITOLARE.public_key, type(one)) == one
    with pytest.raises(BadSignature):
        found.check(LOGIN, TITOLARE.public_key, type(one))
