"""The enrolment file of a host: what was signed, and the chains behind it. Holds nothing secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.approvers import Approvers
from audit.enrolment import Enrolment
from audit.policy import Policy
from audit.signed import EnrolmentFile, SignedStatement
from broker.cases.deny import allow, not_there
from broker.domain.estate import EnrolledHost, SignedHost
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, statements
from broker.store.statements import Kept


@dataclass(frozen=True, slots=True)
class NamedFile:
    name: str
    data: bytes


async def enrolment_file(parts: Parts, who: Who, host_id: str) -> NamedFile:
    """For carrying to the machine. The one-time code and the root travel by other ways."""
    async with parts.store.read() as work:
        host = await estate.find_host(work, host_id)
    if host is None:
        raise await not_there(parts, who, "host")
    await allow(parts, who, Action.FETCH_ENROLMENT_FILE, host.tenant, "host")
    async with parts.store.read() as work:
        if not isinstance(host, SignedHost | EnrolledHost):
            raise Refused(Why.WRONG_STATE)
        signed = await statements.by_digest(work, host.tenant, host.enrolment)
        assert signed is not None
        pinned = Enrolment.parse(signed.statement)
        sets = await statements.chain(work, host.tenant, Approvers.TYPE)
        rules = await statements.chain(work, host.tenant, Policy.TYPE)
    file = EnrolmentFile(signed, _until(sets, pinned.approvers), _until(rules, pinned.policy))
    return NamedFile(f"{host_id}.iscrizione", file.encode())


def _until(chain: Sequence[Kept], digest: str) -> tuple[SignedStatement, ...]:
    """The chain up to the link the enrolment names; later ones come over the agent's connection."""
    last = next(one.number for one in chain if one.signed.digest.hex() == digest)
    return tuple(one.signed for one in chain if one.number <= last)
