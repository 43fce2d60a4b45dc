"""*Segnalazione al titolare*: the vendor holds an instruction unlawful, and says so at once (art. 28(3) GDPR, last sentence).

An instruction is an authorisation, given for a request. Nothing is withdrawn by it: whether to go on is the titolare's to say,
and the technician's not to.
"""

from __future__ import annotations

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.protection_records import InstructionQuestioned
from broker.cases.located import request_tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.texts import MAX_REASON, cover, written
from broker.parts import Parts
from broker.store import outbox, people


async def question_instruction(parts: Parts, who: Who, request: str, text: str) -> int:
    """How many pieces of the text were covered as passwords. A letter to every titolare leaves with the record."""
    tenant = await request_tenant(parts, who, Action.QUESTION, request)
    said, covered = cover(written(text, "text", MAX_REASON, needed=True))
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        told = [one for one in await people.tenant_people(tx.work, tenant, role="titolare") if one.active]
        if not told:
            raise Refused(Why.RECIPIENT_MISSING)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"text": said})
        await tx.append(InstructionQuestioned(request), actor=who.actor, opening=opening, subject=request)
        for one in told:
            await tx.tell(outbox.QUESTION, {"to": one.id, "request": request, "by": who.person})
        tx.announce("request", request)
    return covered
