"""A vendor, a customer and its people, made by the cases themselves with software passkeys.

``world = await World.make(parts)`` gives an owner, a technician with passkey and SSH key, a customer
with titolare and ADS (login and signing passkeys, both approvers), a policy and one enrolled host.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from datetime import timedelta

from audit.canonical import unb64
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.records import AnyRecord
from audit.statement_parts import Account
from broker.cases.add_ssh_key import add_ssh_key
from broker.cases.admit_person import admit_person
from broker.cases.change_approvers import Appointment, begin_approvers
from broker.cases.change_policy import begin_policy
from broker.cases.enrol_host import enrol_host
from broker.cases.file_paper import PaperDraft, file_paper
from broker.cases.open_tenant import open_tenant
from broker.cases.prepare_host import prepare_host
from broker.cases.register_passkey import begin_by_invitation, finish_by_invitation
from broker.cases.register_signing_key import begin_signing_key
from broker.cases.set_matrix import set_matrix
from broker.cases.setup import make_setup_secret, setup
from broker.cases.sign_enrolment import begin_enrolment
from broker.domain.appointing import PolicyDraft
from broker.domain.estate import EnrolledHost
from broker.domain.people import Role
from broker.domain.register import Matrix
from broker.parts import Parts
from broker.store import estate, log, statements
from tests.broker import ready
from web.demo.authenticator import SoftwareAuthenticator
from web.demo.seed.someone import AgentKeys, Someone, enrolled_note, link_of

__all__ = ["AgentKeys", "Someone", "World", "enrolled_note", "link_of"]

HERE = "192.0.2.10"
ACCOUNT = Account("assistenza", administrator=False)
DRAFT = PolicyDraft(
    channels=("terminal", "exec"),
    tools=(),
    accounts=(),
    supervision="waivable",
    desk="inform",
    offline="end",
    longest_s=3600,
    window_s=8 * 3600,
    approvals=1,
    witnesses=1,
)


def ssh_line(seed: bytes) -> str:
    raw = SigningKey(seed.ljust(32, b".")).public.raw
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in (b"ssh-ed25519", raw))
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} test"


@dataclass
class World:
    parts: Parts
    house: str
    owner: Someone
    technician: Someone
    tenant: str
    titolare: Someone
    ads: Someone
    host: EnrolledHost
    agent: AgentKeys
    secrets: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def make(cls, parts: Parts) -> World:
        """By the cases once in a process; whoever would make the same again has its copy (`ready`)."""
        key = await ready.key(parts)
        if key is None:
            return await cls.made(parts)
        found = ready.held(key)
        if found is None:
            world = await cls.made(parts)
            await ready.keep(key, world.of(parts), parts)
            return world
        await ready.give(found, parts)
        return found.world.of(parts)  # type: ignore[no-any-return]

    @classmethod
    async def made(cls, parts: Parts) -> World:
        owner = await first_owner(parts)
        technician = await newcomer(parts, owner, owner.who.tenant, "technician", "Tiziana Tecnica")
        line = ssh_line(b"technician")
        technician.ssh_fingerprint = (await add_ssh_key(parts, technician.who, line)).fingerprint
        customer = await open_tenant(parts, owner.who, name="Albergo Esempio", details={"town": "Trento"})
        titolare = await newcomer(parts, owner, customer.id, "titolare", "Teresa Titolare")
        ads = await newcomer(parts, titolare, customer.id, "ads", "Aldo Ads")
        await with_signing_key(titolare)
        await with_signing_key(ads)
        until = parts.clock.now() + timedelta(days=300)
        people = [Appointment(titolare.id, until), Appointment(ads.id, until)]
        await titolare.sign(await begin_approvers(parts, titolare.who, people))
        host, agent = await new_host(parts, titolare, "srv-gestionale")
        world = cls(parts, owner.who.tenant, owner, technician, customer.id, titolare, ads, host, agent)
        await with_papers(owner, technician, titolare)
        return world

    def of(self, parts: Parts) -> World:
        """The same people and host with another broker, which knows them."""
        people = {
            name: replace(getattr(self, name), parts=parts)
            for name in ("owner", "technician", "titolare", "ads")
        }
        return replace(self, parts=parts, agent=replace(self.agent), secrets=dict(self.secrets), **people)

    async def records(self, tenant: str | None = None) -> list[AnyRecord]:
        return [leaf.record for leaf in await leaves(self.parts, tenant or self.tenant)]


async def leaves(parts: Parts, tenant: str) -> list[Leaf]:
    async with parts.store.read() as work:
        return await log.select_leaves(work, tenant)


async def first_owner(parts: Parts) -> Someone:
    secret = await make_setup_secret(parts)
    assert secret is not None
    invited = await setup(parts, secret, name="Olga Owner", email="olga@alfa.example", house="Fornitore Alfa")
    return await accept(parts, invited.link)


async def newcomer(parts: Parts, host: Someone, tenant: str, role: Role, name: str) -> Someone:
    email = f"{name.split(maxsplit=1)[0].lower()}-{role}@{tenant}.example"
    invited = await admit_person(
        parts, host.who, tenant=tenant, role=role, name=name, function=role, email=email
    )
    return await accept(parts, invited.link)


async def accept(parts: Parts, link: str) -> Someone:
    """Follow an invitation with a passkey of one's own."""
    token = link.rpartition("/")[2]
    seed = token.encode()
    login = SoftwareAuthenticator(b"login" + seed, parts.settings.login)
    signing = SoftwareAuthenticator(b"signing" + seed, parts.settings.signing)
    asked = await begin_by_invitation(parts, token)
    answer = login.registration(unb64(asked.options["challenge"]))
    entered = await finish_by_invitation(parts, asked.state, answer, HERE, token=token)
    return Someone(parts, entered.who, entered.token, login, signing)


async def with_signing_key(someone: Someone) -> None:
    await someone.sign(await begin_signing_key(someone.parts, someone.who))


async def with_papers(owner: Someone, technician: Someone, titolare: Someone) -> None:
    """All that has to be on file before that technician may intervene at that customer's."""
    parts, dated = owner.parts, f"{owner.parts.clock.now():%Y-%m-%d}"
    await file_paper(parts, owner.who, titolare.who.tenant, PaperDraft("dpa", "Prot. 1", dated))
    for kind in ("confidentiality", "training"):
        draft = PaperDraft(kind, "Prot. 2", dated, person=technician.id)
        await file_paper(parts, owner.who, owner.who.tenant, draft)
    await set_matrix(parts, titolare.who, Matrix(*[(titolare.id,)] * 4))


async def new_host(parts: Parts, titolare: Someone, label: str) -> tuple[EnrolledHost, AgentKeys]:
    """Prepared, ruled, signed, enrolled and confirmed."""
    tenant = titolare.who.tenant
    prepared = await prepare_host(parts, titolare.who, tenant, label=label, place="reception")
    async with parts.store.read() as work:
        held = await statements.policy(work, tenant)
    accounts = (*(held.accounts if held else ()), (prepared.id, ACCOUNT))
    await titolare.sign(await begin_policy(parts, titolare.who, replace(DRAFT, accounts=accounts)))
    done = await titolare.sign(await begin_enrolment(parts, titolare.who, prepared.id))
    keys = AgentKeys.make(label.encode())
    note = await enrolled_note(parts, tenant, prepared.id, keys)
    assert await enrol_host(parts, note, done.shown_once["code"], HERE) == 0
    async with parts.store.read() as work:
        host = await estate.host(work, tenant, prepared.id)
    assert isinstance(host, EnrolledHost)
    return host, keys
