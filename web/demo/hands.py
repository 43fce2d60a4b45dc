"""`verbale demo`: starts everything, says what to open, and ends it all with Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import shlex
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from web.demo import machine
from web.demo.client import Browser, Said
from web.demo.headless import ask, wait_phase
from web.demo.machine import Ports, Running, ssh_command
from web.demo.processes import Failed, Processes
from web.demo.stage import ROLES, TERM, load

WATCH_S = 1.0
ITALIAN = {"owner": "gestione", "technician": "tecnico", "titolare": "titolare", "ads": "ADS"}


def run(state: Path, ports: Ports) -> int:
    try:
        asyncio.run(_run(state, ports))
    except (Failed, Said) as failed:
        print(failed)
        return 1
    return 0


async def _run(state: Path, ports: Ports) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with Processes(state / "logs") as processes:
        running = await machine.start(state, ports, processes)
        machine.tell(running, ports)
        print(await _welcome(running), flush=True)
        while not stop.is_set():
            processes.check()
            await _appoint_newcomers(running)
            try:
                async with asyncio.timeout(WATCH_S):
                    await stop.wait()
            except TimeoutError:
                continue
        print("\nSi ferma tutto…", flush=True)
    (state / "demo.json").unlink(missing_ok=True)


async def _welcome(running: Running) -> str:
    stage = running.stage
    lines = [f"\nVerbale è in funzione: {stage.origin}", "", "Apra, ognuno in una finestra sua:"]
    # Who can log in at a customer is invited again by its titolare only, not by the house.
    async with stage.logged_in("owner") as owner, stage.logged_in("titolare") as titolare:
        for role in ("technician", "ads", "titolare", "owner"):
            by = titolare if role in ("ads", "titolare") else owner
            lines.append(f"  {ITALIAN[role]:9} {await _invitation(running, by, role)}")
    lines += [
        "",
        "Ogni collegamento vale una volta: la pagina registra la passkey di chi lo apre. ADS e titolare ne",
        f"registrano una seconda, per firmare, su {stage.signing_origin}; il titolare della demo la iscrive da sé.",
        f"Poi si entra da {stage.origin}/entra. Le mail della demo sono in {running.state / 'mail'}.",
        f"SSH: porta {running.ssh_port}, impronta {running.fingerprint}, chiave {running.identity}",
        "Da un altro terminale: .venv/bin/verbale demo session --channels terminal,exec",
        "Ctrl-C ferma tutto; «make demo-reset» dimentica.",
    ]
    return "\n".join(lines)


async def _invitation(running: Running, by: Browser, role: str) -> str:
    stage = running.stage
    tenant = stage.tenant if role in ("titolare", "ads") else stage.house
    said = await by.post(f"/api/tenants/{tenant}/people/{stage.people[role]}/invitation")
    return f"{said['link']}   ({ROLES[role][0]})"


async def _appoint_newcomers(running: Running) -> None:
    """The demo's titolare signs in whoever has registered a signing passkey in a real browser."""
    stage = running.stage
    async with stage.logged_in("titolare") as titolare:
        waiting = [
            p
            for p in await titolare.get("/api/people", tenant=stage.tenant)
            if p["signing_passkeys"] > p["appointed_keys"]
        ]
        if waiting:
            await appoint(titolare, stage.people)


async def appoint(titolare: Browser, people: dict[str, str]) -> None:
    until = (datetime.now(UTC) + TERM).isoformat()
    await titolare.sign(
        "approvers",
        appointments=[{"person": people[role], "until": until} for role in ("titolare", "ads")],
    )


# ------------------------------------------------------------------------------------ for scripts


def addresses(state: Path) -> int:
    try:
        print((state / "demo.json").read_text(), end="")
    except FileNotFoundError:
        print("Nessuna demo in funzione: la avvii con «make demo».")
        return 1
    return 0


def session(state: Path, channels: tuple[str, ...], *, as_json: bool) -> int:
    said, stage = _running(state), load(state)
    if said is None or stage is None:
        print("Nessuna demo in funzione: la avvii con «make demo».")
        return 1
    running = Running(state, stage, said["ssh_port"], said["ssh_fingerprint"])
    try:
        found = asyncio.run(_open(running, channels))
    except (Said, Failed) as no:
        print(no)
        return 1
    command = shlex.join(ssh_command(running, found["session"]))
    if as_json:
        print(json.dumps({**found, "identity": str(running.identity), "ssh": command}))
    else:
        print(f"sessione  {found['session']}\nidentità  {running.identity}\ncomando   {command}")
    return 0


def _running(state: Path) -> dict[str, Any] | None:
    """What the running demo says of itself."""
    try:
        said: dict[str, Any] = json.loads((state / "demo.json").read_text())
    except FileNotFoundError:
        return None
    return said


async def _open(running: Running, channels: tuple[str, ...]) -> dict[str, Any]:
    """Asked by the demo's technician, approved by its ADS: every record says that both are software."""
    stage = running.stage
    async with stage.logged_in("technician") as technician, stage.logged_in("ads") as ads:
        request = await ask(technician, stage.host, "Sessione aperta da un programma della demo.", channels)
        await ads.approve(request, supervision="waived")
        found = await technician.get(f"/api/requests/{request}")
        await technician.activate(found["session"])
        await wait_phase(technician, request, ("active",))
    return {"session": found["session"], "request": request}
