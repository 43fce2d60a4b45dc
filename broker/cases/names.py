"""Names for the pseudonyms the signing page shows; the signature covers the pseudonyms."""

from __future__ import annotations

from typing import Any

from audit.commitment import Opening
from audit.declared import DeclaredRequest
from audit.request import Request
from broker.store import people
from broker.store.tx import Tx


async def session_names(
    tx: Tx, statement: Request | DeclaredRequest, texts: Opening, *persons: str | None
) -> dict[str, str]:
    """Of a request's technician, host and customer, and of these persons of the customer."""
    data: dict[str, Any] = texts.data
    shown = {
        statement.technician.id: str(data["technician_name"]),
        statement.technician.organisation: str(data["organisation_name"]),
        statement.host.id: str(data["host_label"]),
        statement.tenant: str(data["customer_name"]),
    }
    for person in {one for one in persons if one is not None}:
        known = await people.person(tx.work, statement.tenant, person)
        if known is not None:
            shown[known.id] = known.name
    return shown
