"""What may be asked under the customer's rules, and the grant that follows from enough approvals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit import instant
from audit.approval import Approval, Supervision
from audit.declared_rules import demands_agent
from audit.grant import Grant
from audit.policy import Policy
from audit.request import Request
from audit.request_records import GrantIssued
from audit.statement_parts import Account, Activity, Channel
from broker.domain.instants import chosen
from broker.domain.refusal import Refused, Why
from broker.domain.request import Asked

DEFAULT_WINDOW = timedelta(hours=8)  # D-05
WIDEST_WINDOW = timedelta(hours=72)  # D-05: whatever a policy says
DEFAULT_LENGTH = timedelta(hours=2)
LONGEST_WAIT = timedelta(days=30)  # for the window to begin; further ahead nobody knows the incident
MAX_CHANNELS = 16
MAX_ACTIVITIES = 26  # 13 codes, each as assistance or training


@dataclass(frozen=True, slots=True)
class Wish:
    """What the technician asks for. None: what the policy gives by default."""

    channels: tuple[Channel, ...]
    activities: tuple[Activity, ...]
    not_before: datetime | None = None
    not_after: datetime | None = None
    longest_s: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """A wish that the policy allows, with nothing left open."""

    channels: tuple[Channel, ...]
    activities: tuple[Activity, ...]
    account: Account
    not_before: datetime
    not_after: datetime
    longest_s: int


def scope(wish: Wish, policy: Policy, host: str, at: datetime) -> Scope:
    """The scope of a request made at `at`, or the first thing the customer's rules forbid."""
    account = policy.account_of(host)
    if account is None:
        _check_channels(wish.channels, policy)
        raise Refused(Why.POLICY_FORBIDS, what="account")
    return _scope(wish, policy, account, at)


def declared_scope(wish: Wish, policy: Policy, host: str, at: datetime) -> Scope:
    """The same on a host without an agent: through its licensed tool alone, and only where nothing is demanded
    that takes an agent."""
    line = policy.bare_host(host)
    if line is None:
        raise Refused(Why.POLICY_FORBIDS, what="bare_host")
    if wish.channels != (Channel("tool", line.tool),):
        raise Refused(Why.POLICY_FORBIDS, what="bare_tool", tool=line.tool)
    for what in demands_agent(policy):
        raise Refused(Why.POLICY_FORBIDS, what=f"bare_{what}")
    return _scope(wish, policy, Account("?", administrator=True), at)


def _scope(wish: Wish, policy: Policy, account: Account, at: datetime) -> Scope:
    _check_channels(wish.channels, policy)
    if not 0 < len(wish.activities) <= MAX_ACTIVITIES or len(set(wish.activities)) != len(wish.activities):
        raise Refused(Why.BAD_INPUT, field="activities")
    begin, end = _window(wish, policy, at)
    longest_s = wish.longest_s
    if longest_s is None:
        longest_s = min(int(DEFAULT_LENGTH.total_seconds()), policy.longest_s)
    if longest_s <= 0:
        raise Refused(Why.BAD_INPUT, field="longest_s")
    if longest_s > policy.longest_s:
        raise Refused(Why.POLICY_FORBIDS, what="longest_s", limit=str(policy.longest_s))
    return Scope(wish.channels, wish.activities, account, begin, end, longest_s)


def _check_channels(channels: tuple[Channel, ...], policy: Policy) -> None:
    if not 0 < len(channels) <= MAX_CHANNELS or len(set(channels)) != len(channels):
        raise Refused(Why.BAD_INPUT, field="channels")
    if sum(one.kind == "desktop" for one in channels) > 1:
        raise Refused(Why.BAD_INPUT, field="channels")
    for one in channels:
        if one.kind not in policy.channels:
            raise Refused(Why.POLICY_FORBIDS, what=one.kind)
        if one.tool is not None and policy.tool(one.tool) is None:
            raise Refused(Why.TOOL_MISSING, tool=one.tool)
        if one.place is not None and not policy.lets(one.place):
            raise Refused(Why.POLICY_FORBIDS, what="folder")
        if one.port is not None and one.port not in policy.ports:
            raise Refused(Why.PORT_MISSING, port=one.port.id)


def _window(wish: Wish, policy: Policy, at: datetime) -> tuple[datetime, datetime]:
    now = instant.whole_ms(at)
    widest = min(WIDEST_WINDOW, timedelta(seconds=policy.window_s))
    begin = max(now, chosen(wish.not_before or now, "not_before"))
    end = chosen(wish.not_after, "not_after") if wish.not_after else begin + min(DEFAULT_WINDOW, widest)
    if end <= now:
        raise Refused(Why.WINDOW_CLOSED)
    if end <= begin:
        raise Refused(Why.BAD_INPUT, field="not_after")
    if begin > now + LONGEST_WAIT:
        raise Refused(Why.BAD_INPUT, field="not_before")
    if end - begin > widest:
        hours = f"{widest.total_seconds() / 3600:g}"
        raise Refused(Why.POLICY_FORBIDS, what="window", limit_hours=hours)
    return begin, end


def choice(approvals: Sequence[Approval]) -> tuple[Supervision, str | None]:
    """Who watches, of several answers: whoever asked to have it watched is heard before who did not."""
    found = next((a for a in approvals if a.supervision != "waived"), approvals[0])
    return found.supervision, found.watcher


def issue(
    asked: Asked, approvals: Sequence[Approval], *, session: str, nonce: bytes, at: datetime
) -> tuple[Grant, GrantIssued]:
    """The grant: the request word for word, so that an agent can compare the two."""
    request = asked.statement
    assert isinstance(request, Request)  # of a host without an agent no grant is made
    supervision, watcher = choice(approvals)
    grant = Grant(
        tenant=request.tenant,
        session=session,
        request=asked.digest,
        approvals=tuple(a.digest.hex() for a in approvals),
        host=request.host,
        technician=request.technician,
        channels=request.channels,
        account=request.account,
        supervision=supervision,
        watcher=watcher,
        not_before=request.not_before,
        not_after=request.not_after,
        longest_s=request.longest_s,
        issued=at,
        nonce=nonce,
    )
    record = GrantIssued(
        request=asked.id,
        grant=grant.digest.hex(),
        not_before=instant.to_text(grant.not_before),
        not_after=instant.to_text(grant.not_after),
    )
    return grant, record
