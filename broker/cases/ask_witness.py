"""Ask one external witness to cosign the newest head of a customer's log, as C2SP tlog-witness says."""

from __future__ import annotations

from audit import add_checkpoint
from audit.add_checkpoint import MAX_PROOF_LINES, AddCheckpoint, parse_size_answer
from audit.checkpoint import Checkpoint
from audit.errors import BadSignature, Malformed
from audit.external_witness import ExternalWitness
from broker.cases.compare_head import stand_back
from broker.parts import Parts
from broker.ports import WitnessAnswer, WitnessCaller
from broker.store import log, witnesses
from broker.store.log import Head
from broker.store.standing import Ahead


class NotCosigned(Exception):
    """The witness gave no cosignature that counts; it is asked again later."""


async def ask_witness(parts: Parts, caller: WitnessCaller, tenant: str, witness: ExternalWitness) -> None:
    """Done, or nothing to do; `OSError` or `NotCosigned` where it is to be tried again.

    A witness that holds more than the log here, or another history, stops the log (`Standing`).
    """
    known = witnesses.external_id(witness.key)
    async with parts.store.read() as work:
        head = await log.head(work, tenant)
        old = await witnesses.cosigned_to(work, tenant, known)
        if head is not None and old <= head.since:
            old = 0  # by its name the next log is another one, of which the witness holds nothing
    if head is None or not head.size or parts.store.standing.ahead(tenant) is not None:
        return
    # A head that it cosigned already is shown again: a copy of the database may be older than the witness.
    held = min(old, head.size)
    answer = await _ask(parts, caller, tenant, witness, head, held)
    if answer.status == add_checkpoint.CONFLICT:
        held = _size(answer)
        if held > head.size:
            stand_back(parts, tenant, Ahead(witness.key.name, held, forked=False), head.size)
            return
        answer = await _ask(parts, caller, tenant, witness, head, held)
        if answer.status == add_checkpoint.CONFLICT and _size(answer) != held:
            raise NotCosigned("the witness moved on meanwhile")
    if answer.status in (add_checkpoint.CONFLICT, add_checkpoint.UNPROVEN):
        # Asked from the very size it names, it still says no: it holds another root of that size.
        stand_back(parts, tenant, Ahead(witness.key.name, held, forked=True), head.size)
        return
    await _keep(parts, tenant, witness, head, answer)
    parts.store.standing.heard(tenant, known)


async def _ask(
    parts: Parts, caller: WitnessCaller, tenant: str, witness: ExternalWitness, head: Head, old: int
) -> WitnessAnswer:
    async with parts.store.read() as work:
        proof = await log.consistency(work, tenant, old, head.size) if 0 < old < head.size else []
    assert len(proof) <= MAX_PROOF_LINES  # a log of 2^53 records needs fewer
    request = AddCheckpoint.of(old, tuple(proof), head.note)
    return await caller.ask(witness.url, request.encode())


def _size(answer: WitnessAnswer) -> int:
    if answer.kind != add_checkpoint.SIZE_TYPE:
        raise NotCosigned("a conflict without a size")
    try:
        return parse_size_answer(answer.body)
    except Malformed as wrong:
        raise NotCosigned(f"a conflict without a size: {wrong}") from wrong


async def _keep(
    parts: Parts, tenant: str, witness: ExternalWitness, head: Head, answer: WitnessAnswer
) -> None:
    if answer.status != add_checkpoint.OK:
        raise NotCosigned(f"the witness answered with the status {answer.status}")
    signed = Checkpoint(head.origin, head.size, head.root)
    try:
        line, _ = add_checkpoint.cosignature(answer.body, signed, witness.key)
    except (BadSignature, Malformed) as wrong:
        raise NotCosigned(str(wrong)) from wrong
    async with parts.store.tx(tenant, parts.clock.now(), records=False) as tx:
        await witnesses.keep(tx, witnesses.external_id(witness.key), head.size, line)
