"""The rules a session is opened on, each breach by its code: the agent takes the first, the verifier all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit import admission
from audit.admission import Breach
from audit.approvers import ApproverRole
from audit.canonical import b64
from audit.grant import Grant
from audit.named_ports import NamedPort
from audit.recording_rules import Ground, RecordingRules
from audit.statement_parts import Account, Channel, HostKey, LoginCredential
from tests.audit import people
from tests.audit.people import APPROVAL, APPROVERS, ENROLMENT, NOW, POLICY, REQUEST
from web.demo.authenticator import SoftwareAuthenticator

TITOLARE, ADS = APPROVERS.approvers
BY_ADS = replace(APPROVAL, approver="p-2", watcher="p-2")
GRANT = Grant(
    tenant=REQUEST.tenant, session=people.SESSION, request=REQUEST.digest.hex(), approvals=(APPROVAL.digest.hex(),),
    host=REQUEST.host, technician=REQUEST.technician, channels=REQUEST.channels, account=REQUEST.account,
    supervision="self", watcher="p-1", not_before=REQUEST.not_before, not_after=REQUEST.not_after,
    longest_s=REQUEST.longest_s, issued=NOW, nonce=b"g" * 32,
)  # fmt: skip


def said(breaches: Iterable[Breach]) -> list[tuple[str, str]]:
    found = list(breaches)
    assert all(one.why for one in found)
    return [(one.code, one.what) for one in found]


def test_the_honest_case_has_no_breach() -> None:
    assert said(admission.under_policy(REQUEST, POLICY)) == []
    assert said(admission.same_matter(GRANT, REQUEST)) == []
    assert said(admission.by_approver(APPROVAL, TITOLARE, REQUEST, NOW, demo=False)) == []
    assert said(admission.as_chosen(GRANT, [APPROVAL], POLICY)) == []
    assertion = people.TECHNICIAN.assertion(GRANT.activation_challenge)
    assert said(admission.activation(GRANT, assertion, ENROLMENT)) == []


@pytest.mark.parametrize(
    ("change", "breaches"),
    [
        ({"policy": "00" * 32}, [("policy_differs", "policy")]),
        ({"recording": True}, [("policy_differs", "recording")]),
        ({"channels": (Channel("desktop"),)}, [("policy_differs", "channels")]),
        ({"channels": (Channel("tool", "x"),)}, [("tool_missing", "tool")]),
        ({"longest_s": 3601}, [("policy_differs", "longest_s")]),
        ({"not_after": NOW + timedelta(hours=25)}, [("policy_differs", "window_s")]),
        ({"account": Account("root", administrator=True)}, [("policy_differs", "account")]),
        (
            {"recording": True, "longest_s": 3601},
            [("policy_differs", "recording"), ("policy_differs", "longest_s")],
        ),
    ],
)
def test_under_policy(change: dict[str, Any], breaches: list[tuple[str, str]]) -> None:
    assert said(admission.under_policy(replace(REQUEST, **change), POLICY)) == breaches


def test_a_port_that_the_policy_names_and_one_that_it_does_not() -> None:
    named = replace(
        POLICY, channels=(*POLICY.channels, "forward"), ports=(NamedPort("rdp", "localhost", 3389),)
    )
    for port, breaches in (
        (named.ports[0], []),
        (replace(named.ports[0], port=22), [("port_missing", "port")]),
    ):
        asked = replace(REQUEST, policy=named.digest.hex(), channels=(Channel("forward", port=port),))
        assert said(admission.under_policy(asked, named)) == breaches


@pytest.mark.parametrize(
    "change",
    [
        {"tenant": "t-0"}, {"host": replace(REQUEST.host, id="h-9")}, {"account": Account("root", administrator=True)},
        {"technician": replace(REQUEST.technician, id="p-8")}, {"channels": REQUEST.channels[:1]},
        {"not_before": NOW - timedelta(hours=1)}, {"not_after": NOW + timedelta(hours=1)}, {"longest_s": 1},
        {"request": "00" * 32},
    ],
)  # fmt: skip
def test_same_matter(change: dict[str, Any]) -> None:
    assert said(admission.same_matter(replace(GRANT, **change), REQUEST)) == [("envelope_invalid", *change)]


def _login_of(by: SoftwareAuthenticator, **changes: Any) -> Any:
    login = replace(LoginCredential(b64(by.credential), by.public_key), **changes)
    return replace(REQUEST, technician=replace(REQUEST.technician, login_credentials=(login,)))


@pytest.mark.parametrize(
    ("approval", "line", "request_", "breach"),
    [
        (APPROVAL, ADS, REQUEST, ("not_recognised", "approver")),
        (replace(APPROVAL, tenant="t-0"), TITOLARE, REQUEST, ("envelope_invalid", "request")),
        (replace(APPROVAL, request="00" * 32), TITOLARE, REQUEST, ("envelope_invalid", "request")),
        (APPROVAL, replace(TITOLARE, valid_until=NOW), REQUEST, ("delegation_expired", "appointment")),
        (replace(APPROVAL, given=NOW - timedelta(days=9)), TITOLARE, REQUEST, ("delegation_expired", "appointment")),
        (replace(APPROVAL, demo_software=True), TITOLARE, REQUEST, ("envelope_invalid", "demo_software")),
        (
            replace(APPROVAL, demo_software=True), replace(TITOLARE, demo_software=True), REQUEST,
            ("demo_not_allowed", "approver"),
        ),
        (replace(APPROVAL, supervision="named", watcher="p-9"), TITOLARE, REQUEST, ("own_request", "watcher")),
    ],
)  # fmt: skip
def test_by_approver(approval: Any, line: Any, request_: Any, breach: tuple[str, str]) -> None:
    assert said(admission.by_approver(approval, line, request_, NOW, demo=False)) == [breach]


DELEGATED = replace(ADS, delegated=True)
VENDOR = replace(ADS, person="p-9", role="vendor_ads")
UNDER = replace(BY_ADS, warrant=people.DELEGATION.digest.hex())
OWN = replace(
    APPROVAL, approver="p-9", supervision="waived", watcher=None, warrant=people.MANDATE.digest.hex()
)


def under(
    approval: Any, line: Any, warrant: Any, giver: Any = TITOLARE, request_: Any = REQUEST
) -> list[tuple[str, str]]:
    authority = None if warrant is None else admission.Authority(warrant, giver)
    return said(admission.by_approver(approval, line, request_, NOW, demo=False, authority=authority))


def test_under_a_warrant() -> None:
    assert under(UNDER, DELEGATED, people.DELEGATION) == []
    assert under(OWN, VENDOR, people.MANDATE) == []
    another = replace(REQUEST, technician=replace(REQUEST.technician, id="p-8"))
    for_another = replace(
        OWN, request=another.digest.hex(), warrant=replace(people.MANDATE, own_requests=False).digest.hex()
    )
    assert under(for_another, VENDOR, replace(people.MANDATE, own_requests=False), request_=another) == []


def again(warrant: Any, **changes: Any) -> Any:
    """The approval cites it all the same."""
    bent = replace(warrant, **changes)
    return replace(UNDER, warrant=bent.digest.hex()), bent


@pytest.mark.parametrize(
    ("changes", "breach"),
    [
        ({"tenant": "t-0"}, ("ads_delegation_missing", "warrant")),
        ({"persons": ("p-3",)}, ("ads_delegation_missing", "warrant")),
        ({"not_before": NOW + timedelta(minutes=6)}, ("delegation_expired", "warrant")),
        ({"not_after": NOW + timedelta(hours=1)}, ("delegation_expired", "warrant")),
        ({"hosts": ("h-9",)}, ("ads_delegation_missing", "host")),
        ({"channels": ("exec",)}, ("ads_delegation_missing", "channels")),
        ({"activities": ("LAN",)}, ("ads_delegation_missing", "activities")),
        ({"demo_software": True}, ("envelope_invalid", "demo_software")),
    ],
)
def test_a_warrant_that_does_not_reach(changes: dict[str, Any], breach: tuple[str, str]) -> None:
    approval, warrant = again(people.DELEGATION, **changes)
    assert under(approval, DELEGATED, warrant) == [breach]


def test_no_warrant_or_one_of_nobody() -> None:
    missing = [("ads_delegation_missing", "warrant")]
    assert under(UNDER, DELEGATED, None) == missing
    assert under(BY_ADS, DELEGATED, people.DELEGATION) == missing
    assert under(UNDER, DELEGATED, people.MANDATE) == missing
    assert under(UNDER, ADS, people.DELEGATION) == [("envelope_invalid", "warrant")]
    assert under(UNDER, DELEGATED, people.DELEGATION, None) == [("ads_delegation_missing", "titolare")]
    assert under(UNDER, DELEGATED, people.DELEGATION, ADS) == [("ads_delegation_missing", "titolare")]
    over = replace(TITOLARE, valid_until=NOW)
    assert under(UNDER, DELEGATED, people.DELEGATION, over) == [("delegation_expired", "warrant")]


def test_the_vendor_neither_signs_for_himself_unasked_nor_watches() -> None:
    strict = replace(people.MANDATE, own_requests=False)
    assert under(replace(OWN, warrant=strict.digest.hex()), VENDOR, strict) == [("own_request", "approver")]
    other = replace(OWN, approver="p-7", supervision="self", watcher="p-7")
    assert under(other, replace(VENDOR, person="p-7"), people.MANDATE) == [("own_request", "watcher")]
    line = replace(ADS, role="vendor_ads")
    check_in = replace(people.CHECK_IN, watcher="p-2", grant=replace(GRANT, watcher="p-2").digest.hex())
    found = said(admission.check_in(check_in, line, replace(GRANT, watcher="p-2"), NOW, demo=False))
    assert found == [("supervision_missing", "watcher")]


def test_nobody_approves_what_he_asked_for_under_any_name_or_key() -> None:
    himself = replace(TITOLARE, person="p-9")
    own = admission.by_approver(replace(APPROVAL, approver="p-9"), himself, REQUEST, NOW, demo=False)
    assert said(own) == [("own_request", "approver")]
    for line in (
        replace(TITOLARE, public_key=people.TECHNICIAN.public_key),
        replace(TITOLARE, credential=b64(people.TECHNICIAN.credential)),
    ):
        assert said(admission.by_approver(APPROVAL, line, REQUEST, NOW, demo=False)) == [
            ("own_request", "approver")
        ]


@pytest.mark.parametrize(
    ("grant", "approvals", "policy", "breaches"),
    [
        ({}, [], {}, [("authorisation_missing", "approvals"), ("envelope_invalid", "approvals"),
                      ("envelope_invalid", "supervision")]),
        ({}, [APPROVAL, APPROVAL], {}, [("authorisation_missing", "approver"), ("envelope_invalid", "approvals")]),
        ({}, [APPROVAL], {"approvals": 2}, [("authorisation_missing", "approvals")]),
        ({"approvals": ("00" * 32,)}, [APPROVAL], {}, [("envelope_invalid", "approvals")]),
        ({"watcher": "p-2"}, [APPROVAL], {}, [("envelope_invalid", "supervision")]),
    ],
)  # fmt: skip
def test_as_chosen(
    grant: dict[str, Any], approvals: list[Any], policy: dict[str, Any], breaches: Any
) -> None:
    found = admission.as_chosen(replace(GRANT, **grant), approvals, replace(POLICY, **policy))
    assert said(found) == breaches


def test_whoever_watches_himself_is_himself() -> None:
    other = replace(APPROVAL, watcher="p-2")
    grant = replace(GRANT, watcher="p-2", approvals=(other.digest.hex(),))
    assert said(admission.as_chosen(grant, [other], POLICY)) == [("envelope_invalid", "watcher")]


def test_whoever_asked_to_have_it_watched_is_heard() -> None:
    waived = replace(APPROVAL, supervision="waived", watcher=None)
    both = [waived, BY_ADS]
    cites = tuple(a.digest.hex() for a in both)
    grant = replace(GRANT, approvals=cites, supervision="waived", watcher=None)
    assert said(admission.as_chosen(grant, both, POLICY)) == [("supervision_missing", "supervision")]
    watched = replace(GRANT, approvals=cites, supervision="self", watcher="p-2")
    assert said(admission.as_chosen(watched, both, POLICY)) == []
    alone = replace(GRANT, approvals=(waived.digest.hex(),), supervision="waived", watcher=None)
    assert said(admission.as_chosen(alone, [waived], POLICY)) == []
    strict = replace(POLICY, supervision="required")
    assert said(admission.as_chosen(alone, [waived], strict)) == [("supervision_missing", "supervision")]


def test_activation() -> None:
    challenge = GRANT.activation_challenge
    stranger = SoftwareAuthenticator(b"stranger", people.LOGIN).assertion(challenge)
    assert said(admission.activation(GRANT, stranger, ENROLMENT)) == [("activation_missing", "passkey")]
    elsewhere = SoftwareAuthenticator(b"technician", people.SIGNING).assertion(challenge)
    assert said(admission.activation(GRANT, elsewhere, ENROLMENT)) == [("activation_missing", "signature")]
    other_text = people.TECHNICIAN.assertion(b"\x07" * 32)
    assert said(admission.activation(GRANT, other_text, ENROLMENT)) == [("activation_missing", "signature")]
    demo = replace(GRANT, technician=_login_of(people.TECHNICIAN, demo_software=True).technician)
    own = people.TECHNICIAN.assertion(demo.activation_challenge)
    assert said(admission.activation(demo, own, ENROLMENT)) == [("demo_not_allowed", "technician")]
    assert said(admission.activation(demo, own, replace(ENROLMENT, demo=True))) == []


# ------------------------------------------------------------------------- who signed, in which role


@pytest.mark.parametrize(
    ("signed_as", "roles", "missing"),
    [
        ((), (), ()),
        (("ads",), (("titolare", 1),), (("titolare", 1),)),
        (("ads", "ads"), (("titolare", 1), ("ads", 1)), (("titolare", 1),)),
        (("titolare",), (("ads", 2),), (("ads", 2),)),
        (("titolare", "ads"), (("titolare", 1), ("ads", 1)), ()),
        ((), (("titolare", 1), ("ads", 2)), (("titolare", 1), ("ads", 2))),
    ],
)
def test_people_of_each_role(
    signed_as: tuple[ApproverRole, ...], roles: Any, missing: tuple[tuple[ApproverRole, int], ...]
) -> None:
    policy = replace(POLICY, approvals=8, roles=roles)
    assert admission.missing_roles(signed_as, policy) == missing
    expected = [("authorisation_missing", role) for role, _ in missing]
    assert said(admission.by_roles(signed_as, policy)) == expected


# --------------------------------------------------------------------------- check-in and signed stop

CHECK_IN = replace(people.CHECK_IN, grant=GRANT.digest.hex())
STOP = replace(people.SIGNED_STOP, grant=GRANT.digest.hex())
OF_ANOTHER: list[tuple[dict[str, Any], str]] = [
    ({"grant": "00" * 32}, "grant"),
    ({"tenant": "t-9"}, "tenant"),
    ({"session": "s-9"}, "session"),
    ({"request": "00" * 32}, "request"),
    ({"host": HostKey("h-9", REQUEST.host.agent_key)}, "host"),
    ({"demo_software": True}, "demo_software"),
]


def test_the_chosen_watcher_checks_in_and_an_approver_stops() -> None:
    assert said(admission.check_in(CHECK_IN, TITOLARE, GRANT, NOW, demo=False)) == []
    assert said(admission.signed_stop(STOP, TITOLARE, GRANT, NOW, demo=False)) == []
    by_ads = replace(STOP, by="p-2")
    assert said(admission.signed_stop(by_ads, ADS, GRANT, NOW, demo=False)) == []


@pytest.mark.parametrize(("change", "what"), OF_ANOTHER)
def test_a_check_in_or_stop_of_something_else(change: dict[str, Any], what: str) -> None:
    taken = replace(CHECK_IN, **change)
    assert said(admission.check_in(taken, TITOLARE, GRANT, NOW, demo=True)) == [("check_in_differs", what)]
    stop = replace(STOP, **change)
    assert said(admission.signed_stop(stop, TITOLARE, GRANT, NOW, demo=True)) == [("stop_differs", what)]


def test_by_whom_a_session_is_watched() -> None:
    def judged(line: Any, at: Any = NOW, **change: Any) -> list[tuple[str, str]]:
        return said(admission.check_in(replace(CHECK_IN, **change), line, GRANT, at, demo=False))

    assert judged(ADS) == [("not_recognised", "approver")]
    assert judged(ADS, watcher="p-2") == [("supervision_missing", "watcher")]
    assert judged(replace(TITOLARE, valid_until=NOW)) == [("delegation_expired", "appointment")]
    software = replace(TITOLARE, demo_software=True)
    assert judged(software, demo_software=True) == [("demo_not_allowed", "approver")]
    assert judged(TITOLARE, NOW - timedelta(minutes=6)) == [("check_in_differs", "time")]
    assert judged(TITOLARE, CHECK_IN.not_after) == [("check_in_differs", "time")]
    assert judged(TITOLARE, not_after=GRANT.not_after + timedelta(seconds=1)) == [
        ("check_in_differs", "time")
    ]


def test_who_takes_over_while_it_runs() -> None:
    def judged(line: Any, grant: Any = GRANT, *, runs: bool = True, **change: Any) -> list[tuple[str, str]]:
        taken = replace(CHECK_IN, grant=grant.digest.hex(), **change)
        return said(admission.check_in(taken, line, grant, NOW, demo=False, runs=runs))

    assert judged(ADS, watcher="p-2") == []
    no = [("supervision_missing", "watcher")]
    assert judged(ADS, watcher="p-2", runs=False) == no
    assert judged(ADS, replace(GRANT, watcher=None), watcher="p-2") == no
    assert judged(replace(ADS, valid_until=GRANT.not_after - timedelta(seconds=1)), watcher="p-2") == no
    assert judged(replace(ADS, role="vendor_ads"), watcher="p-2") == no
    asker = GRANT.technician.id
    assert judged(replace(ADS, person=asker), watcher=asker) == no


def test_by_whom_a_session_is_stopped() -> None:
    assert said(admission.signed_stop(STOP, ADS, GRANT, NOW, demo=False)) == [("not_recognised", "approver")]
    gone = replace(TITOLARE, valid_until=NOW)
    assert said(admission.signed_stop(STOP, gone, GRANT, NOW, demo=False)) == [
        ("delegation_expired", "appointment")
    ]


def test_a_screen_is_recorded_where_the_rules_say_so() -> None:
    ground = Ground("agreement", "prot. 1/2026", "2026-01-07")
    rules = replace(POLICY, channels=("terminal", "desktop"), recording=RecordingRules("all", ground, ground))
    asked = replace(REQUEST, policy=rules.digest.hex(), channels=(Channel("desktop", control=True),))
    assert said(admission.under_policy(replace(asked, recording=True), rules)) == []
    assert said(admission.under_policy(asked, rules)) == [("policy_differs", "recording")]
