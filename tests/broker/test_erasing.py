"""What may be erased when: each item by its own term, a printed text with its last report, nothing on hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.erasure import Erasure
from audit.retention import ends
from broker.domain.erasing import (
    Hold,
    Kept,
    Printed,
    Text,
    due,
    lift,
    new_hold,
    next_due,
    ordered,
    printed_files,
    printed_requests,
    printing,
)
from broker.domain.refusal import Refused, Why

AT = datetime(2026, 11, 10, 9, tzinfo=UTC)
ZONE = "Europe/Rome"
ASKED = Text(1, "authorisation", AT, request="r-1", printed=True)
NOTE = Text(2, "log", AT, request="r-1")
OTHER = Text(3, "authorisation", AT, request="r-2", printed=True)
FIGURES = Text(8, "report", AT, period="2026-11")
REPORT = Printed(9, "VB-1", "2026-11", AT + timedelta(days=21), frozenset({"r-1"}))
KEPT = Kept((ASKED, NOTE, OTHER, FIGURES), (REPORT,), (), {}, ZONE)
HOLD = Hold("o-1", "r-1", "owner", "claim", date(2027, 1, 1))
ORDER = Erasure("t-1", ("r-1",), ("VB-1",), "asked_by_person", AT)


def years(count: int) -> datetime:
    return ends(AT, 12 * count, ZONE)


def test_each_goes_at_its_own_term() -> None:
    assert due(KEPT, years(2) - timedelta(seconds=1)).refs == ()
    assert due(KEPT, years(2)).refs == (2,)
    assert due(KEPT, years(10)).refs == (2, 3)


def test_what_a_report_prints_goes_with_it() -> None:
    """And the commercial part with the reports of its month."""
    last = ends(REPORT.since, 120, ZONE)
    assert due(KEPT, last - timedelta(seconds=1)).refs == (2, 3)
    found = due(KEPT, last)
    assert (found.texts, found.reports) == ((1, 2, 3, 8), (9,))


def test_the_customers_terms_count() -> None:
    assert due(replace(KEPT, chosen={"log": 1}), ends(AT, 1, ZONE)).refs == (2,)
    assert due(replace(KEPT, chosen={"log": 36}), years(2)).refs == ()


def test_a_hold_stays_its_request_and_the_report_that_prints_it() -> None:
    assert due(replace(KEPT, holds=(HOLD,)), years(20)).refs == (3,)
    assert due(replace(KEPT, holds=(replace(HOLD, request=None),)), years(20)).refs == ()


def test_when_the_first_term_ends() -> None:
    assert next_due(KEPT) == years(2)
    assert next_due(replace(KEPT, texts=(), reports=())) is None


@given(st.integers(0, 8000), st.integers(0, 8000), st.sampled_from([(), (HOLD,)]))
def test_what_is_due_stays_due_and_nothing_is_due_early(
    first: int, more: int, holds: tuple[Hold, ...]
) -> None:
    kept = replace(KEPT, holds=holds)
    early, late = (due(kept, AT + timedelta(days=days)) for days in (first, first + more))
    assert set(early.refs) <= set(late.refs)
    at = AT + timedelta(days=first)
    assert all(at >= kept.free(item) for item in (*kept.texts, *kept.reports) if item.n in early.refs)


def test_an_order_takes_the_texts_and_the_reports_it_names() -> None:
    assert printing(KEPT, ("r-1",)) == ("VB-1",)
    assert printing(KEPT, ("r-2",)) == ()
    found = ordered(KEPT, ORDER)
    assert (found.texts, found.reports, found.refs) == ((1, 2), (9,), (1, 2, 9))


@pytest.mark.parametrize(
    ("kept", "order", "why"),
    [
        (replace(KEPT, holds=(HOLD,)), ORDER, Why.ERASURE_HELD),
        (KEPT, replace(ORDER, reports=()), Why.WRONG_STATE),
        (KEPT, replace(ORDER, requests=("r-3",)), Why.WRONG_STATE),
    ],
)
def test_orders_that_are_refused(kept: Kept, order: Erasure, why: Why) -> None:
    with pytest.raises(Refused) as no:
        ordered(kept, order)
    assert no.value.why is why


def test_a_hold_is_new_with_reason_and_review() -> None:
    today = date(2026, 11, 10)
    assert new_hold("o-1", None, "owner", "claim", today + timedelta(days=184), today).reason == "claim"
    for reason, days in (("x", 1), ("claim", 0), ("claim", 185)):
        with pytest.raises(Refused):
            new_hold("o-1", None, "owner", reason, today + timedelta(days=days), today)


def test_who_lifts_a_hold() -> None:
    lift(HOLD, "owner")
    lift(HOLD, "titolare")
    with pytest.raises(Refused):
        lift(replace(HOLD, role="titolare"), "owner")


def test_what_a_report_prints() -> None:
    sessions = [
        {"incident": {"id": "I-1", "text": "x"}, "authorisation": {"id": "r-1"}},
        {"incident": {"id": "I-2"}, "authorisation": {"id": "r-2"}},
        {"incident": {"id": "I-3", "text": "x"}},
    ]
    assert printed_requests(json.dumps({"sessions": sessions}).encode()) == {"r-1"}


def test_which_files_a_report_lists_by_name() -> None:
    named, bare = {"leaf": 5, "path": "/srv/a"}, {"leaf": 6}
    doings = {
        "files": {"count": 2, "lines": [named, bare]},
        "refused": {"count": 1, "lines": [named | {"leaf": 7}]},
    }
    ports = {"ports": {"count": 1, "lines": [{"leaf": 8}]}}
    sessions = [
        {"incident": {"id": "I-1"}, "authorisation": {"id": "r-1"}, "doings": doings},
        {"incident": {"id": "I-2"}, "authorisation": {"id": "r-2"}, "doings": ports},
        {"incident": {"id": "I-3"}},
    ]
    report = json.dumps({"sessions": sessions}).encode()
    assert printed_files(report) == {5, 7}
    assert printed_requests(report) == {"r-1"}


def test_a_file_s_name_goes_with_the_report_that_lists_it() -> None:
    """One beyond the list goes at its own term."""
    kept = replace(KEPT, reports=(replace(REPORT, files=frozenset({2})),), texts=(NOTE, replace(NOTE, n=4)))
    assert due(kept, years(2)).refs == (4,)
    assert due(kept, ends(REPORT.since, 120, ZONE)).refs == (2, 4, 9)
