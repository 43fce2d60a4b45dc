"""«Posso intervenire?»: what is still missing, in the order in which it is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.domain import request as r
from broker.domain.may import missing, stands
from broker.domain.refusal import Why
from broker.domain.request import AnyRequest
from tests.broker.test_moves import ANSWER, ASKED, NOW, REQUESTS, SESSIONS

APPROVED = r.Approved(ASKED, ANSWER, "self", "p-ads")
WAIVED = replace(APPROVED, supervision="waived", watcher=None)
SUPERVISED = r.Supervised(ASKED, ANSWER, "self", "p-ads")


@pytest.mark.parametrize(
    ("request_", "hours", "connected", "lacks"),
    [
        (SUPERVISED, 0, True, ()),
        (WAIVED, 0, True, ()),
        (APPROVED, 0, True, (Why.SUPERVISION_MISSING,)),
        (r.AwaitingApproval(ASKED), 0, True, (Why.AUTHORISATION_MISSING,)),
        (SUPERVISED, 1, False, (Why.WINDOW_CLOSED, Why.HOST_UNREACHABLE)),
        (SUPERVISED, -1, True, (Why.WINDOW_CLOSED,)),
        (r.Lapsed(ASKED), 0, True, (Why.WRONG_STATE,)),
    ],
)
def test_what_is_missing(request_: AnyRequest, hours: int, connected: bool, lacks: tuple[Why, ...]) -> None:  # noqa: FBT001
    at = NOW + timedelta(hours=hours)
    assert missing(request_, None, at, connected=connected) == lacks


def test_where_a_request_stands_is_its_own_word_until_its_session_has_one() -> None:
    assert [stands(one, None) for one in REQUESTS] == [one.STATE for one in REQUESTS]
    opened = r.Opened(ASKED, ANSWER, "self", "p-ads")
    assert stands(opened, SESSIONS[1]) == "opening"
    assert stands(opened, SESSIONS[2]) == "active"
    assert stands(SUPERVISED, SESSIONS[0]) == "supervised"
