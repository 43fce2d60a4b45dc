"""The demo's broker, signing site, mailbox and agent on this machine: started, staged, and told about."""

from __future__ import annotations

import argparse
import asyncio
import errno
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from broker import door
from web.demo import stage as staging
from web.demo.processes import Failed, Processes, program, wait_for
from web.demo.stage import Stage

LINK_S = 60.0  # a bound for a busy machine, not what it takes
TOLD = "demo.json"
AGENTS = Path(__file__).resolve().parents[2] / "dist"  # where a checkout makes them
WATCH_LOST_S = 120  # as on any machine


@dataclass(frozen=True, slots=True)
class Ports:
    """0: any free one (the headless demo's choice, so that two can run side by side)."""

    broker: int = 8700
    signing: int = 8701
    ssh: int = 2222
    smtp: int = 8725


@dataclass(frozen=True, slots=True)
class Running:
    """What is up. `ssh_port` and `fingerprint` are of the SSH front."""

    state: Path
    stage: Stage
    ssh_port: int
    fingerprint: str

    @property
    def broker_state(self) -> Path:
        return self.state / "broker"

    @property
    def agent_state(self) -> Path:
        return self.state / "agent"

    @property
    def identity(self) -> Path:
        return self.state / "technician_ed25519"


def free_ports() -> Ports:
    """Four that nobody listens on at this moment."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(4)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return Ports(*(one.getsockname()[1] for one in held))


def settle(ports: Ports, stage: Stage | None) -> Ports:
    """For each 0 one that is free; the origins of a demo that exists already keep theirs."""
    free = free_ports()
    if stage is not None:
        origins = urlsplit(stage.origin).port, urlsplit(stage.signing_origin).port
        free = replace(free, broker=origins[0] or free.broker, signing=origins[1] or free.signing)
    return Ports(*(one or other for one, other in zip(astuple(ports), astuple(free), strict=True)))


async def start(
    state: Path, ports: Ports, processes: Processes, *, tools: Sequence[Any] = (), mail: bool = True,
    watch_lost_s: int = WATCH_LOST_S, channels: Sequence[str] = (), month: bool = False,
) -> Running:  # fmt: skip
    """Everything up, the agent linked. The first time the customer is brought into being.

    `month`: with two others and the month before, which are made before the broker starts.
    `channels`: kinds that his rules allow besides the usual ones.
    `watch_lost_s`: after how long without a sign of the watcher the agent pauses a session.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    origin, signing = f"http://localhost:{ports.broker}", f"http://firma.localhost:{ports.signing}"
    _require_free([ports.broker, ports.signing, ports.ssh, *([ports.smtp] if mail else [])])
    if month and staging.load(state) is None:
        await _seed(state, ports, origin, signing, mail=mail)
    processes.start(
        "firma",
        [*program("web.signing_site"), "--port", str(ports.signing), "--origin", signing, "--broker", origin],
    )
    if mail:
        processes.start("posta", [*program("web.demo.mailbox"), str(ports.smtp), str(state / "mail")])
    start_broker(state, ports, processes, mail=mail)
    said = await _ready(state, processes)
    stage = staging.load(state)
    if stage is not None and (stage.origin, stage.signing_origin) != (origin, signing):
        raise Failed(
            f"Questa demo è nata su {stage.origin}: usi le stesse porte, o la dimentichi con «make demo-reset»."
        )
    if stage is None or not stage.ready:
        stage = await _bring_about(state, stage or staging.new_stage(origin, signing), list(tools), channels)
    start_agent(state, processes, watch_lost_s)
    await _linked(stage, processes)
    return Running(state, stage, said["ssh_port"], said["ssh_fingerprint"])


def start_broker(
    state: Path, ports: Ports, processes: Processes, *, mail: bool, module: str | None = None
) -> None:
    """`module`: a program with the options of `verbale serve` to run in the broker's place."""
    (state / "broker" / door.READY).unlink(missing_ok=True)
    serving = [*program("web.site"), "serve"] if module is None else program(module)
    processes.start("broker", [*serving, *_options(state, ports, mail=mail)])


def _options(state: Path, ports: Ports, *, mail: bool) -> list[str]:
    """Of `verbale serve`."""
    options = [
        "--state", str(state / "broker"), "--port", str(ports.broker),
        "--ssh-port", str(ports.ssh), "--signing-origin", f"http://firma.localhost:{ports.signing}",
        "--vendor", staging.HOUSE, "--demo",
    ]  # fmt: skip
    if AGENTS.is_dir():
        options += ["--agents", str(AGENTS)]
    if mail:
        options += ["--smtp", f"127.0.0.1:{ports.smtp}"]
        options += ["--webhook-inside", "localhost"]  # whoever tries it out has his receiver here
    return options


async def change_broker(
    running: Running,
    ports: Ports,
    processes: Processes,
    *,
    module: str | None = None,
    watch_lost_s: int = WATCH_LOST_S,
) -> None:
    """Another broker process on the same state and ports, and the agent linked to it.

    The agent is begun anew as well: left alone it finds the broker by itself, but at its back-off's leisure.
    """
    processes.end("agente")
    processes.end("broker")
    start_broker(running.state, ports, processes, mail=False, module=module)
    await _ready(running.state, processes)
    start_agent(running.state, processes, watch_lost_s)
    await _linked(running.stage, processes)


def start_agent(state: Path, processes: Processes, watch_lost_s: int = WATCH_LOST_S) -> None:
    env = {"VERBALE_WATCH_LOST_S": str(watch_lost_s)}
    processes.start("agente", [*program("agent.main"), "run", "--state", str(state / "agent")], env=env)


async def _ready(state: Path, processes: Processes) -> dict[str, Any]:
    path = state / "broker" / door.READY
    await asyncio.to_thread(wait_for, path, processes, seconds=LINK_S)
    said: dict[str, Any] = json.loads(path.read_text())
    return said


async def command(state: Path, name: str, **asked: Any) -> dict[str, Any]:
    """Through the control socket of the demo's broker."""
    try:
        return await door.command(state / "broker", name, **asked)
    except OSError as gone:
        raise Failed(f"Il broker non risponde al comando {name}: {gone}.") from gone


async def _seed(state: Path, ports: Ports, origin: str, signing: str, *, mail: bool) -> None:
    """Three customers and the month before this one, by a broker of this process that serves nobody."""
    from web.commands import run_broker, serve  # every later start is to be quick
    from web.demo.seed.start import before

    parser = argparse.ArgumentParser()
    serve.add_options(parser)
    settings = run_broker.settings_of(
        parser.parse_args(_options(state, ports, mail=mail)), ports.broker, ports.ssh
    )
    stage = staging.new_stage(origin, signing)
    key = staging.make_ssh_key(state).with_suffix(".pub").read_text().strip()
    await before(settings, stage, key, datetime.now(UTC))
    stage.save(state)


async def _bring_about(state: Path, stage: Stage, tools: list[Any], channels: Sequence[str]) -> Stage:
    if stage.month:
        enrolling = await staging.enrol(state, stage, tools, channels)
    else:
        key = staging.make_ssh_key(state).with_suffix(".pub").read_text().strip()
        secret = (await command(state, "setup_secret"))["secret"]
        if secret is None:
            raise Failed(staging.HALFWAY)
        enrolling = await staging.build(state, stage, secret, key, tools, channels)
    await asyncio.to_thread(_enrol, state, enrolling)
    stage.ready = True
    stage.save(state)
    return stage


def _enrol(state: Path, enrolling: staging.Enrolling) -> None:
    """As somebody of the customer would at the host: file, root as read aloud, one-time code."""
    done = subprocess.run(
        [
            *program("agent.main"), "enroll", str(enrolling.file), "--root", enrolling.root,
            "--code", enrolling.code, "--state", str(state / "agent"),
        ],
        # A group of its own, like all the rest: Ctrl-C is the demo's, and half an enrolment is none.
        capture_output=True, text=True, check=False, process_group=0,
    )  # fmt: skip
    if done.returncode != 0:
        raise Failed(f"L’iscrizione di questa macchina non è riuscita.\n{done.stderr}")


async def _linked(stage: Stage, processes: Processes) -> None:
    """Until the broker hears the agent."""
    until = time.monotonic() + LINK_S
    async with stage.logged_in("titolare") as titolare:
        while time.monotonic() < until:
            processes.check()
            hosts = await titolare.get("/api/hosts", tenant=stage.tenant)
            if any(h["id"] == stage.host and h["connected"] for h in hosts):
                return
            await asyncio.sleep(0.1)
    raise Failed(f"L’agente non si è collegato entro {LINK_S:.0f} secondi.\n{processes.words('agente')}")


def _require_free(ports: Sequence[int]) -> None:
    if len(set(ports)) < len(ports):
        raise Failed("Broker, pagina di firma, SSH e posta vogliono ognuno una porta sua: le scelga diverse.")
    for port in ports:
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            _try_port(port, family, address)


def _try_port(port: int, family: socket.AddressFamily, address: str) -> None:
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as no:
            if no.errno == errno.EADDRINUSE:
                raise Failed(f"La porta {port} è già occupata: chiuda l’altro programma e ripeta.") from no
            if no.errno == errno.EACCES:
                raise Failed(f"La porta {port} è riservata all’amministratore: ne scelga un’altra.") from no
            if no.errno != errno.EADDRNOTAVAIL:  # a machine without IPv6 has no ::1 to be busy
                raise


def ssh_command(running: Running, session: str, *more: str) -> list[str]:
    """The whole command line a technician types, host key checked against the fingerprint shown."""
    known = running.state / "known_hosts"
    return [
        "ssh", "-p", str(running.ssh_port), "-i", str(running.identity), "-o", "IdentitiesOnly=yes",
        "-o", f"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=accept-new", *more,
        f"{session}@localhost",
    ]  # fmt: skip


def tell(running: Running, ports: Ports) -> None:
    """What `demo --json` and `demo session` read, through `told`."""
    stage = running.stage
    said = {
        "origin": stage.origin, "signing_origin": stage.signing_origin, "ssh_port": running.ssh_port,
        "ssh_fingerprint": running.fingerprint, "tenant": stage.tenant, "host": stage.host,
        "people": stage.people, "identity": str(running.identity), "state": str(running.state),
        "mail": str(running.state / "mail"), "smtp_port": ports.smtp, "pid": os.getpid(), "python": sys.executable,
    }  # fmt: skip
    path = running.state / TOLD
    path.with_suffix(".new").write_text(json.dumps(said, indent=1) + "\n")
    path.with_suffix(".new").rename(path)


def told(state: Path) -> dict[str, Any] | None:
    """What the demo that runs on this folder said of itself; None where none runs, whatever one left behind."""
    if not door.held(state / "broker"):
        return None
    try:
        said: dict[str, Any] = json.loads((state / TOLD).read_text())
    except FileNotFoundError:
        return None
    return said
