"""The external witnesses of every customer are asked for each new head: beside the log, never before it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from agent.task_group import TaskGroup
from audit.external_witness import ExternalWitness
from broker.cases.ask_witness import NotCosigned, ask_witness
from broker.domain.refusal import Refused
from broker.parts import Parts
from broker.ports import WitnessCaller
from broker.store import estate, log, statements
from broker.store.witnesses import external_id

_log = logging.getLogger("verbale.witness")
BACK_OFF_S = (2, 5, 15, 60, 300)  # then every ten minutes
SELDOM_S = 600
AT_ONCE = 32


def back_off(failures: int) -> float:
    """Seconds until the next try after that many in a row went wrong."""
    return BACK_OFF_S[failures - 1] if failures <= len(BACK_OFF_S) else SELDOM_S


@dataclass(slots=True)
class _Asked:
    """One witness of one log: the size it cosigned last in this life of the broker, and its failures."""

    size: int = -1
    failures: int = 0
    due: float = 0.0


class Collection:
    """The job, for the timetable; one turn at a time."""

    def __init__(self, caller: WitnessCaller, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._caller = caller
        self._monotonic = monotonic
        self._asked: dict[tuple[str, str], _Asked] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, parts: Parts) -> None:
        waiting = await self._waiting(parts)
        async with TaskGroup() as group:
            for tenant, size, witness in waiting:
                group.create_task(self._one(parts, tenant, size, witness))

    async def _waiting(self, parts: Parts) -> list[tuple[str, int, ExternalWitness]]:
        found = []
        async with parts.store.read() as work:
            for customer in await estate.customers(work):
                rules = await statements.policy(work, customer.id)
                head = await log.head(work, customer.id)
                if rules is None or head is None:
                    continue
                found += [
                    (customer.id, head.size, w)
                    for w in rules.external
                    if self._due(customer.id, head.size, w)
                ]
        return found

    def _of(self, tenant: str, witness: ExternalWitness) -> _Asked:
        return self._asked.setdefault((tenant, external_id(witness.key)), _Asked())

    def _due(self, tenant: str, size: int, witness: ExternalWitness) -> bool:
        asked = self._of(tenant, witness)
        return asked.size != size and self._monotonic() >= asked.due

    async def _one(self, parts: Parts, tenant: str, size: int, witness: ExternalWitness) -> None:
        asked = self._of(tenant, witness)
        try:
            async with self._at_once:
                await ask_witness(parts, self._caller, tenant, witness)
        except (NotCosigned, OSError, Refused) as wrong:
            asked.failures += 1
            pause = back_off(asked.failures)
            asked.due = self._monotonic() + pause
            name, said = witness.key.name, str(wrong) or type(wrong).__name__
            _log.warning("the witness %s of %s: %s; asked again in %d s", name, tenant, said, pause)
        else:
            asked.size, asked.failures = size, 0


def collection(caller: WitnessCaller) -> Callable[[Parts], Awaitable[None]]:
    return Collection(caller)
