"""Whether somebody may have one more passkey: asked when it is begun, and again when it is finished."""

from __future__ import annotations

from broker.domain.people import MAX_CREDENTIALS
from broker.domain.refusal import Refused, Why
from broker.store import people
from broker.store.people import Credential
from broker.store.tx import Tx


async def room_for_one(tx: Tx, person_id: str, kind: str) -> list[Credential]:
    """Those he has of this kind, if one more may be added."""
    held = await people.credentials(tx.work, tx.tenant, person_id, kind)
    if len(held) >= MAX_CREDENTIALS:
        raise Refused(Why.TOO_LARGE, field="passkey", limit=str(MAX_CREDENTIALS))
    return held
