"""`verbale demo --headless --out DIR`: the whole path against real processes, without hands.

Broker, signing site, agent and the `ssh` program are real and talk over real sockets; the people are
software passkeys, labelled as such in every record. Ends well only if every step did.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agent.task_group import TaskGroup
from audit.keys import SigningKey
from web.demo import machine
from web.demo.client import Browser, Said
from web.demo.machine import Ports, Running, ssh_command
from web.demo.processes import Failed, Processes, program
from web.demo.watcher import watching

QUIET_SSH = ("-o", "LogLevel=ERROR", "-o", "BatchMode=yes")
# A slow machine is no fault of the path: what it took is said, and the tests hold it to its bars.
PATIENT_S = 60.0
WATCH_LOST_S = 6  # nobody waits two minutes to see a pause
FORGED = "signature_invalid"  # what an agent says of an approval that its approver's key did not make


@dataclass(slots=True)
class Transcript:
    """What happened, a line each, with the seconds since the start."""

    lines: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        line = f"{time.monotonic() - self.began:6.1f} s  {text}"
        self.lines.append(line)
        print(line, flush=True)

    def must(self, text: str, *, so: bool) -> None:
        """One of the things that have to happen."""
        if not so:
            self.say(f"NON È ACCADUTO: {text}")
            raise Failed(f"non è accaduto: {text}")
        self.say(text)


def run(out: Path) -> int:
    """0 all of it happened, 1 something did not, 2 there is nowhere to write."""
    if shutil.which("ssh") is None:
        print("Manca il programma ssh: installi openssh-client e ripeta.")
        return 1
    transcript = Transcript()
    story = out / "transcript.txt"
    try:
        out.mkdir(parents=True, exist_ok=True)
        story.touch()
    except OSError as no:
        print(f"In {out} non si può scrivere ({no.strerror}): scelga un’altra cartella con --out.")
        return 2
    with tempfile.TemporaryDirectory(prefix="verbale-") as folder:
        done = False
        try:
            asyncio.run(_path(Path(folder), out, transcript))
            done = True
        except* (Failed, Said) as failed:
            print("\n".join(sentences(failed)))
        finally:
            # A fault of ours leaves its trace on the screen: the processes' words are kept for that, too.
            if not done:
                shutil.copytree(Path(folder) / "logs", out / "logs", dirs_exist_ok=True)
            story.write_text("\n".join(transcript.lines) + "\n")
    return 0 if done else 1


def sentences(failed: BaseExceptionGroup[Failed | Said]) -> list[str]:
    """What parts that ran side by side had to say, each in its turn."""
    found: list[str] = []
    for one in failed.exceptions:
        found += sentences(one) if isinstance(one, BaseExceptionGroup) else [str(one)]
    return found


async def _path(state: Path, out: Path, transcript: Transcript) -> None:
    ports = machine.free_ports()
    with Processes(state / "logs") as processes:
        running = await machine.start(state, ports, processes, mail=False, watch_lost_s=WATCH_LOST_S)
        transcript.say("broker, pagina di firma e agente sono in funzione; questa macchina è iscritta")
        said = await machine.command(state, "trust", tenant=running.stage.tenant)
        (out / "trust.json").write_text(said["trust"])
        await _ended_by_technician(running, transcript)
        await _refused(running, transcript)
        await _stopped_by_ads(running, transcript)
        await _forged(running, ports, processes, transcript)
        await _month(running, out, transcript)
    await _verify(out, transcript)


# ------------------------------------------------------------------------------------- the parts


async def ask(
    technician: Browser,
    host: str,
    text: str,
    channels: tuple[str, ...],
    *,
    longest_s: int = 3600,
    folder: Path | None = None,
) -> str:
    """The id of a new request."""
    said = await technician.post(
        "/api/requests",
        host=host,
        incident_text=text,
        reason="Chiamata del cliente",
        channels=[channel_of(kind, folder) for kind in channels],
        activities=[{"code": "GEST", "type": "ASS"}],
        longest_s=longest_s,
    )
    return str(said["request"])


def channel_of(kind: str, folder: Path | None) -> dict[str, str]:
    """As the request's form has it; files are those of the demo's one folder."""
    if kind != "files":
        return {"kind": kind}
    return {"kind": kind, "folder": str(folder), "direction": "both"}


async def wait_phase(
    person: Browser, request: str, phases: tuple[str, ...], seconds: float = PATIENT_S
) -> Any:
    """The request's progress once its session is in one of these phases."""
    until = time.monotonic() + seconds
    found = None
    while time.monotonic() < until:
        found = await person.get(f"/api/requests/{request}")
        if found["phase"] in phases:
            return found
        await asyncio.sleep(0.05)
    raise Failed(f"la sessione non è arrivata a {' o '.join(phases)}: {found}")


async def open_session(
    running: Running, text: str, *, approver: str, channels: tuple[str, ...]
) -> tuple[str, str, SigningKey]:
    """Ask, approve, take supervision, activate: (request, session, key of the watcher's page)."""
    stage = running.stage
    async with stage.logged_in("technician") as technician, stage.logged_in(approver) as customer:
        request = await ask(technician, stage.host, text, channels)
        await customer.approve(request, supervision="self")
        page = await customer.check_in(request)
        session = (await technician.get(f"/api/requests/{request}"))["session"]
        await technician.activate(session)
        await wait_phase(technician, request, ("active",))
    return request, session, page


async def ssh(running: Running, session: str, command: str, *options: str) -> tuple[int, bytes, bytes]:
    """Run one command with the real `ssh`: exit status, stdout, stderr. `Failed` when it does not end."""
    process = await asyncio.create_subprocess_exec(
        *ssh_command(running, session, *QUIET_SSH, *options), command,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENT_S):
            out, err = await process.communicate()
    except TimeoutError as late:
        raise Failed(f"ssh non è finito entro {PATIENT_S:.0f} secondi: {command}") from late
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, out, err


async def _ended_by_technician(running: Running, transcript: Transcript) -> None:
    request, session, page = await open_session(
        running,
        "La stampa delle schede esce senza intestazione.",
        approver="ads",
        channels=("terminal", "exec"),
    )
    transcript.say(f"sessione {session}: chiesta, autorizzata dall’ADS, avviata dal tecnico")
    async with running.stage.logged_in("ads") as ads, watching(ads, session, page) as view:
        status, out, err = await ssh(running, session, "echo àèìòù; echo guasto >&2; exit 3")
        as_it_should = (3, "àèìòù\n".encode(), b"guasto\n")
        transcript.must(
            "ssh: comando eseguito, uscita 3, stdout e stderr separati", so=(status, out, err) == as_it_should
        )
        began = time.monotonic()
        seen = await view.until("àèìòù".encode(), PATIENT_S)
        took = time.monotonic() - began
        transcript.must(f"l’ADS ha visto in diretta ciò che è uscito, {took:.2f} s dopo", so=seen)
    await _paused(running, transcript, request, session, page)
    async with running.stage.logged_in("technician") as technician:
        await technician.post(
            f"/api/sessions/{session}/close",
            outcome="solved",
            activities=[{"code": "GEST"}],
            note="Intestazione ripristinata.",
        )
        await wait_phase(technician, request, ("ended",))
    transcript.say("chiusa dal tecnico, con esito")


async def _paused(
    running: Running, transcript: Transcript, request: str, session: str, page: SigningKey
) -> None:
    """The watcher's page is closed: the host stops everything, and goes on when it is open again."""
    async with running.stage.logged_in("ads") as ads:
        await wait_phase(ads, request, ("paused",))
        status, _, err = await ssh(running, session, "echo dovrebbe essere fermo")
        held = status != 0 and b"pausa" in err
        transcript.must("l’ADS ha chiuso la pagina: la macchina è in pausa e non lascia entrare", so=held)
        async with watching(ads, session, page):
            await wait_phase(ads, request, ("active",))
            status, out, _ = await ssh(running, session, "echo di nuovo")
            again = (status, out) == (0, b"di nuovo\n")
            transcript.must("l’ADS ha riaperto la pagina: si riprende", so=again)


async def _refused(running: Running, transcript: Transcript) -> None:
    stage = running.stage
    async with stage.logged_in("technician") as technician, stage.logged_in("ads") as ads:
        request = await ask(
            technician, stage.host, "Vorrei vedere la configurazione della rete.", ("terminal",)
        )
        await ads.post(f"/api/requests/{request}/refusal")
        await ads.post(f"/api/requests/{request}/refusal/reason", reason="La rete la segue un’altra ditta.")
        found = await technician.get(f"/api/requests/{request}")
    no_session = found["state"] == "rejected" and found["session"] is None
    transcript.must("una richiesta rifiutata, con motivo", so=no_session)


async def _stopped_by_ads(running: Running, transcript: Transcript) -> None:
    request, session, page = await open_session(
        running, "Il programma non si avvia all’accoglienza.", approver="titolare", channels=("exec",)
    )
    transcript.say(f"sessione {session}: autorizzata dal titolare, che guarda")
    marker = running.state / f"{session}.pid"
    async with (
        running.stage.logged_in("titolare") as titolare,
        watching(titolare, session, page),
        TaskGroup() as group,
    ):
        working = group.create_task(ssh(running, session, f"echo $$ > {marker}; sleep 300"))
        pid = await _pid(marker)
        async with running.stage.logged_in("ads") as ads:
            began = time.monotonic()
            await ads.post(f"/api/sessions/{session}/stop")
            dead = await _gone(pid, PATIENT_S)
            took = time.monotonic() - began
            transcript.must(f"fermata dall’ADS: comando morto in {took:.2f} s", so=dead)
            await wait_phase(ads, request, ("stopped_by_ads",))
    transcript.must("il tecnico è stato scollegato", so=working.result()[0] != 0)
    again, _, _ = await ssh(running, session, "true")
    transcript.must("con lo stesso permesso non si rientra", so=again != 0)


async def _pid(marker: Path) -> int:
    """The process the technician's command is, once it has written its number down."""
    until = time.monotonic() + PATIENT_S
    while time.monotonic() < until:
        if marker.exists() and marker.read_text().strip():
            return int(marker.read_text())
        await asyncio.sleep(0.05)
    raise Failed("il comando non è partito sulla postazione")


async def _gone(pid: int, seconds: float) -> bool:
    """Whether a process ended within that time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not Path(f"/proc/{pid}").exists():
            return True
        await asyncio.sleep(0.01)
    return False


async def _forged(running: Running, ports: Ports, processes: Processes, transcript: Transcript) -> None:
    """The broker is stolen: its orders bear approvals that nobody at the customer signed."""
    stage = running.stage
    await machine.change_broker(running, ports, processes, module="web.demo.thief")
    async with stage.logged_in("technician") as technician, stage.logged_in("ads") as ads:
        request = await ask(technician, stage.host, "Tentativo con autorizzazione falsa.", ("exec",))
        await ads.approve(request, supervision="self")
        await ads.check_in(request)
        session = (await technician.get(f"/api/requests/{request}"))["session"]
        await technician.activate(session)
        found = await wait_phase(technician, request, ("refused",))
    what = "broker rubato, con tutte le sue chiavi: l’agente ha rifiutato l’autorizzazione falsa"
    transcript.must(what, so=found["reason"] == FORGED)
    await machine.change_broker(running, ports, processes)


async def _month(running: Running, out: Path, transcript: Transcript) -> None:
    period = f"{datetime.now(UTC).astimezone(ZoneInfo('Europe/Rome')):%Y-%m}"
    said = await machine.command(
        running.state, "close_month", tenant=running.stage.tenant, period=period, partial=True
    )
    what = f"mese {period} fotografato (rapporto parziale) {said.get('it', '')}"
    transcript.must(what, so="number" in said)
    async with running.stage.logged_in("titolare") as titolare:
        (out / "report.pdf").write_bytes(await titolare.fetch(f"/rapporti/{said['number']}.pdf"))
        (out / "bundle.zip").write_bytes(await titolare.fetch(f"/rapporti/{said['number']}.zip"))
    transcript.say("il titolare ha scaricato rapporto e pacchetto")


async def _verify(out: Path, transcript: Transcript) -> None:
    """As the titolare would, with what he pinned at on-boarding and nothing of ours running."""
    process = await asyncio.create_subprocess_exec(
        *program("audit.cli"), str(out / "bundle.zip"), "--trust", str(out / "trust.json"), "--json",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    text, _ = await process.communicate()
    transcript.must("verbale-verify ha dato un giudizio", so=process.returncode in (0, 1))
    verdict = json.loads(text)
    for step in verdict["steps"]:
        transcript.say(f"verifica, passo {step['n']:2}: {step['state']}")
    sound = process.returncode == 0 and verdict["verdict"] == "sound"
    transcript.must(f"il pacchetto è integro: {verdict['counts']} {verdict['findings'] or ''}", so=sound)
