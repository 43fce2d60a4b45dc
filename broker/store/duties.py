"""What stands on file, read from the logs: a customer's own and the vendor's; there is no table beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from broker.domain import preconditions
from broker.domain.estate import Tenant
from broker.domain.preconditions import Lack
from broker.domain.register import KINDS, Register
from broker.store import estate, log
from broker.store.database import Work


async def register(work: Work, tenant: str) -> Register:
    """Of a customer, or of the vendor."""
    return Register.of(await log.select_leaves(work, tenant, kinds=KINDS, limit=log.ALL))


@dataclass(slots=True)
class Duties:
    """Registers that were read in one unit of work, each once however many requests ask."""

    work: Work
    _read: dict[str, tuple[Tenant, Register]] = field(default_factory=dict)
    _house: Register | None = None

    async def of(self, tenant: str) -> tuple[Tenant, Register]:
        """The customer and its register."""
        if tenant not in self._read:
            customer = await estate.tenant(self.work, tenant)
            assert customer is not None  # whoever asks has something of it in his hand
            self._read[tenant] = customer, await register(self.work, tenant)
        return self._read[tenant]

    async def house(self) -> Register:
        if self._house is None:
            vendor = await estate.house(self.work)
            self._house = Register() if vendor is None else await register(self.work, vendor.id)
        return self._house

    async def facts(self, tenant: str, technician: str, at: datetime) -> preconditions.Facts:
        customer, found = await self.of(tenant)
        return preconditions.facts(customer, found, await self.house(), technician, at)

    async def lacking(self, tenant: str, technician: str, at: datetime) -> tuple[Lack, ...]:
        """What lacks before that technician may intervene at that customer's."""
        return preconditions.lacking(await self.facts(tenant, technician, at))
