"""Another host of the same customer: prepared, signed for and enrolled before the theft, switched on after it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from audit.canonical import unb64
from audit.enrolment import Enrolment
from audit.keys import SigningKey
from audit.signed import EnrolmentFile
from web.demo import machine
from web.demo.attack.local import agent_command
from web.demo.client import Browser
from web.demo.machine import Running
from web.demo.processes import Failed, Processes, program

LABEL = "SECONDA-MACCHINA"
NAME = "seconda"  # of its process


@dataclass(frozen=True, slots=True)
class Second:
    """`state` is the folder of its agent."""

    host: str
    state: Path

    @property
    def identity(self) -> SigningKey:
        """As who steals that host, too, finds it there."""
        text = (self.state / "keys" / "identity.key").read_text()
        return SigningKey(unb64(text.strip()))


async def prepared(running: Running, titolare: Browser, folder: Path) -> Second:
    said = await titolare.post(
        "/api/hosts", tenant=running.stage.tenant, label=LABEL, place="Macchina della demo"
    )
    return Second(str(said["id"]), folder / "seconda")


async def enrolled(titolare: Browser, second: Second) -> None:
    """As the first one: file, root as read aloud, one-time code. The rules name its account by now."""
    signed = await titolare.sign("enrolment", host=second.host)
    file = second.state.with_suffix(".iscrizione")
    file.write_bytes(await titolare.fetch(f"/api/hosts/{second.host}/enrolment"))
    root = Enrolment.parse(EnrolmentFile.parse(file.read_bytes()).enrolment.statement).root
    said = await agent_command(second.state, "enroll", str(file), "--root", root, "--code", signed["code"])
    if said.status != 0:
        raise Failed(f"L’iscrizione della seconda macchina non è riuscita: {said.sentence}")


async def switched_on(running: Running, processes: Processes, titolare: Browser, second: Second) -> None:
    """Until the broker hears it."""
    processes.start(NAME, [*program("agent.main"), "run", "--state", str(second.state)])
    until = time.monotonic() + machine.LINK_S
    while time.monotonic() < until:
        processes.check()
        hosts = await titolare.get("/api/hosts", tenant=running.stage.tenant)
        if any(h["id"] == second.host and h["connected"] for h in hosts):
            return
        await asyncio.sleep(0.1)
    raise Failed(f"La seconda macchina non si è collegata.\n{processes.words(NAME)}")
