"""Customers and their hosts; a host's state is its type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

ListState: TypeAlias = Literal["received", "missing"]
ENROLMENT_LASTS = timedelta(days=7)  # somebody carries the file to the machine within a week


@dataclass(frozen=True, slots=True)
class Tenant:
    """Owner of one log: the vendor itself (`house`) or a customer."""

    id: str
    kind: Literal["house", "customer"]
    name: str
    zone: str
    demo: bool
    opened: datetime


@dataclass(frozen=True, slots=True)
class PreparedHost:
    """Named, and nothing signed yet."""

    tenant: str
    id: str
    label: str
    place: str


@dataclass(frozen=True, slots=True)
class SignedHost:
    """The titolare signed its enrolment; its agent has not come yet. `code` is the code's SHA-256."""

    tenant: str
    id: str
    label: str
    place: str
    enrolment: str
    code: str


@dataclass(frozen=True, slots=True)
class EnrolledHost:
    """Its agent's keys are known. Keys are base64url, `enrolment` the statement's digest in hex.

    `enrolled` and `listed` are when its agent said so: its first note, and its last list of sessions.
    `next_host_n` is the number its next note must bear; `witnessed` the size of the last head it
    cosigned; `confirmed`: somebody of the customer typed the root there.
    """

    tenant: str
    id: str
    label: str
    agent_key: str
    witness_key: str
    confirmed: bool
    next_host_n: int
    place: str = ""
    enrolment: str = ""
    recorder_key: str = ""
    witnessed: int = 0
    last_seen: datetime | None = None
    silent_since: datetime | None = None
    enrolled: datetime | None = None
    listed: datetime | None = None

    def owes_list(self, until: datetime) -> bool:
        """Whether it was in use before that instant and its own lists do not reach it."""
        began = self.enrolled is None or self.enrolled < until
        return began and (self.listed is None or self.listed < until)

    def list_of(self, until: datetime) -> ListState | None:
        """Its list of the month that ended then; None where it was not in use before."""
        if self.enrolled is not None and self.enrolled >= until:
            return None
        return "missing" if self.owes_list(until) else "received"


@dataclass(frozen=True, slots=True)
class RevokedHost:
    """Out of use for good. `agent_key` is None where no agent ever came."""

    tenant: str
    id: str
    label: str
    place: str
    agent_key: str | None


@dataclass(frozen=True, slots=True)
class HostWithoutAgent:
    """The customer's rules name it, or did (`named`): nothing of Verbale runs there."""

    tenant: str
    id: str
    label: str
    place: str
    named: bool


Host: TypeAlias = PreparedHost | SignedHost | EnrolledHost | RevokedHost | HostWithoutAgent
