"""What lacks before a session: which code, in which order, and whether it is told or blocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from broker.domain.estate import Tenant
from broker.domain.papers import Filed, Paper
from broker.domain.preconditions import Facts, Lack, block_day, demand, facts, lacking, told_record
from broker.domain.refusal import Refused, Why
from broker.domain.register import Announced, Matrix, Register

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CUSTOMER = Tenant("t-1", "customer", "Albergo", "Europe/Rome", demo=False, opened=NOW - timedelta(days=10))
WHOLE = Facts(2, True, True, True, True, True, TODAY, date(2027, 1, 1))
NOTHING = Facts(2, False, False, False, False, False, TODAY, date(2027, 1, 1))
ORDER = (
    Why.DPA_MISSING, Why.MATRIX_MISSING, Why.CONFIDENTIALITY_MISSING, Why.TRAINING_MISSING,
    Why.SUBPROCESSOR_NOT_LISTED,
)  # fmt: skip


def test_whoever_has_all_of_it_lacks_nothing() -> None:
    assert lacking(WHOLE) == ()
    assert told_record("r-1", WHOLE) is None
    demand(())


def test_before_the_day_it_is_told_and_from_the_day_on_it_blocks() -> None:
    """D-12; a sub-processor nobody let in blocks from the first day."""
    told = lacking(NOTHING)
    assert tuple(one.code for one in told) == ORDER
    assert [one.blocks for one in told] == [False, False, False, False, True]
    assert all(one.blocks for one in lacking(replace(NOTHING, block=TODAY)))


@pytest.mark.parametrize(
    ("field", "code"),
    list(zip(("dpa", "matrix", "confidentiality", "training", "subprocessor"), ORDER, strict=True)),
)
def test_each_fact_has_its_own_code(field: str, code: Why) -> None:
    lacks = lacking(replace(WHOLE, block=TODAY, **{field: False}))
    assert lacks == (Lack(code, blocks=True),)
    with pytest.raises(Refused) as no:
        demand(lacks)
    assert no.value.why is code


def test_s28_the_matrix_is_asked_of_category_two_alone() -> None:
    lacks = replace(WHOLE, matrix=False)
    assert [one.code for one in lacking(lacks)] == [Why.MATRIX_MISSING]
    assert lacking(replace(lacks, category=1)) == ()


def test_what_is_only_told_refuses_nothing_and_is_a_record() -> None:
    found = replace(WHOLE, dpa=False)
    demand(lacking(found))
    record = told_record("r-1", found)
    assert record is not None
    assert (record.lacks, record.block) == (("dpa_missing",), "2027-01-01")


def test_a_customer_has_ninety_days_unless_another_day_was_set() -> None:
    assert block_day(CUSTOMER, Register()) == date(2027, 2, 10)
    assert block_day(CUSTOMER, Register(block=TODAY)) == TODAY


def filed(kind: str, person: str | None = None, dated: str = "2026-01-01", until: str | None = None) -> Filed:
    return Filed(f"f-{kind}", Paper(kind, "1", dated), until, person)


def test_facts_are_of_that_customer_and_that_technician() -> None:
    row = ("p-1",)
    mine = Register([filed("dpa")], matrix=Matrix(row, row, row, row))
    house = Register([filed("confidentiality", "p-t"), filed("training", "p-t")])
    assert lacking(facts(CUSTOMER, mine, house, "p-t", NOW)) == ()
    other = lacking(facts(CUSTOMER, mine, house, "p-other", NOW))
    assert [one.code for one in other] == [Why.CONFIDENTIALITY_MISSING, Why.TRAINING_MISSING]


def test_a_paper_counts_from_its_date_to_its_last_day() -> None:
    until = Register([filed("dpa", until="2026-11-22")])
    assert until.has("dpa", TODAY)
    assert not until.has("dpa", TODAY + timedelta(days=1))
    assert not Register([filed("dpa", dated="2026-11-23")]).has("dpa", TODAY)


@pytest.mark.parametrize(
    ("announced", "blocks"),
    [
        (None, True),
        (Announced("c-1", "general", "2026-11-22"), True),
        (Announced("c-1", "general", "2026-11-21"), False),
        (Announced("c-1", "general", "2026-11-30", "agreed"), False),
        (Announced("c-1", "general", "2026-11-01", "objected"), True),
        (Announced("c-1", "specific", "2026-11-01"), True),
        (Announced("c-1", "specific", "2026-11-30", "agreed"), False),
    ],
)
def test_l32_a_sub_processor_counts_after_its_notice_or_an_explicit_yes(
    announced: Announced | None,
    blocks: bool,  # noqa: FBT001
) -> None:
    house = Register(employers={"p-t": "c-1"})
    mine = Register(subprocessors={} if announced is None else {"c-1": announced})
    lacks = lacking(facts(CUSTOMER, mine, house, "p-t", NOW))
    assert (Lack(Why.SUBPROCESSOR_NOT_LISTED, blocks=True) in lacks) is blocks
