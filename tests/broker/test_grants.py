"""What may be asked and approved under the customer's rules, and the grant that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from audit.approval import Approval
from audit.approvers import Approver, ApproverRole, Approvers, Origin
from audit.policy import Policy, Tool
from audit.request import Request
from audit.statement_parts import Account, Activity, Channel, HostKey, LoginCredential, Technician
from broker.domain.approving import Lack, credential_digest, judge, lacking, line_of
from broker.domain.grants import Scope, Wish, choice, issue, scope
from broker.domain.people import Person
from broker.domain.refusal import Refused, Why
from broker.domain.request import Asked, AwaitingApproval

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
TECHNICIAN = Technician("p-tec", "t-house", (LoginCredential("aa", "bb"),), ())
ACCOUNT = Account("assistenza", administrator=False)
POLICY = Policy(
    "t-1", 1, None, ("terminal", "exec", "tool"), (Tool("anydesk", ("anydesk",), (), 5),), (("h-1", ACCOUNT),),
    "waivable", "inform", "end", 1800, 100 * 3600, 1, 0,
)  # fmt: skip
GEST = Activity("GEST", "ASS")
TERMINAL = Channel("terminal")
WISH = Wish((TERMINAL,), (GEST,))
APPROVERS = Approvers(
    "t-1", 1, None, Origin("firma.localhost", "http://firma.localhost:8701"),
    tuple(
        Approver(person, role, credential, "k", NOW - timedelta(days=1), NOW + timedelta(days=100))
        for person, role, credential in (
            ("p-tit", "titolare", "c1"), ("p-ads", "ads", "c2"), ("p-ads", "ads", "c3"), ("p-due", "ads", "c4"),
        )
    ),
)  # type: ignore[arg-type]  # fmt: skip
ADS = Person("p-ads", "t-1", "ads", "Aldo", "ads", "a@b.example", active=True)


def test_defaults_come_from_the_rules() -> None:
    assert scope(WISH, POLICY, "h-1", NOW) == Scope(
        (TERMINAL,), (GEST,), ACCOUNT, NOW, NOW + timedelta(hours=8), 1800
    )
    generous = replace(POLICY, longest_s=86400)
    assert scope(WISH, generous, "h-1", NOW).longest_s == 7200
    narrow = replace(POLICY, window_s=600)
    assert scope(WISH, narrow, "h-1", NOW).not_after == NOW + timedelta(minutes=10)


def test_a_window_that_began_already_begins_now() -> None:
    wish = replace(WISH, not_before=NOW - timedelta(hours=1), not_after=NOW + timedelta(hours=1))
    assert scope(wish, POLICY, "h-1", NOW).not_before == NOW


@pytest.mark.parametrize(
    ("wish", "host", "why"),
    [
        (
            replace(WISH, channels=(Channel("files", folder="/srv", direction="from_host"),)),
            "h-1",
            Why.POLICY_FORBIDS,
        ),
        (replace(WISH, channels=(Channel("tool", "other"),)), "h-1", Why.TOOL_MISSING),
        (replace(WISH, channels=()), "h-1", Why.BAD_INPUT),
        (
            replace(WISH, channels=(Channel("desktop"), Channel("desktop", control=True))),
            "h-1",
            Why.BAD_INPUT,
        ),
        (replace(WISH, activities=()), "h-1", Why.BAD_INPUT),
        (WISH, "h-2", Why.POLICY_FORBIDS),
        (replace(WISH, longest_s=-1), "h-1", Why.BAD_INPUT),
        (replace(WISH, longest_s=1801), "h-1", Why.POLICY_FORBIDS),
        # 72 hours are the limit whatever the rules say (D-05).
        (replace(WISH, not_after=NOW + timedelta(hours=73)), "h-1", Why.POLICY_FORBIDS),
        (replace(WISH, not_before=NOW + timedelta(days=31)), "h-1", Why.BAD_INPUT),
        (replace(WISH, not_after=NOW), "h-1", Why.WINDOW_CLOSED),
        # The ends of the calendar, where a zone's hours more or less are no instant.
        (replace(WISH, not_before=datetime.max.replace(tzinfo=UTC)), "h-1", Why.BAD_INPUT),
        (
            replace(WISH, not_after=datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))),
            "h-1",
            Why.BAD_INPUT,
        ),
        (
            replace(WISH, not_before=NOW + timedelta(hours=2), not_after=NOW + timedelta(hours=2)),
            "h-1",
            Why.BAD_INPUT,
        ),
    ],
)
def test_wishes_outside_the_rules(wish: Wish, host: str, why: Why) -> None:
    with pytest.raises(Refused) as no:
        scope(wish, POLICY, host, NOW)
    assert no.value.why is why


def test_seventy_two_hours_and_a_known_tool_are_fine() -> None:
    wish = replace(WISH, channels=(Channel("tool", "anydesk"),), not_after=NOW + timedelta(hours=72))
    assert scope(wish, POLICY, "h-1", NOW).channels == (Channel("tool", "anydesk"),)


REQUEST = Request(
    "t-1", "r-1", NOW, HostKey("h-1", "kk"), TECHNICIAN, "I-2026-0001", "00" * 32, (GEST,), (TERMINAL,), ACCOUNT,
    NOW, NOW + timedelta(hours=1), 600, False, POLICY.digest.hex(), "head", b"n" * 32,
)  # fmt: skip
WAITING = AwaitingApproval(Asked(REQUEST, 3))
YES = Approval("t-1", REQUEST.digest.hex(), "p-ads", "self", "p-ads", NOW)


def test_the_grant_repeats_the_request_word_for_word() -> None:
    grant, record = issue(WAITING.asked, [YES], session="s-1", nonce=b"g" * 32, at=NOW)
    for name in (
        "tenant",
        "host",
        "technician",
        "channels",
        "account",
        "not_before",
        "not_after",
        "longest_s",
    ):
        assert getattr(grant, name) == getattr(REQUEST, name)
    assert grant.approvals == (YES.digest.hex(),)
    assert record.grant == grant.digest.hex()


def test_who_asked_to_watch_is_heard() -> None:
    waived = replace(YES, supervision="waived", watcher=None)
    assert choice([waived, YES]) == ("self", "p-ads")
    assert choice([waived]) == ("waived", None)


def _judge(approval: Approval = YES, **other: object) -> None:
    facts: dict[str, object] = {
        "policy": POLICY, "approvers": APPROVERS, "watcher": ADS, "so_far": [], "at": NOW, **other,
    }  # fmt: skip
    judge(
        WAITING,
        approval,
        facts["policy"],  # type: ignore[arg-type]
        facts["approvers"],  # type: ignore[arg-type]
        watcher=facts["watcher"],  # type: ignore[arg-type]
        approvers_so_far=facts["so_far"],  # type: ignore[arg-type]
        at=facts["at"],  # type: ignore[arg-type]
    )


def test_a_yes_that_may_be_given() -> None:
    _judge()
    _judge(replace(YES, supervision="waived", watcher=None), watcher=None)
    assert credential_digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


NAMED = replace(YES, supervision="named", watcher="p-tit")
ONLY_ADS = replace(APPROVERS, approvers=APPROVERS.approvers[1:])
ENDED = replace(APPROVERS, approvers=(replace(APPROVERS.approvers[0], valid_until=NOW),))


@pytest.mark.parametrize(
    ("doing", "why"),
    [
        (lambda: _judge(replace(YES, request="ff" * 32)), Why.ENVELOPE_INVALID),
        (lambda: _judge(replace(YES, tenant="t-2")), Why.ENVELOPE_INVALID),
        (lambda: _judge(replace(YES, approver="p-tec")), Why.OWN_REQUEST),
        (lambda: _judge(replace(NAMED, watcher="p-tec")), Why.OWN_REQUEST),
        (lambda: _judge(at=REQUEST.not_after), Why.WINDOW_CLOSED),
        (lambda: _judge(policy=replace(POLICY, longest_s=60)), Why.POLICY_DIFFERS),
        (lambda: _judge(so_far=["p-ads"]), Why.DUPLICATE),
        (lambda: _judge(replace(YES, watcher="p-tit")), Why.ENVELOPE_INVALID),
        (lambda: _judge(NAMED, watcher=None), Why.BAD_INPUT),
        (lambda: _judge(NAMED, approvers=ONLY_ADS), Why.ADS_DELEGATION_MISSING),
        (lambda: _judge(NAMED, approvers=ENDED), Why.ADS_DELEGATION_MISSING),
        (lambda: _judge(NAMED, watcher=replace(ADS, active=False)), Why.BAD_INPUT),
        (lambda: _judge(NAMED, watcher=replace(ADS, role="owner")), Why.BAD_INPUT),
    ],
)
def test_a_yes_that_may_not(doing: Callable[[], None], why: Why) -> None:
    with pytest.raises(Refused) as no:
        doing()
    assert no.value.why is why


@pytest.mark.parametrize(
    ("signed_as", "rules", "lack"),
    [
        ([], {}, Lack((), 1)),
        (["ads"], {}, Lack((), 0)),
        (["ads"], {"approvals": 3}, Lack((), 2)),
        (["ads"], {"approvals": 2, "roles": (("titolare", 1),)}, Lack((("titolare", 1),), 0)),
        (["ads", "ads"], {"approvals": 2, "roles": (("titolare", 1),)}, Lack((("titolare", 1),), 0)),
        ([], {"approvals": 3, "roles": (("titolare", 1), ("ads", 1))}, Lack((("titolare", 1), ("ads", 1)), 1)),
        (["titolare", "ads"], {"approvals": 2, "roles": (("titolare", 1), ("ads", 1))}, Lack((), 0)),
    ],
)  # fmt: skip
def test_who_has_still_to_sign(signed_as: list[ApproverRole], rules: dict[str, object], lack: Lack) -> None:
    found = lacking(signed_as, replace(POLICY, **rules))  # type: ignore[arg-type]
    assert found == lack
    assert found.nothing == (lack == Lack((), 0))


def test_under_which_line_a_signature_counts() -> None:
    found = line_of("c2", APPROVERS, NOW)
    assert found is not None
    assert (found.person, found.role) == ("p-ads", "ads")
    assert line_of("c9", APPROVERS, NOW) is None
    assert line_of("c1", ENDED, NOW) is None


def test_supervision_is_not_waived_where_the_rules_require_it() -> None:
    strict = replace(POLICY, supervision="required")
    asked = AwaitingApproval(Asked(replace(REQUEST, policy=strict.digest.hex()), 3))
    waived = replace(YES, request=asked.asked.digest, supervision="waived", watcher=None)
    with pytest.raises(Refused) as no:
        judge(asked, waived, strict, APPROVERS, watcher=None, approvers_so_far=[], at=NOW)
    assert no.value.why is Why.POLICY_FORBIDS
