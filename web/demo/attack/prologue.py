"""Before the attack: honest work, so that there is something to forge, and what the customer keeps of it."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from web.demo import headless, machine
from web.demo.attack.scene import FAULT, Kept, Scene
from web.demo.client import Browser, Said
from web.demo.machine import Running
from web.demo.processes import Failed
from web.demo.watcher import watching

PUBLISHED_S = 20.0
SETTLED_S = 2.0
STOLEN = """
Prima del furto: due sessioni autorizzate, guardate e chiuse; le regole n. 2 firmate dal titolare; un rapporto.
Il titolare conserva le chiavi (trust.json) e la testa del registro di allora.
Poi il broker è rubato: programma, database e tutte le chiavi. Le persone sono passkey dimostrative (software);
agente, verificatore, testimone e browser sono quelli veri. Una pausa scatta dopo 6 s e non dopo 120 (qui si
accorcia con VERBALE_WATCH_LOST_S, che può solo accorciare).

Honest work first: two sessions approved, watched and closed, rules no. 2 signed, one report. The titolare
keeps the keys and the log's head of that day. Then the broker is stolen: program, database and all keys."""


async def honest_work(running: Running, ads: Browser, titolare: Browser, folder: Path) -> Kept:
    """Two sessions, a second policy, a report so far; then what the customer keeps, and one log-in more."""
    for approver in ("ads", "titolare"):
        await _session(running, approver)
    await titolare.sign("policy", policy=_rules(running))
    said = await machine.command(
        running.state, "close_month", tenant=running.stage.tenant, period=_period(), partial=True
    )
    if "number" not in said:
        raise Failed(f"Il rapporto non è riuscito: {said.get('it')}")
    kept = Kept(
        folder / "trust.json", folder / "testa.note", folder / "tenuto.zip", folder / "testimone.note"
    )
    trust = await machine.command(running.state, "trust", tenant=running.stage.tenant)
    kept.trust.write_text(trust["trust"])
    kept.bundle.write_bytes(await titolare.fetch(f"/rapporti/{said['number']}.zip"))
    kept.head.write_bytes(await _head(titolare, running.stage.tenant))
    await _last_login(running, ads, kept.witness)
    return kept


async def _last_login(running: Running, ads: Browser, path: Path) -> None:
    """The ADS logs in, and the host cosigns the head that holds it: that head, as it lies on the host."""
    before = _cosigned(running)
    await ads.log_in()
    seen, since = before, time.monotonic()
    until = since + headless.PATIENT_S
    while seen == before or time.monotonic() < since + SETTLED_S:
        if time.monotonic() > until:
            raise Failed("la macchina non ha firmato la testa con l’ultimo accesso")
        await asyncio.sleep(0.2)
        if (now := _cosigned(running)) != seen:
            seen, since = now, time.monotonic()
    path.write_text(seen)


def _cosigned(running: Running) -> str:
    kept = json.loads((running.agent_state / "witness.json").read_text())
    return str(kept["note"])


async def _session(running: Running, approver: str) -> None:
    request, session, page = await headless.open_session(
        running, FAULT, approver=approver, channels=("exec",)
    )
    async with running.stage.logged_in(approver) as person, watching(person, session, page):
        await headless.ssh(running, session, "echo fatto")
        async with running.stage.logged_in("technician") as technician:
            await technician.post(
                f"/api/sessions/{session}/close",
                outcome="solved",
                activities=[{"code": "GEST"}],
                note="Intestazione ripristinata.",
            )
            await headless.wait_phase(technician, request, ("ended",))


def _rules(running: Running) -> dict[str, object]:
    """As in the demo's first policy, with shorter sessions."""
    account = pwd.getpwuid(os.geteuid()).pw_name
    return {
        "channels": ["terminal", "exec"],
        "tools": [],
        "accounts": [{"host": running.stage.host, "name": account, "administrator": os.geteuid() == 0}],
        "supervision": "waivable",
        "longest_s": 2 * 3600,
        "window_s": 8 * 3600,
    }


def _period() -> str:
    return f"{datetime.now(UTC).astimezone(ZoneInfo('Europe/Rome')):%Y-%m}"


async def _head(titolare: Browser, tenant: str) -> bytes:
    """The published one: it lies there within a second or so of its commit."""
    path = f"/api/log/{tenant}/{datetime.now(UTC):%Y}/checkpoint"
    for _ in range(int(PUBLISHED_S / 0.2)):
        try:
            return await titolare.fetch(path)
        except Said:
            await asyncio.sleep(0.2)
    raise Failed("la testa del registro non è stata pubblicata")


async def overheard(scene: Scene) -> None:
    """A session of the first hour after the theft, which the thief lets pass, and whose order he keeps."""
    _, session, _ = await scene.approved("exec", supervision="waived")
    frame = await scene.order(session)
    scene.loot.earlier = frame
    since = await scene.hand.mark()
    await scene.hand.send(frame)
    if await scene.hand.note(since, "session.started") is None:
        raise Failed("la sessione autorizzata non è cominciata")
    await scene.ended(session)
