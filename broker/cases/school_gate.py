"""What a technician may not begin at a school: before it is in service, or on its archives without a delegation."""

from __future__ import annotations

from datetime import datetime

from broker.domain.request import Asked
from broker.domain.school import demand
from broker.store import schools
from broker.store.database import Work


async def demand_school(work: Work, asked: Asked, at: datetime) -> None:
    """Return, or refuse what nobody may begin there now."""
    statement = asked.statement
    found = await schools.school(work, asked.tenant)
    demand(found, statement.activities, asked.technician, at, statement.not_after)
