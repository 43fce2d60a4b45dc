"""From an empty folder to the first command: every page typed and signed as its people do it, in a real browser.

Broker, signing site and agent are real processes; nobody reads, so the time is the program's own. What a person has to
type and to sign is counted, so that nobody makes it longer without seeing it here.
"""

from __future__ import annotations

import getpass
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.kit import PATIENT_S
from tests.e2e.test_browser import DESK, Person, browser, expect
from tests.stopwatch import Stopwatch
from web.demo import machine
from web.demo.processes import Processes, program

__all__ = ["browser"]

FIELDS, SIGNATURES, PASSKEYS = 16, 5, 4
TEN_MINUTES_S = 600.0


class Server:
    """`verbale serve` on an empty folder, as the handbook starts it, with its signing site."""

    def __init__(self, folder: Path, processes: Processes) -> None:
        ports = machine.free_ports()
        self.folder, self.processes = folder, processes
        self.origin, self.signing = (
            f"http://localhost:{ports.broker}",
            f"http://firma.localhost:{ports.signing}",
        )
        processes.start(
            "firma",
            [
                *program("web.signing_site"),
                "--port",
                str(ports.signing),
                "--origin",
                self.signing,
                "--broker",
                self.origin,
            ],
        )
        processes.start(
            "broker",
            [
                *program("web.site"), "serve", "--state", str(folder / "broker"), "--port", str(ports.broker),
                "--ssh-port", str(ports.ssh), "--signing-origin", self.signing,
            ],
        )  # fmt: skip

    def secret(self) -> str:
        """What it says to whoever started it, once."""
        log, end = self.folder / "logs" / "broker.log", time.monotonic() + PATIENT_S
        while time.monotonic() < end:
            self.processes.check()
            said = log.read_text("utf-8")
            if "In ascolto" in said:
                found = re.search(r"segreto: (\S+)", said)
                assert found is not None, said
                return found[1]
            time.sleep(0.1)
        raise AssertionError("the broker does not say where it listens")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Processes(tmp_path / "logs") as processes:
        yield Server(tmp_path, processes)


class Run:
    """Everybody who takes part, and what they had to do."""

    def __init__(self, server: Server, browser: Browser) -> None:
        self.server, self.browser = server, browser
        self.done: Counter[str] = Counter()

    def somebody(self) -> Page:
        return Person(self.browser, DESK).page

    def fill(self, page: Page, **fields: str) -> None:
        for name, value in fields.items():
            page.locator(f"main [name='{name}']").first.fill(value)
            self.done["fields"] += 1

    def press(self, page: Page, name: str) -> None:
        page.get_by_role("button", name=re.compile(f"^{name}")).first.click()

    def go(self, page: Page, path: str) -> None:
        page.goto(path if path.startswith("http") else self.server.origin + path)

    def accept(self, page: Page, link: str) -> None:
        self.go(page, link)
        self.press(page, "Accetta")
        page.wait_for_url(lambda address: "/invito/" not in address)
        self.done["passkeys"] += 1

    def sign(self, page: Page, button: str, look: Callable[[Page], None] = lambda _: None) -> None:
        """From the broker's page to the signing site and back. `look`: what he reads there."""
        self.press(page, button)
        page.wait_for_url(f"{self.server.signing}/**")
        look(page)
        page.get_by_role("button", name=re.compile("passkey")).first.click()
        page.wait_for_url(f"{self.server.origin}/**")
        page.wait_for_url(lambda address: "/firma/ritorno" not in address)
        self.done["signatures"] += 1

    def invites(self, owner: Page, place: str, role: str, **fields: str) -> str:
        self.go(owner, "/persone")
        self.fill(owner, **fields)
        owner.locator("select[name=role]").select_option(role)
        owner.locator("select[name=tenant]").select_option(label=place)
        self.press(owner, "Invita$")
        expect(owner.locator("main").first).to_contain_text(re.compile(r"/invito/\S+"))
        found = re.search(r"http\S+/invito/\S+", owner.locator("main").first.inner_text())
        assert found is not None
        return found[0]


def opened_by_its_owner(run: Run) -> Page:
    owner, secret = run.somebody(), run.server.secret()
    run.go(owner, "/avvio")
    run.fill(owner, code=secret, house="Fornitore Prova", name="Olga Prova", email="o@esempio.invalid")
    run.press(owner, "Avanti")
    run.press(owner, "Accetta e crea la passkey")
    owner.wait_for_url(lambda address: "/invito/" not in address and "/avvio" not in address)
    run.done["passkeys"] += 1
    return owner


def titolare_who_may_sign(run: Run, link: str) -> Page:
    """Two passkeys, his own list of who may authorise, and his rules."""
    titolare = run.somebody()
    run.accept(titolare, link)
    run.press(titolare, "Crea la passkey per firmare")
    titolare.wait_for_url(f"{run.server.signing}/**")
    titolare.get_by_role("button").first.click()
    titolare.wait_for_url(f"{run.server.origin}/persone")
    run.done["passkeys"] += 1
    run.go(titolare, "/persone/elenco")
    titolare.locator("input[name=person]").first.check()
    run.sign(titolare, "Leggi e firma")
    return titolare


def host_enrolled(run: Run, owner: Page, titolare: Page) -> None:
    """Prepared by the vendor, named in the rules and signed by the customer, enrolled at the machine with its root."""
    run.go(owner, "/postazioni")
    run.fill(owner, label="srv-prova", place="ufficio")
    run.press(owner, "Prepara")
    owner.wait_for_url(re.compile(r"/postazioni/h-"))
    host = owner.url
    run.go(titolare, "/regole")
    run.sign(titolare, "Firma le regole")
    run.go(titolare, host)
    run.fill(titolare, account=getpass.getuser())
    if getpass.getuser() == "root":
        titolare.locator("input[name=administrator]").check()
    run.sign(titolare, "Firma le regole")
    run.go(titolare, host)
    root: list[str] = []

    def read_aloud(page: Page) -> None:
        expect(page.locator("#root")).to_be_visible()  # once the signing site has judged the link
        shown = re.search(r"(?:[0-9a-f]{4}-){8}[A-Z0-9]", page.locator("main").first.inner_text())
        assert shown is not None
        root.append(shown[0])

    run.press(titolare, "Leggi e firma")
    titolare.wait_for_url(f"{run.server.signing}/**")
    read_aloud(titolare)
    titolare.get_by_role("button", name=re.compile("passkey")).first.click()
    code = titolare.get_by_text(re.compile(r"volta: \S+"))
    expect(code.first).to_be_visible()
    run.done["signatures"] += 1
    once = re.search(r"volta: (\S+)", titolare.locator("main").first.inner_text())
    assert once is not None
    run.go(titolare, host)
    with titolare.expect_download() as coming:
        titolare.get_by_role("link", name=re.compile("Scarica il file")).click()
    file = run.server.folder / "host.iscrizione"
    coming.value.save_as(file)
    state = str(run.server.folder / "agent")
    enrol = [
        *program("agent.main"),
        "enroll",
        str(file),
        "--root",
        root[0],
        "--code",
        once[1],
        "--state",
        state,
    ]
    done = subprocess.run(enrol, capture_output=True, text=True, check=False, process_group=0)
    assert done.returncode == 0, done.stderr
    run.server.processes.start("agente", [*program("agent.main"), "run", "--state", state])


def first_session(run: Run, technician: Page, titolare: Page) -> None:
    run.go(technician, "/richieste/nuova")
    run.fill(technician, title="La stampa esce bianca", reason="Guardo la coda di stampa.")
    run.press(technician, "Invia la richiesta")
    technician.wait_for_url(re.compile(r"/richieste/r-"))
    run.go(titolare, "/titolare")
    titolare.get_by_role("link", name="Leggi e decidi").first.click()
    titolare.locator("input[name=watch][value=waived]").check()
    run.sign(titolare, "Autorizza con passkey")
    start = technician.locator("main").get_by_text("Avvia sessione").first
    expect(technician.locator("[data-may=yes]")).to_be_visible()
    start.click()
    technician.wait_for_url(re.compile(r"/sessioni/s-"))
    technician.get_by_role("button", name="Avvia sessione").click()
    technician.locator(".xterm-helper-textarea").first.wait_for(state="attached")
    technician.locator(".xterm-helper-textarea").first.focus()
    technician.keyboard.type("echo fatto$((40+2))\n")
    expect(technician.locator(".xterm-rows").first).to_contain_text("fatto42")


def test_from_an_empty_folder_to_the_first_command(server: Server, browser: Browser) -> None:
    run = Run(server, browser)
    with Stopwatch() as watch:
        owner = opened_by_its_owner(run)
        run.go(owner, "/gestione")
        expect(owner.get_by_text("Primi passi").first).to_be_visible()
        run.go(owner, "/persone")
        run.fill(owner, tenant_name="Albergo Prova")
        run.press(owner, "Crea il cliente")
        expect(owner.locator("select[name=tenant] option", has_text="Albergo Prova")).to_have_count(1)
        his = run.invites(owner, "Albergo Prova", "titolare", name="Teresa Prova", function="Titolare", email="t@esempio.invalid")  # fmt: skip
        theirs = run.invites(owner, "Fornitore Prova", "technician", name="Tito Prova", function="Tecnico", email="i@esempio.invalid")  # fmt: skip
        titolare = titolare_who_may_sign(run, his)
        host_enrolled(run, owner, titolare)
        technician = run.somebody()
        run.accept(technician, theirs)
        first_session(run, technician, titolare)
    print(f"first run: {watch.took:.0f} s, {dict(run.done)}")
    assert watch.took < TEN_MINUTES_S
    assert run.done == {"fields": FIELDS, "signatures": SIGNATURES, "passkeys": PASSKEYS}
    run.go(owner, "/gestione")
    expect(owner.locator("main").get_by_text("Primi passi")).to_have_count(0)
