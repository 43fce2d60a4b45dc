"""The running demo as the attack needs it: its people at their browsers, and the thief on the line."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from agent.wire.frames import Frame, Open
from audit.keys import SigningKey
from audit.trust_file import Trust
from web.demo import headless, machine
from web.demo.attack.forgeries import Desk
from web.demo.attack.hand import Hand
from web.demo.attack.loot import Loot
from web.demo.attack.second_host import Second
from web.demo.client import Browser
from web.demo.machine import Ports, Running
from web.demo.processes import Failed, Processes

FAULT = "La stampa delle schede esce senza intestazione."
WATCH_LOST_S = 6  # nobody waits two minutes to see a pause; the host's own setting, which only shortens


@dataclass(slots=True)
class Kept:
    """What the customer keeps since before the theft: keys, a head of the log and a month's bundle at home,
    and on the host, which is a witness, the head that it cosigned last."""

    trust: Path
    head: Path
    bundle: Path
    witness: Path


@dataclass(slots=True)
class Scene:
    running: Running
    ports: Ports
    processes: Processes
    folder: Path  # for what the attack makes
    stolen: Path  # the broker's folder as it was at the hour of the theft
    kept: Kept
    trust: Trust
    loot: Loot
    hand: Hand  # on the line to the demo's host
    second: Second
    second_hand: Hand
    technician: Browser
    ads: Browser
    titolare: Browser
    paper: SigningKey | None = None  # the titolare's key on paper, once a list names one
    other_ads: str = ""  # another ADS's pseudonym, once there is one
    desk: Desk | None = None  # of `papers`, once it is laid out

    async def approved(
        self,
        *channels: str,
        supervision: str = "self",
        longest_s: int = 3600,
        text: str = FAULT,
        by: Browser | None = None,
    ) -> tuple[str, str, SigningKey | None]:
        """A request that the ADS (or `by`) signs, and takes up to watch: (request, session, key of his page)."""
        asked = await headless.ask(
            self.technician, self.running.stage.host, text, channels, longest_s=longest_s
        )
        approver = by or self.ads
        await approver.approve(asked, supervision=supervision)
        page = await approver.check_in(asked) if supervision == "self" else None
        found = await self.technician.get(f"/api/requests/{asked}")
        return asked, str(found["session"]), page

    async def order(self, session: str, *held: str) -> Open:
        """The technician activates it, and the order stays with the thief; so do frames of these types."""
        await self.hand.hold("open", *held)
        since = await self.hand.mark()
        await self.technician.activate(session)

        def of_session(frame: Frame) -> bool:
            return isinstance(frame, Open) and frame.session == session

        found = await self.hand.heard(since, of_session)
        if found is None:
            raise Failed("l’ordine non è arrivato nelle mani del ladro")
        return cast(Open, found)

    async def opened(
        self, *channels: str, supervision: str = "self", longest_s: int = 3600, text: str = FAULT
    ) -> tuple[str, str, SigningKey | None]:
        """A session that the customer signed, and that runs."""
        request, session, page = await self.approved(
            *channels, supervision=supervision, longest_s=longest_s, text=text
        )
        frame = await self.order(session)
        since = await self.hand.mark()
        await self.hand.send(frame)
        if await self.hand.note(since, "session.started", session=session) is None:
            raise Failed("la sessione autorizzata non è cominciata")
        return request, session, page

    async def ended(self, session: str) -> None:
        await self.hand.hold()
        since = await self.hand.mark()
        await self.ads.post(f"/api/sessions/{session}/stop")
        await self.hand.note(since, "session.ended", session=session)


@asynccontextmanager
async def people(running: Running) -> AsyncIterator[tuple[Browser, Browser, Browser]]:
    """Technician, ADS and titolare, logged in."""
    stage = running.stage
    async with (
        stage.logged_in("technician") as technician,
        stage.logged_in("ads") as ads,
        stage.logged_in("titolare") as titolare,
    ):
        yield technician, ads, titolare


async def steal(running: Running, ports: Ports, processes: Processes, copy: Path) -> None:
    """The broker's folder is copied; from here on the thief's program runs in its place, over database and keys."""
    processes.end("broker")
    shutil.copytree(running.broker_state, copy, ignore=shutil.ignore_patterns("*.sock", "*.lock"))
    await machine.change_broker(running, ports, processes, module="web.demo.thief", watch_lost_s=WATCH_LOST_S)
