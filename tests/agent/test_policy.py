"""The agent's decision: one good order, and every way to spoil it."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.admitted import Admitted, ApprovedBy, Refusal, Seen
from agent.bars import Bars, fingerprint
from agent.order import OpenOrder
from agent.policy import decide
from agent.wire import frames
from agent.wire.refusals import REFUSALS
from audit import witness
from audit.canonical import b64
from audit.commitment import Opening
from audit.errors import Malformed
from audit.keys import SigningKey
from audit.person_records import PersonAdmitted
from audit.statement_parts import Account, Channel, HostKey, LoginCredential, Technician
from tests.agent.orders import AT, ME, PINS, REQUEST, TEXTS, UNSEEN, Log, Story
from tests.audit import people
from web.demo.authenticator import SoftwareAuthenticator

OTHER_KEY = SigningKey(b"o" * 32)


class Impostor(SoftwareAuthenticator):
    """Signs in the titolare's name with a key of its own."""

    def __init__(self) -> None:
        super().__init__(b"impostor", people.SIGNING)
        self.credential = people.TITOLARE.credential


IMPOSTOR = Impostor()


def judge(story: Story, frame: frames.Open | None = None) -> Admitted | Refusal:
    order = OpenOrder.read(frame or story.open())
    return decide(story.pins, story.me, order, story.seen, story.at)


def code(story: Story, frame: frames.Open | None = None) -> str:
    answer = judge(story, frame)
    assert isinstance(answer, Refusal), "an order that had to be refused was admitted"
    assert answer.code in REFUSALS
    assert len(answer.grant) == 64
    return answer.code


def test_a_good_order_is_admitted() -> None:
    admitted = judge(Story())
    assert isinstance(admitted, Admitted)
    assert admitted.grant.session == people.SESSION
    assert admitted.ends == AT + timedelta(seconds=3600)
    assert admitted.texts.data["reason"] == "Driver da rifare"
    assert admitted.head.size == 3
    assert admitted.marks >= {people.SESSION, b64(b"g" * 32), b64(b"n" * 32)}


def test_who_approved_has_the_pinned_role_and_the_name_the_log_commits_to() -> None:
    admitted = judge(Story(admitted={"role": "ads"}))
    assert isinstance(admitted, Admitted)
    assert admitted.approved_by == (ApprovedBy("p-1", "titolare", "Anna Bianchi"),)


@pytest.mark.parametrize("story", [Story(frame={"names": ()}), Story(admitted={"person": "p-7"})])
def test_who_approved_is_his_pseudonym_where_no_name_is_proved(story: Story) -> None:
    """Erased, or somebody else's."""
    admitted = judge(story)
    assert isinstance(admitted, Admitted)
    assert admitted.approved_by == (ApprovedBy("p-1", "titolare", None),)


def test_a_leaf_that_commits_to_something_else_proves_no_name() -> None:
    opening = Opening(b"a" * 32, ["Anna Bianchi"])
    log = Log()
    story = Story()
    other = log.append(PersonAdmitted("p-1", "titolare", people.TENANT), sealed=opening.commitment)
    bare = log.append(PersonAdmitted("p-1", "titolare", people.TENANT))
    frame = story.open(log)
    for n in (other, bare):
        shown = frames.PersonName(log.proof(n), opening.to_value())
        assert code(story, replace(frame, names=(shown,))) == "texts_differ"


def test_one_approver_has_one_name() -> None:
    """The thief admits the same pseudonym again, under another name."""
    mario = Opening(b"m" * 32, {"name": "Mario Rossi"})
    log = Log()
    again = log.append(PersonAdmitted("p-1", "titolare", people.TENANT), sealed=mario.commitment)
    story = Story()
    frame = story.open(log)
    both = (*frame.names, frames.PersonName(log.proof(again), mario.to_value()))
    assert code(story, replace(frame, names=both)) == "texts_differ"


def test_the_end_is_never_after_the_window() -> None:
    admitted = judge(Story(at=REQUEST.not_after - timedelta(minutes=1)))
    assert isinstance(admitted, Admitted)
    assert admitted.ends == REQUEST.not_after


def test_tools_of_the_granted_channels_come_from_the_policy() -> None:
    admitted = judge(Story(request=replace(REQUEST, channels=(Channel("tool", "supremo"),))))
    assert isinstance(admitted, Admitted)
    assert [t.id for t in admitted.tools] == ["supremo"]


def request(**changes: Any) -> Story:
    return Story(request=replace(REQUEST, **changes))


def technician(**changes: Any) -> Technician:
    return replace(REQUEST.technician, **changes)


WIDENED: dict[str, Any] = {
    "channels": (*REQUEST.channels, Channel("files", folder="/srv", direction="from_host")),
    "account": Account("root", administrator=True),
    "not_before": REQUEST.not_before - timedelta(hours=1),
    "not_after": REQUEST.not_after + timedelta(hours=1),
    "longest_s": REQUEST.longest_s + 1,
    "host": HostKey("h-00000002", people.AGENT_KEY.public.text),
    "technician": technician(id="p-8"),
    "supervision": "waived",
    "request": "00" * 32,
    "approvals": ("00" * 32,),
    "session": "s-9999999999",
}


@pytest.mark.parametrize("field", WIDENED)
def test_a_grant_says_nothing_that_was_not_approved(field: str) -> None:
    change = {field: WIDENED[field]} | ({"watcher": None} if field == "supervision" else {})
    assert code(Story(granted=change)) == "envelope_invalid"


def test_a_grant_cannot_leave_approvals_out() -> None:
    assert code(Story(granted={"approvals": ()})) == "envelope_invalid"


def approvals(*said: tuple[dict[str, Any], SoftwareAuthenticator], **of: Any) -> Story:
    story = Story(**of)
    return replace(story, approvals=tuple((story.approval(**changes), by) for changes, by in said))


ADS_WATCHES = {"approver": "p-2", "watcher": "p-2"}


def pinned_approvers(*lines: Any) -> Any:
    return replace(PINS, approvers=replace(people.APPROVERS, approvers=lines))


def under_policy(story: Story, **changes: Any) -> Story:
    """The same story with request and pins both under a changed policy."""
    policy = replace(people.POLICY, **changes)
    pins = replace(story.pins, policy=policy)
    return replace(story, pins=pins, request=replace(story.request, policy=policy.digest.hex()))


def waived(story: Story) -> Story:
    """Nobody watches, and the approver said so."""
    said = story.approval(supervision="waived", watcher=None)
    return replace(story, approvals=((said, people.TITOLARE),), frame={"supervision": None})


BROKEN: dict[str, tuple[str, Story]] = {
    "grant by another key": ("pins_differ", Story(grant_key=OTHER_KEY)),
    "grant of another tenant": ("pins_differ", Story(granted={"tenant": "t-ffffffff"})),
    "for another host": ("host_differs", Story(me=replace(ME, host="h-00000002"))),
    "for the key before a reinstallation": (
        "host_differs",
        Story(me=replace(ME, agent_key=OTHER_KEY.public.text)),
    ),
    "texts committed to by what is no digest": ("envelope_invalid", request(texts="é" * 64)),
    "under an older policy": ("policy_differs", request(policy="00" * 32)),
    "a channel the policy lacks": ("policy_differs", request(channels=(Channel("desktop"),))),
    "longer than the policy": ("policy_differs", request(longest_s=3601)),
    "a wider window": ("policy_differs", request(not_after=REQUEST.not_before + timedelta(hours=25))),
    "another account": ("policy_differs", request(account=Account("root", administrator=True))),
    "the same account as administrator": (
        "policy_differs",
        request(account=Account("assistenza", administrator=True)),
    ),
    "a tool nobody licensed": ("tool_missing", request(channels=(Channel("tool", "other"),))),
    "agent of another user": ("account_not_possible", Story(me=replace(ME, only_account="mario"))),
    "session seen": ("replayed", Story(seen=Seen(frozenset({people.SESSION})))),
    "grant nonce seen": ("replayed", Story(seen=Seen(frozenset({b64(b"g" * 32)})))),
    "request seen": ("replayed", Story(seen=Seen(frozenset({b64(b"n" * 32)})))),
    "too early": ("window_closed", Story(at=REQUEST.not_before - timedelta(milliseconds=1))),
    "too late": ("expired", Story(at=REQUEST.not_after)),
    "clock set back": ("expired", Story(seen=Seen(floor=REQUEST.not_after))),
    "nobody approved": (
        "authorisation_missing",
        Story(approvals=(), granted={"supervision": "waived", "watcher": None}),
    ),
    "too few approved": ("authorisation_missing", under_policy(Story(), approvals=2)),
    "approved by a stranger": ("not_recognised", approvals(({}, people.STRANGER))),
    "the ADS's key, the titolare's name": ("not_recognised", approvals(({}, people.ADS))),
    "approval of another request": ("envelope_invalid", approvals(({"request": "00" * 32}, people.TITOLARE))),
    "approval of another tenant": ("envelope_invalid", approvals(({"tenant": "t-0"}, people.TITOLARE))),
    "demo mark where there is no demo key": (
        "envelope_invalid",
        approvals(({"demo_software": True}, people.TITOLARE)),
    ),
    "approved by himself": (
        "own_request",
        approvals(
            ({"approver": "p-9", "watcher": "p-9"}, people.TITOLARE),
            pins=pinned_approvers(people.approver("p-9", "titolare", people.TITOLARE)),
        ),
    ),
    "watched by himself": (
        "own_request",
        approvals(({"supervision": "named", "watcher": "p-9"}, people.TITOLARE)),
    ),
    "appointment over": (
        "delegation_expired",
        Story(pins=pinned_approvers(people.approver("p-1", "titolare", people.TITOLARE, valid_until=AT))),
    ),
    "appointment not begun": (
        "delegation_expired",
        Story(
            pins=pinned_approvers(
                people.approver("p-1", "titolare", people.TITOLARE, valid_from=AT + timedelta(hours=1))
            )
        ),
    ),
    "given before the appointment": (
        "delegation_expired",
        approvals(({"given": people.NOW - timedelta(days=3)}, people.TITOLARE)),
    ),
    "demo approver on a real host": (
        "demo_not_allowed",
        approvals(
            ({"demo_software": True}, people.TITOLARE),
            pins=pinned_approvers(people.approver("p-1", "titolare", people.TITOLARE, demo_software=True)),
        ),
    ),
    "one person twice": ("authorisation_missing", approvals(({}, people.TITOLARE), ({}, people.TITOLARE))),
    "an approver watches himself as another": (
        "envelope_invalid",
        approvals(({"watcher": "p-2"}, people.TITOLARE)),
    ),
    "one wants it watched, the grant does not": (
        "supervision_missing",
        approvals(({"supervision": "waived", "watcher": None}, people.TITOLARE), (ADS_WATCHES, people.ADS)),
    ),
    "waived though required": ("supervision_missing", waived(under_policy(Story(), supervision="required"))),
    "activated by somebody else": (
        "activation_missing",
        Story(activated_by=SoftwareAuthenticator(b"other", people.LOGIN)),
    ),
    "activated on another page": (
        "activation_missing",
        Story(activated_by=SoftwareAuthenticator(b"technician", people.SIGNING)),
    ),
    "other texts": ("texts_differ", Story(texts=Opening(b"t" * 32, {"incident_text": "altro"}))),
    "head of another key": ("log_unproven", Story(log_key=OTHER_KEY)),
    "head not after the one held": (
        "log_unproven",
        Story(seen=Seen(head=witness.Head(2, b"\x01" * 32))),
    ),
    "another tree of the same size": ("log_forked", Story(seen=Seen(head=witness.Head(3, b"\x01" * 32)))),
    "forked before": ("log_forked", Story(seen=Seen(forked=True))),
    "leaf of another session": ("log_unproven", Story(session_in_log="s-9999999999")),
    "leaf of another grant": ("log_unproven", Story(opened={"grant": "00" * 32})),
    "leaf of another request": ("log_unproven", Story(opened={"request": "r-00000002"})),
    "another name than the one committed to": (
        "texts_differ",
        Story(shown=Opening(b"a" * 32, {"name": "Mario Rossi"})),
    ),
    "a name proved by another record": (
        "texts_differ",
        Story(frame={"names": (frames.PersonName(Story().open().opened, TEXTS.to_value()),)}),
    ),
    "nobody took supervision": ("supervision_missing", Story(frame={"supervision": None})),
    "a record without the watcher's own signature": (
        "supervision_missing",
        Story(frame={"check_in": None}),
    ),
    "the record of another check-in": ("log_unproven", Story(taken={"statement": "00" * 32})),
    "a check-in by another key": ("signature_invalid", Story(watcher=IMPOSTOR)),
    "a check-in by a stranger": ("not_recognised", Story(watcher=people.STRANGER)),
    "a check-in by another approver": (
        "supervision_missing",
        Story(watcher=people.ADS, checked_in={"watcher": "p-2"}),
    ),
    "a check-in in the watcher's name by another": ("not_recognised", Story(watcher=people.ADS)),
    "a check-in of another session": ("check_in_differs", Story(checked_in={"session": "s-9999999999"})),
    "a check-in of another grant": ("check_in_differs", Story(checked_in={"grant": "00" * 32})),
    "a check-in for another host": (
        "check_in_differs",
        Story(checked_in={"host": HostKey("h-00000002", people.AGENT_KEY.public.text)}),
    ),
    "a check-in that is over": ("check_in_differs", Story(checked_in={"not_after": AT})),
    "fewer of a role than the policy asks for": (
        "authorisation_missing",
        under_policy(Story(), roles=(("ads", 1),)),
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_break_has_its_own_refusal(case: str) -> None:
    """Among them a grant for another host (S-32) and one without its check-in (S-35)."""
    expected, story = BROKEN[case]
    assert code(story) == expected


def test_two_approvals_where_the_policy_asks_for_two() -> None:
    story = under_policy(Story(), approvals=2, roles=(("titolare", 1), ("ads", 1)))
    assert code(story) == "authorisation_missing"
    both = replace(
        story,
        approvals=((story.approval(), people.TITOLARE), (story.approval(**ADS_WATCHES), people.ADS)),
    )
    assert isinstance(judge(both), Admitted)


def test_waived_supervision_needs_no_check_in_if_the_policy_allows_it() -> None:
    assert isinstance(judge(waived(Story())), Admitted)


def test_the_same_key_under_another_name_is_his_own_request() -> None:
    """The technician had his own login key appointed as an approver's."""
    his = people.TECHNICIAN
    mine = SoftwareAuthenticator(b"technician", people.SIGNING)
    pins = pinned_approvers(
        people.approver("p-1", "titolare", people.TITOLARE), people.approver("p-2", "ads", mine)
    )
    assert mine.public_key == his.public_key
    assert code(approvals((ADS_WATCHES, mine), pins=pins)) == "own_request"


def test_demo_keys_count_where_the_enrolment_says_demo() -> None:
    demo = replace(
        pinned_approvers(people.approver("p-1", "titolare", people.TITOLARE, demo_software=True)),
        enrolment=replace(people.ENROLMENT, demo=True),
    )
    said, taken = ({"demo_software": True}, people.TITOLARE), {"demo_software": True}
    assert isinstance(judge(approvals(said, pins=demo, checked_in=taken)), Admitted)


def test_a_demo_technician_needs_a_demo_host() -> None:
    login = LoginCredential(
        b64(people.TECHNICIAN.credential), people.TECHNICIAN.public_key, demo_software=True
    )
    story = request(technician=technician(login_credentials=(login,)))
    assert code(story) == "demo_not_allowed"
    demo = replace(PINS, enrolment=replace(people.ENROLMENT, demo=True))
    assert isinstance(judge(replace(story, pins=demo)), Admitted)


def test_a_login_assertion_is_no_approval() -> None:
    """A stolen front end had the titolare log in with the same authenticator, over the right digest."""
    login = SoftwareAuthenticator(b"titolare", people.LOGIN)
    assert code(approvals(({}, login))) == "signature_invalid"


def test_an_assertion_over_another_statement_is_no_approval() -> None:
    story = Story()
    frame = story.open()
    signed = dict(frame.approvals[0])
    signed["assertion"] = people.TITOLARE.assertion(b"\x07" * 32).to_value()
    assert code(story, replace(frame, approvals=(signed,))) == "signature_invalid"


def test_a_head_cosigned_before_is_as_good_as_a_new_one() -> None:
    log = Log()
    story = Story()
    frame = story.open(log)
    head = witness.Head(3, log.tree.root())
    answer = judge(replace(story, seen=Seen(head=head)), frame)
    assert isinstance(answer, Admitted)
    assert answer.head == head


def test_a_head_that_grew_from_the_one_held() -> None:
    log = Log()
    Story(session_in_log="s-1111111111").open(log)
    held = witness.Head(3, log.tree.root())
    story = Story(seen=Seen(head=held))
    answer = judge(story, story.open(log, old_size=3))
    assert isinstance(answer, Admitted)
    assert answer.head.size == 6


@pytest.mark.parametrize("part", ["opened", "supervision"])
def test_a_leaf_that_is_not_in_the_tree(part: str) -> None:
    story = Story()
    frame = story.open()
    proof = getattr(frame, part)
    moved = replace(proof, index=0)
    assert code(story, replace(frame, **{part: moved})) == "log_unproven"
    cut = replace(proof, proof=proof.proof[:-1])
    assert code(story, replace(frame, **{part: cut})) == "log_unproven"


def test_a_leaf_of_another_tenant_in_the_same_log() -> None:
    """Fields of the leaf itself count, not only its place."""
    log = Log()
    story = Story()
    frame = story.open(log)
    other = Log()
    for data in log.leaves:
        other.leaves.append(data.replace(people.TENANT.encode(), b"t-ffffffff"))
        other.tree.append(other.leaves[-1])
    assert code(story, replace(frame, head=other.head(), opened=other.proof(2))) == "log_unproven"


def test_something_in_the_tree_that_is_no_record() -> None:
    log = Log()
    story = Story()
    frame = story.open(log)
    log.leaves.append(b"{}")
    log.tree.append(b"{}")
    assert code(story, replace(frame, head=log.head(), opened=log.proof(3))) == "log_unproven"


def test_a_head_that_is_no_note() -> None:
    story = Story()
    frame = story.open()
    assert code(story, replace(frame, head=replace(frame.head, checkpoint="x"))) == "log_unproven"


def test_a_frame_whose_parts_cannot_be_read_is_malformed() -> None:
    frame = Story().open()
    for change in (
        {"grant": {}},
        {"request": "A"},
        {"approvals": ({},)},
        {"approvals": frame.approvals * 17},
        {"activation": {"credential": "AA"}},
        {"texts": {"salt": "AA", "data": {}}},
    ):
        with pytest.raises(Malformed):
            OpenOrder.read(replace(frame, **change))


def test_a_request_that_is_none_is_refused() -> None:
    story = Story()
    assert code(story, replace(story.open(), request=b64(b"{}"))) == "envelope_invalid"


GOOD = Story().open()


def _flip(data: str, place: int, bit: int) -> str:
    raw = bytearray(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))
    raw[place % len(raw)] ^= 1 << bit
    return b64(bytes(raw))


@given(
    st.integers(0, 10_000), st.integers(0, 7), st.sampled_from(["grant", "signature", "request", "statement"])
)
def test_no_flipped_bit_is_ever_admitted(place: int, bit: int, part: str) -> None:
    """Whatever is flipped in what was signed: refused, never admitted."""
    match part:
        case "request":
            frame = replace(GOOD, request=_flip(GOOD.request, place, bit))
        case "statement":
            one = dict(GOOD.approvals[0])
            one["statement"] = _flip(one["statement"], place, bit)
            frame = replace(GOOD, approvals=(one,))
        case _:
            grant = dict(GOOD.grant)
            grant[part] = _flip(grant[part], place, bit)
            frame = replace(GOOD, grant=grant)
    code(Story(), frame)


@given(
    place=st.integers(0, 10_000),
    bit=st.integers(0, 7),
    part=st.sampled_from(["client_data", "authenticator_data", "signature", "credential"]),
    of_approval=st.booleans(),
)
def test_no_flipped_bit_of_an_assertion_is_ever_admitted(
    place: int, bit: int, part: str, *, of_approval: bool
) -> None:
    if of_approval:
        one = dict(GOOD.approvals[0])
        one["assertion"] = dict(one["assertion"]) | {part: _flip(one["assertion"][part], place, bit)}
        frame = replace(GOOD, approvals=(one,))
    else:
        frame = replace(GOOD, activation=GOOD.activation | {part: _flip(GOOD.activation[part], place, bit)})
    code(Story(), frame)


def test_an_approval_read_with_another_machines_name_opens_nothing() -> None:
    """Whoever holds the broker writes the label that the approver reads: it must be this host's own."""
    elsewhere = Opening(b"e" * 32, {**TEXTS.data, "host_label": "PC reception"})
    moved = Story(request=replace(REQUEST, texts=elsewhere.commitment), texts=elsewhere)
    assert code(moved) == "host_differs"


def test_a_request_to_record_is_refused_while_nothing_records() -> None:
    assert code(Story(request=replace(REQUEST, recording=True))) == "policy_differs"


def test_a_clock_set_back_prolongs_nothing() -> None:
    """The machine's clock was half an hour ahead at a cosignature, and is right again now."""
    admitted = judge(Story(seen=replace(UNSEEN, floor=AT + timedelta(minutes=30))))
    assert isinstance(admitted, Admitted)
    assert admitted.ends - AT <= timedelta(seconds=REQUEST.longest_s)


# ------------------------------------------------------------------------------------ under a warrant

DELEGATED = pinned_approvers(
    people.APPROVERS.approvers[0], people.approver("p-2", "ads", people.ADS, delegated=True)
)
OF_VENDOR = pinned_approvers(
    people.APPROVERS.approvers[0], replace(people.approver("p-9", "ads", people.VENDOR), role="vendor_ads")
)
ALL_DAY: dict[str, Any] = {"channels": ("terminal", "exec")}


def under_delegation(given: Any = None, *, by: SoftwareAuthenticator = people.TITOLARE, **of: Any) -> Story:
    """The ADS, who needs one, approves and cites it."""
    found = given or replace(people.DELEGATION, **ALL_DAY)
    cited = {"warrant": found.digest.hex(), **ADS_WATCHES, "supervision": "waived", "watcher": None}
    frame = {
        "warrants": (people.signed(found, by).to_value(),),
        "supervision": None,
        "check_in": None,
        "names": (),
    }
    return approvals((cited, people.ADS), pins=DELEGATED, frame=frame, **of)


def under_mandate(**changes: Any) -> Story:
    """The technician, whom the mandate names, approves what he asked for."""
    found = replace(people.MANDATE, **changes)
    cited = {"warrant": found.digest.hex(), "approver": "p-9", "supervision": "waived", "watcher": None}
    frame = {
        "warrants": (people.signed(found).to_value(),),
        "supervision": None,
        "check_in": None,
        "names": (),
    }
    return approvals((cited, people.VENDOR), pins=OF_VENDOR, frame=frame)


def test_within_a_delegation_or_a_mandate() -> None:
    found = judge(under_delegation())
    assert isinstance(found, Admitted)
    assert found.approved_by == (ApprovedBy("p-2", "ads", None),)
    assert len(found.keys) == 2, "it rests on who approved and on who delegated"
    found = judge(under_mandate())
    assert isinstance(found, Admitted)
    assert found.approved_by == (ApprovedBy("p-9", "vendor_ads", None),)


SOON = AT + timedelta(minutes=10)


def ending(story: Story, person: str) -> Story:
    """His pinned appointment ends ten minutes from now."""
    held = story.pins.approvers
    lines = [replace(one, valid_until=SOON) if one.person == person else one for one in held.approvers]
    return replace(story, pins=replace(story.pins, approvers=replace(held, approvers=tuple(lines))))


OUTLIVED = {
    "who approved": (Story(), "p-1"),
    "who delegated": (under_delegation(), "p-1"),
    "who approved under the delegation": (under_delegation(), "p-2"),
    "who gave the mandate": (under_mandate(), "p-1"),
    "who watches": (
        approvals(({"approver": "p-2", "supervision": "named", "watcher": "p-1"}, people.ADS)), "p-1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", OUTLIVED)
def test_no_session_outlives_an_appointment_it_rests_on(who: str) -> None:
    story, person = OUTLIVED[who]
    free = judge(story)
    assert isinstance(free, Admitted)
    assert free.ends > SOON
    found = judge(ending(story, person))
    assert isinstance(found, Admitted)
    assert found.ends == SOON


def test_somebody_elses_appointment_ends_nothing() -> None:
    found = judge(ending(Story(), "p-2"))
    assert isinstance(found, Admitted)
    assert found.ends == AT + timedelta(seconds=3600)


def test_outside_it() -> None:
    assert code(under_delegation(people.DELEGATION)) == "ads_delegation_missing"  # without exec
    ended = replace(people.DELEGATION, **ALL_DAY, not_after=REQUEST.not_after - timedelta(minutes=1))
    assert code(under_delegation(ended)) == "delegation_expired"
    assert code(under_mandate(own_requests=False)) == "own_request"
    assert code(under_mandate(persons=("p-7",))) == "ads_delegation_missing"


def test_it_has_to_be_brought_and_signed_by_a_titolare_of_the_pins() -> None:
    story = under_delegation()
    frame = story.open()
    assert code(story, replace(frame, warrants=None)) == "ads_delegation_missing"
    assert code(under_delegation(by=people.STRANGER)) == "ads_delegation_missing"
    assert code(under_delegation(by=people.ADS)) == "ads_delegation_missing"
    assert code(under_delegation(by=IMPOSTOR)) == "signature_invalid"
    many = frame.warrants * 17 if frame.warrants else ()
    with pytest.raises(Malformed):
        OpenOrder.read(replace(frame, warrants=many))


def test_the_key_of_who_gave_it_was_revoked_here() -> None:
    story = under_delegation()
    key = fingerprint(b64(people.TITOLARE.credential))
    assert code(replace(story, seen=replace(UNSEEN, bars=Bars(frozenset({key}))))) == "revoked_at_host"


def test_an_ads_who_needs_a_delegation_has_none() -> None:
    cited = {**ADS_WATCHES}
    assert code(approvals((cited, people.ADS), pins=DELEGATED)) == "ads_delegation_missing"
