"""The house and its customers as they come into being in the month: people, papers, rules, one enrolled host each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from audit.canonical import unb64
from audit.keys import SigningKey
from audit.statement_parts import Account
from broker.cases.add_ssh_key import add_ssh_key
from broker.cases.admit_person import admit_person
from broker.cases.agree_contract import Terms, agree_contract
from broker.cases.appoint_administrator import appoint_administrator
from broker.cases.change_approvers import Appointment, begin_approvers
from broker.cases.change_policy import begin_policy
from broker.cases.enrol_host import enrol_host
from broker.cases.file_paper import PaperDraft, file_paper
from broker.cases.list_products import list_product
from broker.cases.open_tenant import open_tenant
from broker.cases.prepare_host import prepare_host
from broker.cases.receive_release import install_version
from broker.cases.register_passkey import begin_by_invitation, finish_by_invitation
from broker.cases.register_signing_key import begin_signing_key
from broker.cases.set_category import CategoryDraft, set_category
from broker.cases.set_matrix import set_matrix
from broker.cases.set_tariff import set_tariff
from broker.cases.setup import make_setup_secret, setup
from broker.cases.sign_enrolment import begin_enrolment
from broker.domain.appointing import PolicyDraft
from broker.domain.appointments import AppointmentDraft
from broker.domain.estate import EnrolledHost
from broker.domain.people import Role
from broker.domain.register import Matrix
from broker.domain.tariff import Rates
from broker.parts import Parts
from broker.store import estate
from web.demo.processes import Failed
from web.demo.seed.agent import MemoryAgent
from web.demo.seed.course import Course
from web.demo.seed.customers import TOOL, Customer
from web.demo.seed.someone import AgentKeys, Someone, enrolled_note
from web.demo.stage import HALFWAY, HOUSE, ROLES, TERM, Stage

OFFICE = "192.0.2.10"  # whence the demo's people come
ACCOUNT = Account("assistenza", administrator=False)


@dataclass
class House:
    """The vendor's owner and technician; `folder` is for what the seeded hosts hold."""

    parts: Parts
    course: Course
    stage: Stage
    folder: Path
    owner: Someone
    technician: Someone
    product: str

    @classmethod
    async def open(cls, parts: Parts, course: Course, stage: Stage, ssh_key: str, folder: Path) -> House:
        secret = await make_setup_secret(parts)
        if secret is None:
            raise Failed(HALFWAY)
        name, _ = ROLES["owner"]
        invited = await setup(parts, secret, name=name, email="owner@esempio.invalid", house=HOUSE)
        owner = await _enters(parts, stage, "owner", invited.link)
        stage.house = owner.who.tenant
        technician = await _admit(parts, stage, owner, "technician", "technician", ROLES["technician"])
        technician.ssh_fingerprint = (await add_ssh_key(parts, technician.who, ssh_key)).fingerprint
        await technician.sign(await begin_signing_key(parts, technician.who, demo_software=True))
        dated = f"{course.now():%Y-%m-%d}"
        for kind in ("confidentiality", "training"):
            draft = PaperDraft(kind, "Demo 2", dated, person=technician.id)
            await file_paper(parts, owner.who, stage.house, draft)
        today = course.now().date()
        await set_tariff(parts, owner.who, Rates(f"{today.year}/1", today.replace(day=1), 6500, 5000))
        product = await list_product(parts, owner.who, "Gestionale Dimostrativo")
        return cls(parts, course, stage, folder, owner, technician, product.id)

    @property
    def dated(self) -> str:
        return f"{self.course.now():%Y-%m-%d}"


@dataclass
class Place:
    """A customer that works with the house. The titolare and the ADS may approve, in category 1 the technician too."""

    house: House
    customer: Customer
    tenant: str
    titolare: Someone
    ads: Someone
    host: EnrolledHost
    agent: MemoryAgent

    @classmethod
    async def open(cls, house: House, customer: Customer) -> Place:
        parts, owner = house.parts, house.owner
        opened = await open_tenant(parts, owner.who, name=customer.name, details=dict(customer.details))
        people: dict[Role, Someone] = {}
        by = owner
        who: tuple[tuple[Role, tuple[str, str]], ...]
        who = (("titolare", customer.titolare), ("ads", customer.ads))
        for role, said in who:
            found = await _admit(parts, house.stage, by, role, customer.role(role), said, opened.id)
            await found.sign(await begin_signing_key(parts, found.who, demo_software=True))
            people[role] = by = found
        titolare, ads = people["titolare"], people["ads"]
        await _papers(house, customer, opened.id, titolare)
        host, agent = await _enrolled(house, customer, titolare, ads)
        await agent.dial()
        place = cls(house, customer, opened.id, titolare, ads, host, agent)
        await place.appoint()
        return place

    async def appoint(self) -> None:
        """Who administers systems there, each evaluated before."""
        today = self.house.course.now().date()
        named = [self.ads, self.house.technician] if self.customer.category == 1 else [self.ads]
        for person in named:
            draft = AppointmentDraft(
                person.id, "Gestione di server e postazioni", ("GEST", "LAN", "BKP"), (), today,
                today + timedelta(days=364), "Esperienza e affidabilità verificate (demo).",
                self.customer.titolare[0], today,
            )  # fmt: skip
            await appoint_administrator(self.house.parts, self.titolare.who, self.tenant, draft)


async def _papers(house: House, customer: Customer, tenant: str, titolare: Someone) -> None:
    """Contract, agreement on data, matrix and category; the one that lacks its agreement lacks it all month."""
    parts, owner, today = house.parts, house.owner, house.course.now().date()
    terms = Terms(
        customer.plan, today, today + timedelta(days=364), paid=today, included=20 * 60, step=15, least=15
    )
    await agree_contract(parts, owner.who, tenant, terms)
    await install_version(parts, owner.who, tenant, house.product, "8.1")
    if customer.agreement:
        await file_paper(parts, owner.who, tenant, PaperDraft("dpa", "Demo 1", house.dated))
    await set_matrix(parts, titolare.who, Matrix(*[(titolare.id,)] * 4))
    if customer.category == 1:
        draft = CategoryDraft(1, reference="Nomina demo 3", dated=house.dated)
        await set_category(parts, owner.who, tenant, draft)


async def _enrolled(
    house: House, customer: Customer, titolare: Someone, ads: Someone
) -> tuple[EnrolledHost, MemoryAgent]:
    """Approvers and rules signed by the titolare, then the host: its keys are made from the demo's seed."""
    parts, until = house.parts, house.course.now() + TERM
    may = [titolare, ads, *([house.technician] if customer.category == 1 else [])]
    approvers = [Appointment(one.id, until) for one in may]
    await titolare.sign(await begin_approvers(parts, titolare.who, approvers))
    tenant = titolare.who.tenant
    prepared = await prepare_host(parts, titolare.who, tenant, label=customer.label, place=customer.where)
    bare = customer.bare
    rules = PolicyDraft(
        channels=("terminal", "exec") if bare is None else ("terminal", "exec", "tool"),
        tools=() if bare is None else (TOOL,), bare_hosts=() if bare is None else (bare,), accounts=((prepared.id, ACCOUNT),), supervision="waivable",
        desk="inform", offline="end", longest_s=4 * 3600, window_s=8 * 3600, approvals=1, witnesses=1,
    )  # fmt: skip
    await titolare.sign(await begin_policy(parts, titolare.who, rules))
    done = await titolare.sign(await begin_enrolment(parts, titolare.who, prepared.id))
    keys = _keys(f"{house.stage.seed}/{customer.key}")
    note = await enrolled_note(parts, tenant, prepared.id, keys)
    await enrol_host(parts, note, done.shown_once["code"], OFFICE)
    async with parts.store.read() as work:
        host = await estate.host(work, tenant, prepared.id)
    if not isinstance(host, EnrolledHost):
        raise TypeError("the host did not come to be enrolled")
    folder = house.folder / customer.key
    folder.mkdir()
    return host, await MemoryAgent.begin(parts, titolare.who, host, keys, folder)


def _keys(seed: str) -> AgentKeys:
    made = (hashlib.sha256(f"{seed}/{use}".encode()).digest() for use in ("identity", "witness", "recorder"))
    return AgentKeys(*map(SigningKey, made))


async def _admit(
    parts: Parts, stage: Stage, by: Someone, role: Role, name: str, said: tuple[str, str], tenant: str = ""
) -> Someone:
    """Invited and come in. `name` is the role as the demo calls it."""
    email = f"{name.replace('@', '.')}@esempio.invalid"
    invited = await admit_person(
        parts, by.who, tenant=tenant or stage.house, role=role, name=said[0], function=said[1], email=email
    )
    return await _enters(parts, stage, name, invited.link)


async def _enters(parts: Parts, stage: Stage, name: str, link: str) -> Someone:
    """By an invitation, with the passkeys the demo has for this role."""
    token = link.rpartition("/")[2]
    login, signing = stage.authenticator(name, signing=False), stage.authenticator(name, signing=True)
    asked = await begin_by_invitation(parts, token)
    answer = login.registration(unb64(asked.options["challenge"]))
    entered = await finish_by_invitation(parts, asked.state, answer, OFFICE, token=token, demo_software=True)
    stage.people[name] = entered.who.person
    return Someone(parts, entered.who, entered.token, login, signing)
