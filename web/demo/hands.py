"""`verbale demo`: starts everything, says what to open, and ends it all with Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shlex
import signal
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from broker import door
from web.demo import machine
from web.demo.client import Browser, Said, Unanswered
from web.demo.headless import ask, wait_phase
from web.demo.machine import Ports, Running, ssh_command
from web.demo.processes import Failed, Processes
from web.demo.stage import ROLES, TERM, load, shared_folder

LOCK = "demo.lock"
WATCH_S = 1.0
ITALIAN = {"owner": "gestione", "technician": "tecnico", "titolare": "titolare", "ads": "ADS"}
NONE_RUNS = "Nessuna demo in funzione: la avvii con «make demo»."


def run(state: Path, ports: Ports, *, usual: bool = True, month: bool = False) -> int:
    """`usual`: this is where everybody looks for the demo, so what is printed need not say it. `month`: a new one
    begins with the month before."""
    try:
        with door.sole_owner(state, LOCK):
            asyncio.run(_run(state, machine.settle(ports, load(state)), usual=usual, month=month))
    except door.AlreadyRunning:
        print(f"Una demo è già in funzione in {state}: la fermi, o scelga un’altra cartella con --state.")
        return 1
    except (Failed, Said) as failed:
        print(failed)
        return 1
    return 0


async def _run(state: Path, ports: Ports, *, usual: bool, month: bool) -> None:
    stop = _told_to_stop()
    try:
        with Processes(state / "logs") as processes:
            running = await machine.start(state, ports, processes, month=month)
            machine.tell(running, ports)
            async with contextlib.AsyncExitStack() as logged_in:
                titolari = {
                    role: await logged_in.enter_async_context(running.stage.logged_in(role))
                    for role in ("titolare", *running.stage.others)
                }
                print(await _welcome(running, titolari["titolare"], usual=usual), flush=True)
                while not stop.is_set():
                    processes.check()
                    for role, titolare in titolari.items():
                        await _look(running, role, titolare, processes)
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(WATCH_S):
                            await stop.wait()
            with contextlib.suppress(OSError):  # the window it ran in may be what was closed
                print("\nSi ferma tutto…", flush=True)
    finally:
        (state / machine.TOLD).unlink(missing_ok=True)


def _told_to_stop() -> asyncio.Event:
    """Set by Ctrl-C, by `kill`, and by closing the window; started under `nohup`, a window is nothing to it."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _welcome(running: Running, titolare: Browser, *, usual: bool) -> str:
    stage = running.stage
    lines = [f"\nVerbale è in funzione: {stage.origin}", "", "Apra, ognuno in una finestra sua:"]
    # Who can log in at a customer is invited again by its titolare only, not by the house.
    async with stage.logged_in("owner") as owner:
        for role in ("technician", "ads", "titolare", "owner"):
            by = titolare if role in ("ads", "titolare") else owner
            lines.append(f"  {ITALIAN[role]:9} {await _invitation(running, by, role)}")
    lines += await _before(running)
    elsewhere = "" if usual else f" --state {shlex.quote(str(running.state))}"
    lines += [
        "",
        "Ogni collegamento vale una volta: la pagina registra la passkey di chi lo apre. ADS e titolare ne",
        f"registrano una seconda, per firmare, su {stage.signing_origin}; nella demo il titolare la iscrive da sé.",
        f"Poi si entra da {stage.origin}/entra. Le mail della demo sono in {running.state / 'mail'}.",
        f"SSH: porta {running.ssh_port}, impronta {running.fingerprint}, chiave {running.identity}",
        f"Da un altro terminale: .venv/bin/verbale demo session --channels terminal,exec{elsewhere}",
        "Ctrl-C ferma tutto; «make demo-reset» dimentica.",
    ]
    return "\n".join(lines)


async def _before(running: Running) -> list[str]:
    """What of this demo was simulated, and how to see the other customers."""
    stage = running.stage
    if not stage.month:
        return []
    lines = [
        "",
        f"I titolari degli altri due clienti, che hanno come il primo un mese già chiuso ({stage.month}):",
    ]
    for role, tenant in stage.others.items():
        async with stage.logged_in(role) as titolare:
            said = await titolare.post(f"/api/tenants/{tenant}/people/{stage.people[role]}/invitation")
        lines.append(f"  {role.partition('@')[2]:9} {said['link']}")
    return [
        *lines,
        "Quel mese è simulato: orologio, persone e macchine SRV-…, che non esistono e quindi non rispondono.",
        "Registrazioni, firme, rapporti e pacchetti sono veri, e verbale-verify li controlla.",
    ]


async def _invitation(running: Running, by: Browser, role: str) -> str:
    stage = running.stage
    tenant = stage.tenant if role in ("titolare", "ads") else stage.house
    said = await by.post(f"/api/tenants/{tenant}/people/{stage.people[role]}/invitation")
    return f"{said['link']}   ({ROLES[role][0]})"


async def _look(running: Running, role: str, titolare: Browser, processes: Processes) -> None:
    """One log-in for as long as it lasts: a look a second is not a log-in a second."""
    try:
        await _appoint_newcomers(running, role, titolare)
    except Unanswered:
        processes.check()  # if it has ended, that is what there is to say; if it is busy, the next look is soon
    except Said as no:
        if no.code != "login_needed":
            raise
        await titolare.log_in()


async def _appoint_newcomers(running: Running, role: str, titolare: Browser) -> None:
    """Each titolare of the demo signs in his own people, once they have a signing passkey of a real browser. Whom a
    visitor invites is the visitor's to appoint, and stays appointed."""
    stage = running.stage
    people = await titolare.get("/api/people", tenant=stage.others.get(role, stage.tenant))
    of = role.removeprefix("titolare")
    his = {stage.people[f"{one}{of}"] for one in ("titolare", "ads")}
    if any(p["id"] in his and p["signing_passkeys"] > p["appointed_keys"] for p in people):
        await appoint(titolare, his | {p["id"] for p in people if p["appointed_keys"]})


async def appoint(titolare: Browser, people: Iterable[str]) -> None:
    until = (datetime.now(UTC) + TERM).isoformat()
    await titolare.sign("approvers", appointments=[{"person": one, "until": until} for one in sorted(people)])


# ------------------------------------------------------------------------------------ for scripts


def addresses(state: Path) -> int:
    said = machine.told(state)
    if said is None:
        print(NONE_RUNS)
        return 1
    print(json.dumps(said, indent=1))
    return 0


def session(state: Path, channels: tuple[str, ...], *, as_json: bool) -> int:
    said, stage = machine.told(state), load(state)
    if said is None or stage is None:
        print(NONE_RUNS)
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


async def _open(running: Running, channels: tuple[str, ...]) -> dict[str, Any]:
    """Asked by the demo's technician, approved by its ADS: every record says that both are software."""
    stage = running.stage
    async with stage.logged_in("technician") as technician, stage.logged_in("ads") as ads:
        request = await ask(
            technician,
            stage.host,
            "Sessione aperta da un programma della demo.",
            channels,
            folder=shared_folder(running.state),
        )
        await ads.approve(request, supervision="waived")
        found = await technician.get(f"/api/requests/{request}")
        await technician.activate(found["session"])
        await wait_phase(technician, request, ("active",))
    return {"session": found["session"], "request": request}
