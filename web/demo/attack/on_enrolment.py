"""A new host is enrolled with a file that the thief put in the place of the titolare's."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from audit.approvers import Approvers
from audit.canonical import b64
from audit.enrolment import Enrolment
from audit.policy import Policy
from audit.signed import EnrolmentFile, SignedStatement
from audit.statement import Statement
from broker.out.clock import SystemClock
from web.demo.attack.local import agent_command
from web.demo.attack.outcome import AGENT, Attempt, Happened, Ledger, Outcome, Refused, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell

CODE = "LADR-OLAD-ROLA-DROL"
MAX_POST_BYTES = 64 * 1024
UNCONFIRMED = Words(
    "senza l’impronta che il titolare legge sul proprio dispositivo nessun agente distingue i due file: avvisa chi "
    "iscrive, e la macchina resta «non confermata» finché non la si iscrive di nuovo",
    "without the root that the titolare reads on his own device no agent can tell the two files apart: it warns "
    "whoever enrols, and the host stays “not confirmed” until it is enrolled again",
)


async def all_enrolments(scene: Scene, ledger: Ledger) -> None:
    """The thief answers the new agent himself: the file names his own address as the broker's."""
    true = EnrolmentFile.parse((scene.running.state / "questa-macchina.iscrizione").read_bytes())
    root = Enrolment.parse(true.enrolment.statement).root
    async with _yes_to_everything() as broker:
        file = scene.folder / "scambiata.iscrizione"
        file.write_bytes(_swapped(scene, true, broker).encode())
        what = Words(
            "file di iscrizione scambiato, con il ladro come titolare; chi iscrive digita l’impronta vera",
            "enrolment file swapped, the thief as titolare; whoever enrols types the true root",
        )
        tell(ledger, Attempt("enrolment_swapped", what), await _enrolled(scene, file, "--root", root))
        what = Words(
            "lo stesso file, e nessuno digita l’impronta", "the same file, and nobody types the root"
        )
        attempt = Attempt("enrolment_unconfirmed", what, UNCONFIRMED)
        tell(ledger, attempt, await _enrolled(scene, file))


def _swapped(scene: Scene, true: EnrolmentFile, broker: str) -> EnrolmentFile:
    """Whole in itself: approvers, rules and enrolment, each signed by the thief as the titolare that he names."""
    now = SystemClock().now()
    pen = scene.loot.pen
    first = Approvers.parse(true.approvers[0].statement)
    me = replace(first.approvers[0], credential=b64(pen.credential), public_key=pen.public_key)
    approvers = replace(first, approvers=(replace(me, role="titolare"),))
    policy = Policy.parse(true.policies[0].statement)
    enrolment = replace(
        Enrolment.parse(true.enrolment.statement),
        broker=broker,
        approvers=approvers.digest.hex(),
        policy=policy.digest.hex(),
        code=hashlib.sha256(CODE.encode()).hexdigest(),
        issued=now - timedelta(minutes=1),
        expires=now + timedelta(hours=1),
    )

    def signed(one: Statement) -> SignedStatement:
        return SignedStatement(one.encode(), pen.assertion(one.digest))

    return EnrolmentFile(signed(enrolment), (signed(approvers),), (signed(policy),))


async def _enrolled(scene: Scene, file: Path, *root: str) -> Outcome:
    state = scene.folder / f"nuova-macchina-{len(root)}"
    said = await agent_command(state, "enroll", str(file), *root, "--code", CODE)
    if said.status != 0:
        return Refused(AGENT, f"«{said.sentence}»")
    kept = json.loads((state / "agent.json").read_text())
    confirmed = "confermata / confirmed" if kept["confirmed"] else "NON confermata / not confirmed"
    return Happened(f"macchina {confirmed}, «{said.sentence}»")


@asynccontextmanager
async def _yes_to_everything() -> AsyncIterator[str]:
    """The address of a broker of the thief's, which takes every enrolment."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii", "replace").lower()
        length = next(line for line in head.splitlines() if line.startswith("content-length:"))
        await reader.readexactly(min(int(length.split(":")[1]), MAX_POST_BYTES))
        body = b'{"acked":0}'
        writer.write(
            b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
