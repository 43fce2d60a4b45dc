"""Under which names a host's keys count: those of the log it was enrolled with, whatever log came after."""

from __future__ import annotations

from dataclasses import dataclass

from audit.enrolment import Enrolment
from audit.host_note import key_name
from audit.keys import PublicKey
from audit.note import VerifierKey
from broker.domain.estate import EnrolledHost
from broker.store import statements
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class HostKeys:
    """`agent` signs notes, `witness` cosigns heads."""

    agent: VerifierKey
    witness: VerifierKey


async def log_origin(work: Work, host: EnrolledHost) -> str | None:
    """The log's name as this host was enrolled with it: part of the name of its keys for good."""
    signed = await statements.by_digest(work, host.tenant, host.enrolment)
    return None if signed is None else Enrolment.parse(signed.statement).log_origin


async def host_keys(work: Work, host: EnrolledHost) -> HostKeys:
    origin = await log_origin(work, host)
    assert origin is not None  # an enrolled host has its signed enrolment
    name = key_name(origin, host.id)
    return HostKeys(
        VerifierKey.log(name, PublicKey.parse(host.agent_key)),
        VerifierKey.witness(name, PublicKey.parse(host.witness_key)),
    )
