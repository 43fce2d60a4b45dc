"""What is done with a customer's data, as the settings in force say: one answer for every page that tells of it.

The DPIA facts sheet (L-34), the information notice (L-26), the register of processing and the agreement's annex all
print from here, so that none can say otherwise than another. Codes and numbers only; words are of whoever prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from audit.policy import Policy
from audit.record import RetainClass
from audit.recording_rules import RecordingRules
from audit.terms import TERMS, months
from broker.domain.category import Category
from broker.domain.estate import Tenant
from broker.domain.papers import Filed
from broker.domain.register import Announced, Subprocessor

Measure = Literal[
    "passkeys", "second_factor", "signed_approvals", "supervision", "four_eyes", "outbound_only", "transport",
    "sealed_texts", "sealed_for_customer", "masking", "signed_log", "witnesses", "timestamps", "least_rights",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """Months that what is of this class is kept, and the fewest the law or the format allows."""

    retain: RetainClass
    months: int
    shortest: int


@dataclass(frozen=True, slots=True)
class HasAccess:
    """Somebody who may read or do something there. `role`: as he comes in, or ``administrator`` where appointed."""

    id: str
    name: str
    function: str
    role: str
    employer: str = ""  # a sub-processor's name; empty for who works for the customer or the vendor itself


@dataclass(frozen=True, slots=True)
class ToolRelay:
    """A licensed program that the rules allow. `relay`: the country of the relay it goes through, where noted."""

    tool: str
    relay: str | None


@dataclass(frozen=True, slots=True)
class Company:
    """A sub-processor as the customer was told of it; `counts`: its people may work there on that day."""

    company: Subprocessor
    announced: Announced
    counts: bool


@dataclass(frozen=True, slots=True)
class ProcessingFacts:
    """Of one customer on `day`, local to it. `contact` and `details` are what the vendor and the customer entered."""

    customer: Tenant
    details: Mapping[str, str]
    vendor: str
    contact: Mapping[str, str]
    at: datetime
    day: date
    category: Category
    policy: Policy | None
    recording: RecordingRules | None
    kept: tuple[Kept, ...]
    access: tuple[HasAccess, ...]
    companies: tuple[Company, ...]
    tools: tuple[ToolRelay, ...]
    papers: tuple[Filed, ...]  # those that hold on that day
    measures: tuple[Measure, ...]
    hosts: int
    notify_hours: int = 24  # how soon the titolare is told of a breach

    @property
    def transfers(self) -> tuple[str, ...]:
        """Countries that data may pass through beside the vendor's own: relays and sub-processors (L-40)."""
        found = {one.relay for one in self.tools if one.relay}
        return tuple(sorted(found | {one.company.place for one in self.companies if one.counts}))

    def paper(self, kind: str) -> Filed | None:
        """The last one of that kind that holds."""
        return next((one for one in reversed(self.papers) if one.paper.kind == kind), None)


def kept(policy: Policy | None) -> tuple[Kept, ...]:
    """Every class, in the order of the terms."""
    chosen = {} if policy is None else dict(policy.retention)
    return tuple(Kept(one, months(one, chosen), term.shortest) for one, term in TERMS.items())


def measures(policy: Policy | None, *, secure: bool, stamped: bool) -> tuple[Measure, ...]:
    """Those in force: of the product as it is, and what the customer's rules and the vendor's settings add."""
    found: list[Measure] = ["passkeys", "second_factor", "signed_approvals", "outbound_only", "least_rights"]
    found += ["transport"] if secure else []
    found += ["sealed_texts", "masking", "signed_log"]
    found += ["timestamps"] if stamped else []
    if policy is not None:
        found += ["supervision"] if policy.supervision == "required" else []
        found += ["four_eyes"] if policy.approvals > 1 else []
        found += ["witnesses"] if policy.witnesses else []
        found += ["sealed_for_customer"] if policy.recipient is not None else []
    return tuple(found)
