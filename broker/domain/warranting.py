"""Delegations and mandates: what a titolare may put into one, and which of those given covers an approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from audit.admission import Authority, Breach, by_approver
from audit.approval import Approval
from audit.approvers import Approver, Approvers
from audit.errors import Malformed
from audit.pins import in_force
from audit.statement_parts import CHANNEL_KINDS, Activity, ChannelKind
from audit.warrant import Approvable, Delegation, Mandate, Warrant
from broker.domain.refusal import Refused, Why

Kind = Literal["delegation", "mandate"]
_CLASSES: dict[str, type[Warrant]] = {"delegation": Delegation, "mandate": Mandate}
_WHYS = {why.value for why in Why}


@dataclass(frozen=True, slots=True)
class WarrantDraft:
    """What the titolare chose. `hosts` and `activities` empty: all of them."""

    kind: Kind
    persons: tuple[str, ...]
    hosts: tuple[str, ...]
    channels: tuple[ChannelKind, ...]
    activities: tuple[str, ...]
    administrator: bool
    until: datetime
    own_requests: bool = False


def drawn_up(
    draft: WarrantDraft,
    tenant: str,
    warrant: str,
    approvers: Approvers,
    hosts: frozenset[str],
    at: datetime,
    *,
    demo_software: bool,
) -> Warrant:
    """The statement to sign; `Refused` for whoever needs none of this kind, and for what is not there."""
    may = {a.person for a in approvers.approvers if a.needs == draft.kind and in_force(a, at)}
    if not draft.persons or not set(draft.persons) <= may:
        raise Refused(Why.BAD_INPUT, field="persons")
    if not set(draft.hosts) <= hosts:
        raise Refused(Why.BAD_INPUT, field="hosts")
    chosen = [code for code in Activity.CODES if code in draft.activities]
    if len(chosen) != len(set(draft.activities)):
        raise Refused(Why.BAD_INPUT, field="activities")
    kind = _CLASSES[draft.kind]
    made = kind(
        tenant=tenant,
        warrant=warrant,
        persons=tuple(sorted(set(draft.persons))),
        hosts=tuple(sorted(set(draft.hosts))) or None,
        channels=draft.channels,
        activities=tuple(chosen) or None,
        administrator=draft.administrator,
        not_before=at,
        not_after=draft.until,
        own_requests=draft.own_requests,
        demo_software=demo_software,
    )
    try:
        return kind.parse(made.encode())
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="warrant") from wrong


def in_order(channels: Sequence[ChannelKind]) -> tuple[ChannelKind, ...]:
    """As a statement lists them."""
    return tuple(one for one in CHANNEL_KINDS if one in channels)


def covered(
    approval: Approval,
    by: Approver,
    request: Approvable,
    given: Sequence[Authority],
    at: datetime,
    *,
    demo: bool,
) -> Approval:
    """The approval as he may sign it: with the warrant it needs. `Refused` with the reason of the last one
    given to him, where none covers it."""
    if by.needs is None:
        return approval
    why: list[Breach] = []
    for one in given:
        if by.needs != one.warrant.TYPE or by.person not in one.warrant.persons:
            continue
        cited = replace(approval, warrant=one.warrant.digest.hex())
        why = list(by_approver(cited, by, request, at, demo=demo, authority=one))
        if not why:
            return cited
    raise Refused(Why.ADS_DELEGATION_MISSING if not why else why_of(why[0]))


def why_of(breach: Breach) -> Why:
    """The broker's own word for what an agent would refuse by."""
    return Why(breach.code) if breach.code in _WHYS else Why.ADS_DELEGATION_MISSING


def signs_for_himself(by: Approver, authority: Authority | None) -> bool:
    """Whether a mandate lets whoever signs under that line approve what he asked for."""
    return by.needs == "mandate" and authority is not None and authority.warrant.own_requests
