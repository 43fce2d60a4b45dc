"""What `agent.policy` decides on and what it answers. Apart from it: an agent at rest carries neither its rules
nor the kinds of record it reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent.bars import NOTHING_BARRED, Bars
from audit import witness
from audit.approval import Approval
from audit.approvers import ApproverRole
from audit.check_in import CheckIn
from audit.commitment import Opening
from audit.grant import Grant
from audit.note import VerifierKey
from audit.policy import Policy, Tool
from audit.request import Request


@dataclass(frozen=True, slots=True)
class ApprovedBy:
    """`name` is None where nobody proved one."""

    person: str
    role: ApproverRole
    name: str | None


@dataclass(frozen=True, slots=True)
class HostIdentity:
    """Who this agent is. `only_account`: the one account it can work as; None when it runs as root."""

    tenant: str
    host: str
    agent_key: str
    only_account: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the agent remembers through restarts.

    `marks` are the sessions and nonces it admitted before, `floor` the latest time it cosigned a head
    at, `forked` that the log once showed it two histories, `log` the key of the log it follows where that
    is not the pinned one any more, `bars` what was revoked at this host.
    """

    marks: frozenset[str] = frozenset()
    head: witness.Head | None = None
    floor: datetime | None = None
    forked: bool = False
    log: VerifierKey | None = None
    bars: Bars = NOTHING_BARRED

    def no_earlier(self, at: datetime) -> datetime:
        """A clock that was set back does not bring a closed window back."""
        return at if self.floor is None else max(at, self.floor)


@dataclass(frozen=True, slots=True)
class Admitted:
    """The session may begin. `ends` is its last instant by the wall clock; `texts` was checked
    against the request; `tools` are those of the granted channels; `marks` go into `Seen`; `keys` are
    the fingerprints of the passkeys it rests on."""

    grant: Grant
    request: Request
    approvals: tuple[Approval, ...]
    approved_by: tuple[ApprovedBy, ...]
    ends: datetime
    texts: Opening
    tools: tuple[Tool, ...]
    policy: Policy
    head: witness.Head
    marks: frozenset[str]
    check_in: CheckIn | None = None  # None: the approvers waived supervision
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The typed no. `code` is a key of `agent.wire.refusals`, `why` one sentence for our own log,
    `grant` the digest that `session.refused` cites."""

    code: str
    why: str
    grant: str
