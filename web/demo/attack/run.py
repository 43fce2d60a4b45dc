"""`verbale demo --attack stolen-broker`: a demo of its own, honest work first, then the theft.

Exit 0: every attempt ended as the claim of trust.md says. 1: one that had to fail succeeded, or something
could not be carried out. Nothing is printed that did not happen in this run.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.trust_file import Trust
from broker import door
from web.demo import machine
from web.demo.attack import (
    on_browser,
    on_desk,
    on_enrolment,
    on_erasures,
    on_hosts,
    on_live,
    on_orders,
    on_paper,
    on_pins,
    on_recordings,
    on_records,
    on_sessions,
    on_stamps,
    on_warrants,
    on_watch,
    prologue,
    story,
)
from web.demo.attack.hand import hand_on
from web.demo.attack.loot import loot_of
from web.demo.attack.outcome import Ledger, Words
from web.demo.attack.scene import WATCH_LOST_S, Scene, people, steal
from web.demo.client import Said
from web.demo.headless import sentences
from web.demo.machine import Ports
from web.demo.processes import Failed, Processes
from web.demo.stage import load


@dataclass(frozen=True, slots=True)
class Chapter:
    title: Words
    play: Callable[[Scene, Ledger], Awaitable[None]]


CHAPTERS = (
    Chapter(
        Words(
            "Ordini all’agente vero, con tutte le chiavi del broker",
            "Orders to the real agent, with all of the broker's keys",
        ),
        on_orders.all_orders,
    ),
    Chapter(
        Words("Sessioni che il cliente ha firmato", "Sessions that the customer signed"),
        on_sessions.all_sessions,
    ),
    Chapter(
        Words("Pagine bugiarde, in un browser vero", "Lying pages, in a real browser"), on_browser.all_pages
    ),
    Chapter(Words("Sessioni guardate", "Watched sessions"), on_watch.all_watching),
    Chapter(Words("Chi autorizza, e le regole", "Approvers, and the rules"), on_pins.all_pins),
    Chapter(Words("Una macchina nuova", "A new host"), on_enrolment.all_enrolments),
    Chapter(
        Words("Ciò che il broker rubato ha scritto fin qui", "What the stolen broker wrote so far"),
        on_live.so_far,
    ),
    Chapter(Words("Deleghe e mandati", "Delegations and mandates"), on_warrants.all_warrants),
    Chapter(Words("La chiave su carta", "The key on paper"), on_paper.all_paper_keys),
    Chapter(Words("Un’altra macchina", "Another host"), on_hosts.all_hosts),
    Chapter(
        Words(
            "Da capo, indietro, e due storie del registro",
            "Once more, backwards, and two histories of the log",
        ),
        on_orders.two_logs,
    ),
    Chapter(
        Words("Ciò che il broker rubato ha scritto, alla fine", "What the stolen broker wrote, at the end"),
        on_live.at_the_end,
    ),
    Chapter(
        Words(
            "Il registro e il rapporto, falsificati con le chiavi rubate",
            "Log and report, forged with the stolen keys",
        ),
        on_records.all_papers,
    ),
    Chapter(
        Words("Registrazioni di ciò che si vede", "Recordings of the screen"), on_recordings.all_recordings
    ),
    Chapter(Words("Cancellazioni", "Erasures"), on_erasures.all_erasures),
    Chapter(Words("Marche temporali", "Timestamps"), on_stamps.all_stamps),
    Chapter(
        Words("Incidenti, posta, documenti e nomine", "Incidents, mail, papers and appointments"),
        on_desk.all_desk_work,
    ),
)


def run(chapters: Sequence[Chapter] = CHAPTERS, *, state: Path | None = None) -> int:
    """`state`: a demo that is stopped, of which a copy is attacked; None: a new one is made."""
    why_not = _unfit(state)
    if why_not is not None:
        print(why_not)
        return 1
    ledger, whole = Ledger(), False
    with tempfile.TemporaryDirectory(prefix="verbale-") as folder:
        if state is not None:
            shutil.copytree(state, Path(folder) / "demo", ignore=shutil.ignore_patterns("*.sock", "*.lock"))
        try:
            asyncio.run(_attack(Path(folder), ledger, chapters))
            whole = True
        except* (Failed, Said) as failed:
            for sentence in sentences(failed):
                print(f"\nNon si è potuto proseguire: {sentence}\nCould not go on.")
    story.close(ledger)
    return ledger.exit_code if whole else 1


def _unfit(state: Path | None) -> str | None:
    if shutil.which("ssh") is None:
        return "Manca il programma ssh: installi openssh-client e ripeta."
    if state is None:
        return None
    stage = load(state)
    if stage is None or not stage.ready:
        return f"In {state} non c’è una demo: senza --state se ne fa una apposta."
    if door.held(state / "broker"):
        return (
            f"La demo in {state} è in funzione: la fermi e ripeta. Se ne attacca una copia, lei resta com’è."
        )
    return None


async def _attack(folder: Path, ledger: Ledger, chapters: Sequence[Chapter]) -> None:
    state = folder / "demo"
    ports = machine.settle(Ports(0, 0, 0, 0), load(state))
    with Processes(state / "logs") as processes:
        running = await machine.start(state, ports, processes, mail=False, watch_lost_s=WATCH_LOST_S)
        async with people(running) as (technician, ads, titolare):
            kept, second = await prologue.honest_work(running, ads, titolare, folder)
            await steal(running, ports, processes, folder / "rubato")
            print(prologue.STOLEN, flush=True)
            trust = Trust.parse(kept.trust.read_bytes())
            scene = Scene(
                running,
                ports,
                processes,
                folder,
                folder / "rubato",
                kept,
                trust,
                loot_of(folder / "rubato", running.stage),
                hand_on(state, trust, running.stage.host),
                second,
                hand_on(state, trust, second.host),
                technician,
                ads,
                titolare,
            )
            await prologue.overheard(scene)
            for chapter in chapters:
                story.chapter(chapter.title)
                await chapter.play(scene, ledger)
