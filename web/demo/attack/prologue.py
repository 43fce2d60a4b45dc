"""Before the attack: honest work, so that there is something to forge, and what the customer keeps of it."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from web.demo import headless, machine
from web.demo.attack import second_host
from web.demo.attack.scene import FAULT, Kept, Scene
from web.demo.attack.second_host import Second
from web.demo.client import Browser, Said
from web.demo.machine import Running
from web.demo.processes import Failed
from web.demo.watcher import watching

PUBLISHED_S = 20.0
SETTLED_S = 2.0
REVIEW = timedelta(days=90)
WORK = "echo fatto; seq 1 120000"  # more than a segment of a recording holds
STOLEN = """
Prima del furto: una seconda macchina iscritta; le regole n. 2 firmate dal titolare, con la registrazione di ciò che
si vede; due sessioni autorizzate, guardate, registrate e chiuse; l’elenco che la macchina ne firma; la cancellazione
dei testi di una sospesa per una contestazione; un rapporto. Il titolare conserva le chiavi (trust.json) e la testa del
registro di allora. Poi il broker è rubato: programma, database e tutte le chiavi. Le persone sono passkey dimostrative (software);
agente, verificatore, testimone e browser sono quelli veri. Una pausa scatta dopo 6 s e non dopo 120 (qui si
accorcia con VERBALE_WATCH_LOST_S, che può solo accorciare).

Honest work first: a second host enrolled, rules no. 2 signed (they have sessions recorded), two sessions approved,
watched, recorded and closed, the host's own list of them, an erasure put on hold, one report. The titolare keeps the
keys and the log's head of that day. Then the broker is stolen: program, database and all keys."""


async def honest_work(running: Running, ads: Browser, titolare: Browser, folder: Path) -> tuple[Kept, Second]:
    """A second host, rules no. 2, two recorded sessions, a report so far; then what the customer keeps, and one
    log-in more."""
    second = await second_host.prepared(running, titolare, folder)
    await titolare.sign("policy", policy=_rules(running, second.host))
    await second_host.enrolled(titolare, second)
    held, _ = [await _session(running, approver) for approver in ("ads", "titolare")]
    await _listed(running)
    review = f"{datetime.now(UTC) + REVIEW:%Y-%m-%d}"
    await titolare.post("/api/holds", request=held, reason="contest", review=review)
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
    return kept, second


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


async def _session(running: Running, approver: str) -> str:
    """Its request."""
    request, session, page = await headless.open_session(
        running, FAULT, approver=approver, channels=("exec",)
    )
    async with running.stage.logged_in(approver) as person, watching(person, session, page):
        await headless.ssh(running, session, WORK)
        async with running.stage.logged_in("technician") as technician:
            await technician.post(
                f"/api/sessions/{session}/close",
                outcome="solved",
                activities=[{"code": "GEST"}],
                note="Intestazione ripristinata.",
            )
            await headless.wait_phase(technician, request, ("ended",))
    return request


async def _listed(running: Running) -> None:
    """The host signs the list of its sessions, and the log takes it."""
    before = _cosigned(running)
    said = await machine.command(running.state, "ask_lists", tenant=running.stage.tenant)
    if not said.get("asked"):
        raise Failed(f"l’elenco delle sessioni non è stato chiesto: {said.get('it')}")
    until = time.monotonic() + headless.PATIENT_S
    while _cosigned(running) == before:
        if time.monotonic() > until:
            raise Failed("l’elenco delle sessioni non è arrivato")
        await asyncio.sleep(0.1)


def _rules(running: Running, second: str) -> dict[str, object]:
    """As in the demo's first policy, with shorter sessions, all of them recorded, and a second host."""
    account = pwd.getpwuid(os.geteuid()).pw_name
    ground = {"kind": "no_employees", "reference": "Demo", "day": "2026-01-01"}
    return {
        "channels": ["terminal", "exec"],
        "tools": [],
        "accounts": [
            {"host": host, "name": account, "administrator": os.geteuid() == 0}
            for host in (running.stage.host, second)
        ],
        "supervision": "waivable",
        "longest_s": 2 * 3600,
        "window_s": 8 * 3600,
        "recording": {"sessions": "all", "client": ground, "vendor": ground},
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
