"""Whoever asks for what his role or his tenant keeps from him leaves one record, in the right log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from audit.person_records import AccessDenied
from broker.cases.admit_person import admit_person
from broker.cases.answer_clarification import answer_clarification
from broker.cases.ask_clarification import ask_clarification
from broker.cases.change_approvers import begin_approvers
from broker.cases.change_policy import begin_policy
from broker.cases.close_session import close_session
from broker.cases.deny import TRIES, attempt
from broker.cases.enrolment_file import enrolment_file
from broker.cases.export_trust import export_trust
from broker.cases.invite import invite
from broker.cases.join_session import join_session
from broker.cases.open_session import begin_activation
from broker.cases.open_tenant import open_tenant
from broker.cases.prepare_host import prepare_host
from broker.cases.read_report import read_report
from broker.cases.refuse import explain_refusal, refuse
from broker.cases.register_signing_key import begin_signing_key
from broker.cases.revoke import revoke
from broker.cases.revoke_host import revoke_host
from broker.cases.see_customer import see_customer
from broker.cases.see_estate import see_people
from broker.cases.see_hosts import see_hosts
from broker.cases.see_requests import see_request
from broker.cases.see_sessions import see_session
from broker.cases.set_password import begin_password
from broker.cases.sign_enrolment import begin_enrolment
from broker.cases.sign_stop import begin_signed_stop
from broker.cases.stop import stop
from broker.cases.take_supervision import begin_supervision
from broker.cases.watch import join_watch
from broker.cases.withdraw import withdraw
from broker.domain.appointing import PolicyDraft
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from tests.broker.world import Someone, leaves, newcomer
from tests.stories.telling import GEST, Story

Case = Callable[..., Awaitable[Any]]
_CLOSE = {"outcome": "solved", "note": "", "activities": [GEST]}


async def _enter(parts: Parts, who: Who, session: str) -> object:
    return await join_session(parts, session, who=who, via="browser", kind="terminal", terminal=who.terminal)


async def _trust(parts: Parts, who: Who, _: str) -> object:
    return await export_trust(parts, who)


# The case, what it is about, what its record says was asked for, and a role that may not.
TABLE: list[tuple[Case, str, str, str]] = [
    (stop, "session", "session", "technician"),
    (stop, "session", "session", "owner"),
    (partial(close_session, **_CLOSE), "session", "session", "ads"),
    (join_watch, "session", "watch", "owner"),
    (begin_activation, "session", "activation", "titolare"),
    (_enter, "session", "activation", "ads"),
    (refuse, "request", "approval", "technician"),
    (revoke, "request", "approval", "owner"),
    (withdraw, "request", "request", "titolare"),
    (partial(ask_clarification, text="x"), "request", "request", "technician"),
    (partial(answer_clarification, question=0, text="x"), "request", "request", "ads"),
    (partial(begin_supervision, page_key=""), "request", "watch", "technician"),
    (begin_signed_stop, "session", "session", "technician"),
    (partial(revoke_host, reason="lost"), "host", "host", "ads"),
    (enrolment_file, "host", "host", "technician"),
    (_trust, "", "report", "technician"),
]
# What another customer's titolare tries, by the names of things he should not even know.
FOREIGN: list[tuple[Case, str, str]] = [
    (see_session, "session", "session"),
    (see_request, "request", "request"),
    (stop, "session", "session"),
    (begin_signed_stop, "session", "session"),
    (join_watch, "session", "watch"),
    (_enter, "session", "activation"),
    (refuse, "request", "approval"),
    (partial(revoke_host, reason="lost"), "host", "host"),
    (enrolment_file, "host", "host"),
    (see_people, "tenant", "person"),
    (see_hosts, "tenant", "host"),
]


async def _refused(case: Case, parts: Parts, who: Who, *names: object) -> Why:
    with pytest.raises(Refused) as no:
        await case(parts, who, *names)
    return no.value.why


async def _denied(story: Story, tenant: str) -> list[AccessDenied]:
    found = await leaves(story.parts, tenant)
    return [leaf.record for leaf in found if isinstance(leaf.record, AccessDenied)]


async def _names(story: Story) -> dict[str, str]:
    session = await story.running()
    request = (await story.session(session)).permit.request
    return {
        "session": session,
        "request": request,
        "host": story.world.host.id,
        "tenant": story.world.tenant,
        "": "",
    }


NO_RULES = PolicyDraft((), (), (), "required", "inform", "end", 60, 60, 1, 0)
# What runs the estate, its record's word, and a role that may not; of the caller's own tenant.
OFFICE: list[tuple[Case, str, str]] = [
    (lambda parts, who: begin_approvers(parts, who, []), "approvers", "ads"),
    (lambda parts, who: begin_policy(parts, who, NO_RULES), "policy", "ads"),
    (lambda parts, who: begin_enrolment(parts, who, "h-00000000"), "enrolment", "technician"),
    (begin_signing_key, "signing_key", "owner"),
    (lambda parts, who: prepare_host(parts, who, who.tenant, label="PC-9", place=""), "host", "ads"),
    (lambda parts, who: invite(parts, who, who.tenant, who.person), "person", "technician"),
    (lambda parts, who: open_tenant(parts, who, name="Altro", details={}), "tenant", "titolare"),
    (see_customer, "records", "owner"),
]


async def test_who_is_kept_out_by_the_case_itself_leaves_one_record(story: Story) -> None:
    """Another technician, the vendor at a customer who lets his own people in, another's refusal."""
    world, parts = story.world, story.parts
    session = await story.running()
    request = (await story.session(session)).permit.request
    waiting, refused = (await story.ask()).request, (await story.ask()).request
    await refuse(parts, world.ads.who, refused)
    other = await newcomer(parts, world.owner, world.house, "technician", "Tommaso Tecnico")
    newcomers = {"name": "N", "function": "f", "email": "n@n.example"}
    tried: list[tuple[Someone, Awaitable[Any], str, Why]] = [
        (other, withdraw(parts, other.who, waiting), "request", Why.NOT_ALLOWED),
        (other, close_session(parts, other.who, session, **_CLOSE), "session", Why.NOT_ALLOWED),
        (other, begin_activation(parts, other.who, session), "activation", Why.NOT_ALLOWED),
        (
            world.owner,
            invite(parts, world.owner.who, world.tenant, world.ads.id),
            "person",
            Why.TITOLARE_ADMITS,
        ),
        (
            world.owner,
            admit_person(parts, world.owner.who, tenant=world.tenant, role="titolare", **newcomers),
            "person",
            Why.TITOLARE_ADMITS,
        ),
        (
            world.technician,
            begin_password(parts, world.technician.who),
            "password",
            Why.PASSWORD_NOT_FOR_TECHNICIANS,
        ),
        (
            world.titolare,
            explain_refusal(parts, world.titolare.who, refused, "No."),
            "approval",
            Why.NOT_ALLOWED,
        ),
    ]
    for someone, doing, what, why in tried:
        where = world.house if what == "password" else world.tenant
        before = await _denied(story, where)
        with pytest.raises(Refused) as no:
            await doing
        assert no.value.why is why, what
        said = AccessDenied(someone.id, what, why.value, someone.who.terminal)
        assert await _denied(story, where) == [*before, said]
    assert (await story.session(session)).permit.request == request


async def test_who_may_not_run_the_estate_leaves_one_record(story: Story) -> None:
    world = story.world
    for case, what, role in OFFICE:
        story.clock.advance(minutes=16)
        who: Who = getattr(world, role).who
        before = await _denied(story, who.tenant)
        assert await _refused(case, story.parts, who) is Why.NOT_ALLOWED, what
        said = AccessDenied(who.person, what, "not_allowed", who.terminal)
        assert await _denied(story, who.tenant) == [*before, said]


async def test_a_role_that_may_not_leaves_one_record(story: Story) -> None:
    world, names = story.world, await _names(story)
    for case, thing, what, role in TABLE:
        story.clock.advance(minutes=16)  # past the bound on one person's tries
        who: Who = getattr(world, role).who
        tenant = who.tenant if case is _trust else world.tenant
        before = {log: await _denied(story, log) for log in (world.tenant, world.house)}
        assert await _refused(case, story.parts, who, names[thing]) is Why.NOT_ALLOWED
        after = {log: await _denied(story, log) for log in (world.tenant, world.house)}
        said = AccessDenied(who.person, what, "not_allowed", who.terminal)
        assert after.pop(tenant) == [*before.pop(tenant), said], (what, role)
        assert after == before, (what, role)
    assert await story.findings() == []


async def test_what_is_another_customers_is_recorded_where_the_caller_belongs(story: Story) -> None:
    """And the same where nothing is: he may read that log, and must not learn from it what exists."""
    names, stranger = await _names(story), (await story.stranger()).who
    nothing = {
        "session": "s-0000000000", "request": "r-00000000", "host": "h-00000000", "tenant": "t-00000000",
    }  # fmt: skip
    size, expected = len(await story.leaves()), []
    for known in (names, nothing):
        for case, thing, what in FOREIGN:
            story.clock.advance(seconds=100)
            assert await _refused(case, story.parts, stranger, known[thing]) is Why.NOT_FOUND
            expected.append(AccessDenied(stranger.person, what, "not_found", stranger.terminal))
            assert await _denied(story, stranger.tenant) == expected
    assert len(await story.leaves()) == size
    assert await _denied(story, story.world.house) == []


async def test_reports_of_others(story: Story) -> None:
    """A number nobody issued is an attempt of a customer's person, and a slip of the house's."""
    world = story.world
    assert await _refused(read_report, story.parts, world.ads.who, "V-0", "pdf") is Why.NOT_FOUND
    assert await _refused(read_report, story.parts, world.owner.who, "V-0", "pdf") is Why.NOT_FOUND
    assert [one.what for one in await _denied(story, world.tenant)] == ["report"]
    assert await _denied(story, world.house) == []


async def test_one_person_does_not_fill_the_log(story: Story) -> None:
    """The first few of a quarter of an hour are recorded, and one more that says so."""
    session, who = await story.granted(), story.world.technician.who
    for _ in range(TRIES + 3):
        assert await _refused(stop, story.parts, who, session) is Why.NOT_ALLOWED
    found = await _denied(story, story.world.tenant)
    assert [one.reason for one in found] == ["not_allowed"] * TRIES + ["too_many_tries"]
    story.clock.advance(seconds=timedelta(minutes=15).total_seconds())
    assert await _refused(stop, story.parts, who, session) is Why.NOT_ALLOWED
    assert len(await _denied(story, story.world.tenant)) == TRIES + 2


async def test_the_bound_is_each_customers_own_and_of_every_kind_of_attempt(story: Story) -> None:
    """Noise at one customer hides nothing at another, and cases and channels are bounded as roles are."""
    world, parts = story.world, story.parts
    session = await story.running()
    other = await newcomer(parts, world.owner, world.house, "technician", "Tommaso Tecnico")
    for _ in range(TRIES):
        assert await _refused(_enter, parts, other.who, session) is Why.NOT_ALLOWED
    for _ in range(3):
        assert await _refused(begin_activation, parts, other.who, session) is Why.NOT_ALLOWED
    found = await _denied(story, world.tenant)
    assert [one.reason for one in found] == ["not_allowed"] * TRIES + ["too_many_tries"]
    elsewhere = await open_tenant(parts, world.owner.who, name="Scuola Altra", details={})
    with pytest.raises(Refused):
        async with attempt(parts, other.who, "request", elsewhere.id):
            raise Refused(Why.NOT_ALLOWED)
    assert [one.reason for one in await _denied(story, elsewhere.id)] == ["not_allowed"]


async def test_a_customer_that_nobody_knows_is_recorded_with_the_house(story: Story) -> None:
    technician, before = story.world.technician.who, await leaves(story.parts, story.world.house)
    with pytest.raises(Refused) as no:
        await prepare_host(story.parts, technician, tenant="a-000000", label="x", place="x")
    assert no.value.why is Why.NOT_ALLOWED
    (leaf,) = (await leaves(story.parts, story.world.house))[len(before) :]
    assert isinstance(leaf.record, AccessDenied)
    assert leaf.record.person == technician.person
