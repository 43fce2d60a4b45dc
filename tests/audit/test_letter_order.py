"""The lawful order of letters with receipts, and of mail bound to a request, asked of both verifiers."""

from __future__ import annotations

from itertools import permutations

import pytest

from audit import records
from audit.commitment import Opening
from audit.records import AnyRecord
from tests.audit.test_verify_sessions import granted
from tests.audit.verdicts import alone, judge, sound
from tests.audit.world import World

SENT = records.LetterSent("l-00000001", "pec", "report", "uncertain", "ab" * 32)
TEXT = Opening(bytes(32), {"recipient": "albergo@pec.example", "subject": "Rapporto"})
CAME = [records.LetterReceipted(SENT.letter, kind) for kind in ("accepted", "delivered")]
LATE = records.LetterOverdue(SENT.letter)


def told(*later: AnyRecord, sent: int = 1) -> World:
    w, request, _ = granted()
    mail = w.append(records.MailBound(request.request, "code", "awaiting_approval"))
    for _ in range(sent):
        w.append(SENT, opening=TEXT)
    for one in later:
        w.append(one, refs=(mail,))
    return w


@pytest.mark.parametrize("later", [*permutations(CAME), [LATE, *CAME, *CAME], []])
def test_receipts_come_in_any_order_and_twice(later: list[AnyRecord]) -> None:
    sound(judge(told(*later)))


@pytest.mark.parametrize("one", [*CAME, LATE])
def test_of_a_letter_that_nobody_sent(one: AnyRecord) -> None:
    alone(judge(told(one, sent=0)), "INCOMPLETE", "unknown_letter")


def test_sent_twice_or_twice_overdue() -> None:
    alone(judge(told(sent=2)), "INCOMPLETE", "order")
    alone(judge(told(LATE, LATE)), "INCOMPLETE", "order")


def test_mail_is_bound_to_a_request_that_there_is() -> None:
    w = told()
    w.append(records.MailBound("r-99999999", "hand", "accepted"))
    alone(judge(w), "INCOMPLETE", "unknown_request")


def test_a_letter_s_text_is_sealed() -> None:
    w = World()
    w.onboard()
    w.append(SENT)
    assert {f.cls for f in judge(w).findings} & {"MALFORMED", "WITHHELD"}
