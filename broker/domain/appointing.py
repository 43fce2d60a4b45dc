"""The next approver set and the next policy: whom and what a titolare may put into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, cast

from audit.age_keys import check_recipient
from audit.approvers import Approver, ApproverRole, Approvers, Origin
from audit.bare_host import BareHost
from audit.errors import Malformed
from audit.external_witness import ExternalWitness
from audit.folders import FolderLine
from audit.named_ports import NamedPort
from audit.policy import Policy, Preset, Tool
from audit.recording_rules import RecordingRules
from audit.statement_parts import Account, ChannelKind
from broker.domain.people import APPROVING_ROLES, MAX_APPOINTMENT, Person
from broker.domain.refusal import Refused, Why

_MAX_SESSION_S = 24 * 3600
_MAX_WINDOW_S = 31 * 24 * 3600


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A registered signing passkey: id and COSE key, base64url."""

    credential: str
    public_key: str
    demo_software: bool


@dataclass(frozen=True, slots=True)
class Appointed:
    """Somebody who shall be in the set until then, with every signing passkey he has.

    `delegated`: an ADS whose approvals count under a delegation only. A technician of the vendor is in it
    for mandates.
    """

    person: Person
    keys: tuple[SigningKey, ...]
    until: datetime
    delegated: bool = False


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy without its place in the chain."""

    channels: tuple[ChannelKind, ...]
    tools: tuple[Tool, ...]
    accounts: tuple[tuple[str, Account], ...]
    supervision: Literal["required", "waivable"]
    desk: Literal["inform", "consent"]
    offline: Literal["end", "continue"]
    longest_s: int
    window_s: int
    approvals: int
    witnesses: int
    external: tuple[ExternalWitness, ...] = ()
    retention: tuple[tuple[str, int], ...] = ()
    recipient: str | None = None
    roles: tuple[tuple[ApproverRole, int], ...] = ()
    recording: RecordingRules | None = None
    folders: tuple[FolderLine, ...] = ()
    ports: tuple[NamedPort, ...] = ()
    environment: tuple[str, ...] = ()
    bare_hosts: tuple[BareHost, ...] = ()
    presets: tuple[Preset, ...] = ()


def in_force(policy: Policy) -> PolicyDraft:
    """These rules, to be changed."""
    return PolicyDraft(
        policy.channels, policy.tools, policy.accounts, policy.supervision, policy.desk, policy.offline,
        policy.longest_s, policy.window_s, policy.approvals, policy.witnesses, policy.external,
        policy.retention, policy.recipient, policy.roles, policy.recording,
        policy.folders, policy.ports, policy.environment, policy.bare_hosts, policy.presets,
    )  # fmt: skip


def next_set(
    tenant: str, site: Origin, current: Approvers | None, wanted: Sequence[Appointed], at: datetime
) -> Approvers:
    """The successor of `current`; `Refused` for whoever can't be in it."""
    lines = [line for one in wanted for line in _lines(one, tenant, current, at)]
    if len({one.person.id for one in wanted}) != len(wanted):
        raise Refused(Why.DUPLICATE)
    if not any(line.role == "titolare" for line in lines):
        raise Refused(Why.BAD_INPUT, field="titolare")
    number, previous = (1, None) if current is None else (current.number + 1, current.digest.hex())
    return Approvers(tenant, number, previous, site, tuple(lines))


def without_lost(one: Appointed, current: Approvers) -> Appointed:
    """Whoever takes the key on paper has lost the passkeys by which he could sign without it."""
    return replace(one, keys=tuple(key for key in one.keys if current.by_credential(key.credential) is None))


def _lines(one: Appointed, tenant: str, current: Approvers | None, at: datetime) -> list[Approver]:
    of_vendor = one.person.role == "technician"
    if (one.person.tenant != tenant and not of_vendor) or not one.person.active:
        raise Refused(Why.NOT_FOUND)
    if one.person.role not in APPROVING_ROLES and not of_vendor:
        raise Refused(Why.NOT_ALLOWED)
    if one.delegated and one.person.role != "ads":
        raise Refused(Why.BAD_INPUT, field="delegated")
    if not one.keys:
        raise Refused(Why.PASSKEY_MISSING, person=one.person.name)
    if not timedelta(0) < one.until - at <= MAX_APPOINTMENT:
        raise Refused(Why.BAD_INPUT, field="until")
    return [
        Approver(
            person=one.person.id,
            role="vendor_ads" if of_vendor else cast(ApproverRole, one.person.role),
            credential=key.credential,
            public_key=key.public_key,
            valid_from=_since(current, key.credential, one, at),
            valid_until=one.until,
            demo_software=key.demo_software,
            delegated=one.delegated,
        )
        for key in one.keys
    ]


def _since(current: Approvers | None, credential: str, one: Appointed, at: datetime) -> datetime:
    """Since when: unbroken where he was in before, so that what he signed yesterday stays signed."""
    held = None if current is None else current.by_credential(credential)
    if held is None or held.valid_until <= at or one.until - held.valid_from > MAX_APPOINTMENT:
        return at
    return held.valid_from


def next_policy(
    tenant: str, current: Policy | None, draft: PolicyDraft, *, hosts: frozenset[str], approvers: Approvers
) -> Policy:
    """The successor of `current`; `Refused` for rules that nobody could keep."""
    if not 60 <= draft.longest_s <= _MAX_SESSION_S:
        raise Refused(Why.BAD_INPUT, field="longest_s")
    if not draft.longest_s <= draft.window_s <= _MAX_WINDOW_S:
        raise Refused(Why.BAD_INPUT, field="window_s")
    if draft.approvals > len({line.person for line in approvers.approvers if line.role != "vendor_ads"}):
        raise Refused(Why.BAD_INPUT, field="approvals")
    for role, count in draft.roles:
        if count > len({line.person for line in approvers.approvers if line.role == role}):
            raise Refused(Why.BAD_INPUT, field="roles")
    if sum(count for _, count in draft.roles) > draft.approvals:
        raise Refused(Why.BAD_INPUT, field="roles")
    named = [host for host, _ in draft.accounts]
    if len(set(named)) != len(named) or not set(named) <= hosts:
        raise Refused(Why.BAD_INPUT, field="accounts")
    if len({tool.id for tool in draft.tools}) != len(draft.tools):
        raise Refused(Why.BAD_INPUT, field="tools")
    if not {one.tool for one in draft.bare_hosts} <= {tool.id for tool in draft.tools}:
        raise Refused(Why.BAD_INPUT, field="bare_tool")
    number, previous = (1, None) if current is None else (current.number + 1, current.digest.hex())
    new = Policy(
        tenant=tenant,
        number=number,
        previous=previous,
        channels=draft.channels,
        tools=draft.tools,
        accounts=draft.accounts,
        supervision=draft.supervision,
        desk=draft.desk,
        offline=draft.offline,
        longest_s=draft.longest_s,
        window_s=draft.window_s,
        approvals=draft.approvals,
        witnesses=draft.witnesses,
        external=draft.external,
        retention=draft.retention,
        recipient=draft.recipient,
        roles=draft.roles,
        recording=draft.recording,
        folders=draft.folders,
        ports=draft.ports,
        environment=draft.environment,
        bare_hosts=draft.bare_hosts,
        presets=draft.presets,
    )
    try:
        if draft.recipient is not None:
            check_recipient(draft.recipient)  # nothing is sealed for a slip of the finger
        return Policy.parse(new.encode())
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="policy") from wrong


def succeeds(new: Approvers | Policy, current: Approvers | Policy | None) -> None:
    """Return, or raise where another change was signed in between."""
    number, previous = (0, None) if current is None else (current.number, current.digest.hex())
    if (new.number, new.previous) != (number + 1, previous):
        raise Refused(Why.WRONG_STATE)
