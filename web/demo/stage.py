"""The demo's house, customer and people: brought into being through the broker's own HTTP API.

Everybody is a software passkey made from one seed in the demo's folder, and every record says so
(`demo_software`). The order is that of trust.md §1: tenant, titolare's first signing passkey, policy
and approvers signed by it, enrolment file, agent.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from audit.enrolment import Enrolment
from audit.signed import EnrolmentFile
from web.demo.authenticator import SoftwareAuthenticator
from web.demo.client import Browser, site

FILE = "people.json"
HOUSE = "Software House Dimostrativa S.r.l."
CUSTOMER = "Grand Hotel Dimostrativo S.r.l."
DETAILS = {
    "street": "Via dell’Esempio 12",
    "town": "34100 Città di Prova (XX)",
    "vat": "01234567897",
}
HOST_LABEL = "QUESTA-MACCHINA"
TERM = timedelta(days=360)
HALFWAY = "La demo si era fermata a metà: la dimentichi con «make demo-reset» e ricominci."
ROLES = {
    "owner": ("Olga Esempio", "Responsabile del servizio"),
    "technician": ("Ettore Modello", "Tecnico di assistenza"),
    "titolare": ("Aurelia Prova", "Legale rappresentante (titolare)"),
    "ads": ("Niccolò Campione", "Amministratore di sistema"),
}


@dataclass(slots=True)
class Stage:
    """Where everything is and who is who; kept in `people.json` (0600), for it holds the seed.

    `month` is the one that was seeded, `others` the tenants of the titolari it has besides the demo's own.
    """

    origin: str
    signing_origin: str
    seed: str
    tenant: str = ""
    house: str = ""
    host: str = ""
    people: dict[str, str] = field(default_factory=dict)
    ready: bool = False
    month: str = ""
    others: dict[str, str] = field(default_factory=dict)

    def authenticator(self, role: str, *, signing: bool) -> SoftwareAuthenticator:
        use = "signing" if signing else "login"
        secret = hashlib.sha256(f"{self.seed}/{role}/{use}".encode()).digest()
        return SoftwareAuthenticator(secret, site(self.signing_origin if signing else self.origin))

    def browser(self, role: str) -> Browser:
        return Browser(
            self.origin, self.authenticator(role, signing=False), self.authenticator(role, signing=True)
        )

    @asynccontextmanager
    async def logged_in(self, role: str) -> AsyncIterator[Browser]:
        async with self.browser(role) as person:
            await person.log_in()
            yield person

    def save(self, folder: Path) -> None:
        path = folder / FILE
        handle = os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(asdict(self), file, indent=1)
        path.with_suffix(".new").rename(path)


def load(folder: Path) -> Stage | None:
    try:
        return Stage(**json.loads((folder / FILE).read_text()))
    except FileNotFoundError:
        return None


@dataclass(frozen=True, slots=True)
class Enrolling:
    """What is carried to the host: the file, and by other ways the root and the one-time code."""

    file: Path
    root: str
    code: str


async def build(
    folder: Path, stage: Stage, setup_secret: str, ssh_public_key: str, tools: list[Any],
    channels: Sequence[str] = (),
) -> Enrolling:  # fmt: skip
    """House, customer, people, keys, rules, and the enrolment of this machine."""
    async with stage.browser("owner") as owner:
        name, _ = ROLES["owner"]
        invited = await owner.post(
            "/api/setup", secret=setup_secret, name=name, email="owner@esempio.invalid", house=HOUSE
        )
        stage.people["owner"] = invited["person"]
        entered = await owner.accept(token(invited))
        stage.house = entered["tenant"]
        customer = await owner.post("/api/tenants", name=CUSTOMER, details=DETAILS)
        stage.tenant = customer["id"]
        tokens = {}
        for role in ("technician", "titolare", "ads"):
            tokens[role] = await _admit(stage, owner, role)
        await _file(stage, owner)
    async with stage.browser("technician") as technician:
        await technician.accept(tokens["technician"])
        await technician.post("/api/ssh-keys", key=ssh_public_key)
    async with stage.browser("ads") as ads:
        await ads.accept(tokens["ads"])
        await ads.register_signing_key()
    async with stage.browser("titolare") as titolare:
        await titolare.accept(tokens["titolare"])
        await titolare.register_signing_key()
        here = [stage.people["titolare"]]
        await titolare.post(
            "/api/matrix", authorise=here, supervise=[stage.people["ads"]], train=here, credentials=here
        )
        return await _pin(folder, stage, titolare, tools, channels)


async def enrol(folder: Path, stage: Stage, tools: list[Any], channels: Sequence[str]) -> Enrolling:
    """Rules, and the enrolment of this machine, of a customer whose people are there."""
    async with stage.logged_in("titolare") as titolare:
        return await _pin(folder, stage, titolare, tools, channels)


async def _admit(stage: Stage, owner: Browser, role: str) -> str:
    name, function = ROLES[role]
    tenant = stage.tenant if role in ("titolare", "ads") else stage.house
    invited = await owner.post(
        "/api/people", tenant=tenant, role=role, name=name, function=function, email=f"{role}@esempio.invalid"
    )
    stage.people[role] = invited["person"]
    return token(invited)


async def _file(stage: Stage, owner: Browser) -> None:
    """What has to be on file before anybody may intervene."""
    paper = {"reference": "Demo 1", "dated": f"{datetime.now(UTC):%Y-%m-%d}"}
    for kind in ("dpa", "dpia"):
        await owner.post(f"/api/tenants/{stage.tenant}/papers", kind=kind, **paper)
    for kind in ("confidentiality", "training"):
        address = f"/api/tenants/{stage.house}/papers"
        await owner.post(address, kind=kind, person=stage.people["technician"], **paper)


def token(invited: dict[str, str]) -> str:
    """Of an invitation, as its link carries it."""
    return invited["link"].rsplit("/", 1)[1]


def shared_folder(state: Path) -> Path:
    """The one folder of the demo whose files a session may carry."""
    found = state.resolve() / "cartella"
    found.mkdir(exist_ok=True)
    return found


async def _pin(
    folder: Path, stage: Stage, titolare: Browser, tools: list[Any], channels: Sequence[str]
) -> Enrolling:
    """Approvers, rules, enrolment: each signed by the titolare, in this order."""
    until = (datetime.now(UTC) + TERM).isoformat()
    await titolare.sign(
        "approvers",
        appointments=[{"person": stage.people[role], "until": until} for role in ("titolare", "ads")],
    )
    host = await titolare.post(
        "/api/hosts", tenant=stage.tenant, label=HOST_LABEL, place="Macchina della demo"
    )
    stage.host = host["id"]
    account = pwd.getpwuid(os.geteuid()).pw_name
    await titolare.sign(
        "policy",
        policy={
            "channels": ["terminal", "exec", "files", *(["tool"] if tools else []), *channels],
            "folders": [{"folder": str(shared_folder(folder)), "direction": "both"}],
            "tools": tools,
            "accounts": [{"host": stage.host, "name": account, "administrator": os.geteuid() == 0}],
            "supervision": "waivable",
            "longest_s": 4 * 3600,
            "window_s": 8 * 3600,
        },
    )
    signed = await titolare.sign("enrolment", host=stage.host)
    data = await titolare.fetch(f"/api/hosts/{stage.host}/enrolment")
    path = folder / "questa-macchina.iscrizione"
    path.write_bytes(data)
    statement = EnrolmentFile.parse(data).enrolment.statement
    return Enrolling(path, Enrolment.parse(statement).root, signed["code"])


def make_ssh_key(folder: Path) -> Path:
    """The demo technician's key pair, as `ssh-keygen` would write it: no `ssh` is needed to start."""
    import asyncssh  # only the first start needs it, and every start is to be quick

    path = folder / "technician_ed25519"
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-ed25519", comment="demo")
        key.write_public_key(path.with_suffix(".pub"))
        new = path.with_suffix(".new")
        new.touch(mode=0o600)
        key.write_private_key(new)
        new.rename(path)
    return path


def new_stage(origin: str, signing_origin: str) -> Stage:
    return Stage(origin, signing_origin, secrets.token_hex(32))
