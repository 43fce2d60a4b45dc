"""Whose mail it is that came: by the code of a request, a receipt for a letter, or an address that is known."""

from __future__ import annotations

from dataclasses import dataclass

from audit.mail_evidence.judgement import Envelope, Judgement
from audit.mail_evidence.known import Known
from broker.domain.arrived import Arrived
from broker.domain.dispatch import Dispatch
from broker.domain.request_code import fits, named
from broker.live.mail_desk import Reading
from broker.parts import Parts
from broker.store import addresses, dispatches, requests
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class Whose:
    """`tenant` None: nobody's whom we know, or of several. `judged`: as far as it goes without a customer."""

    tenant: str | None
    request: str | None
    letter: Dispatch | None
    judged: Judgement


async def whose_mail(parts: Parts, reading: Reading, arrived: Arrived) -> Whose:
    """A code says it first: it cannot be made up. It opens nothing, so a stolen one opens nothing either."""
    assert parts.mail is not None
    async with parts.store.read() as work:
        known = await addresses.everybodys(work)
    everybody = Known(
        registered=tuple(line for lines in known.values() for line in lines),
        forwarders=parts.mail.forwarders,
        providers=parts.mail.providers,
        fold_local=True,
    )
    judged = await reading.judge(arrived.raw, Envelope(arrived.came), everybody)
    claims = judged.claims
    async with parts.store.read() as work:
        letter = None
        if claims.certified is not None and judged.transport == "receipt":
            letter = await dispatches.by_message_id(work, claims.certified.message_id)
        tenant, request = await _by_code(parts, work, f"{claims.subject}\n{claims.text}")
    if letter is not None:
        return Whose(letter.tenant, None, letter, judged)
    if tenant is not None:
        return Whose(tenant, request, None, judged)
    address = claims.sender.lower()
    found = [one for one, lines in known.items() if any(line.address == address for line in lines)]
    return Whose(found[0] if len(found) == 1 else None, None, None, judged)


async def _by_code(parts: Parts, work: Work, text: str) -> tuple[str | None, str | None]:
    """The customer and the request of the first true code in a text. Of several true ones the first counts: an
    answer has the newest above what it quotes."""
    for request in named(text):
        tenant = await requests.tenant_of(work, request)
        if tenant is not None and fits(parts.keys.wrapping_key(), tenant, request, text):
            return tenant, request
    return None, None
