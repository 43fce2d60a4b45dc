"""Answers of the API that have something in them are as its description says: whole stories, read by everybody."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from broker.api.who import COOKIE
from broker.app import build
from broker.cases.agree_contract import Terms, agree_contract
from broker.cases.defects import give_remedy, link_defect, open_defect
from broker.cases.set_tariff import set_tariff
from broker.cases.type_work import type_work
from broker.jobs import duties
from broker.live.mail_desk import MailDesk
from broker.parts import Parts
from tests.broker.mail_sample import NoDns, judge, mail
from tests.broker.world import Someone, World
from tests.described import told_as_described
from tests.stories.telling import Story
from tests.stories.test_mail import address, come
from tests.stories.test_programs import on_test, program, published
from tests.stories.test_resellers import Resale
from tests.stories.test_schools import delegate, instruct, school, state
from tests.stories.test_work import RATES, closed, draft

HOME = "http://localhost:8700"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KNOWN = ("incident", "mail", "request", "session", "host", "webhook", "contest", "breach")


def within(value: Any) -> Iterator[tuple[str, str]]:
    """Every name and text of an answer."""
    for name, one in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(one, str):
            yield str(name), one
        elif isinstance(one, dict | list):
            yield from within(one)


class Reader:
    """Reads all there is, as several people, and names what it reads further by what came."""

    def __init__(self, story: Story, *more: Someone) -> None:
        self.app = build(story.parts)
        self.described = self.app.openapi()
        world = story.world
        self.people = (world.owner, world.technician, world.titolare, world.ads, *more)
        tenants = dict.fromkeys(one.who.tenant for one in self.people)
        self.names = {"tenant": dict(tenants), "period": {"2026-11": None}, **{name: {} for name in KNOWN}}
        self.full: set[str] = set()

    async def read(self, *wanted: str) -> set[str]:
        """Of these operations those that answered nobody with something in it."""
        for _ in range(2):  # what the first round names, the second asks for
            for someone in self.people:
                await self._as(someone, wanted)
        return set(wanted) - self.full

    async def _as(self, someone: Someone, wanted: Sequence[str]) -> None:
        transport = httpx.ASGITransport(self.app, client=("192.0.2.10", 1))
        async with httpx.AsyncClient(
            transport=transport, base_url=HOME, cookies={COOKIE: someone.token}
        ) as client:
            for path, operations in self.described["paths"].items():
                if operations.get("get", {}).get("operationId") not in wanted:
                    continue
                query = [
                    one["name"] for one in operations["get"].get("parameters", ()) if one.get("required")
                ]
                fields = list(dict.fromkeys([*re.findall(r"\{(\w+)\}", path), *query]))
                if not set(fields) <= set(self.names):
                    continue
                for values in itertools.product(*(list(self.names[one])[-2:] for one in fields)):
                    given = dict(zip(fields, values, strict=True))
                    answer = await client.get(path.format(**given), params={one: given[one] for one in query})
                    told_as_described(self.described, "get", path, answer)
                    if answer.status_code == 200 and answer.json():
                        self.full.add(operations["get"]["operationId"])
                        self._learn(answer.json())

    def _learn(self, value: Any) -> None:
        for name, text in within(value):
            if name in KNOWN and re.fullmatch(r"[A-Za-z]-?[0-9A-Za-z-]+", text):
                self.names[name].setdefault(text, None)


async def test_of_incidents_contracts_work_and_charges(story: Story) -> None:
    world, parts, owner = story.world, story.parts, story.world.owner.who
    await set_tariff(parts, owner, RATES)
    terms = Terms("basic", date(2026, 1, 1), date(2026, 12, 31), paid=date(2026, 1, 7), included=20)
    await agree_contract(parts, owner, world.tenant, terms)
    session = await story.running()
    story.clock.advance(minutes=37)
    await closed(story, session)
    story.clock.advance(minutes=15)
    await type_work(parts, world.technician.who, world.tenant, draft(story, minutes=15, product="other"))
    await story.ask(text="Altro.")
    lacks = await Reader(story).read(
        "incidents_list", "incidents_show", "incidents_queue", "contracts_list", "work_list", "work_hours",
        "invoices_statement", "invoices_drafts", "invoices_billing", "requests_list", "requests_history", "requests_show",
        "accesses_list", "accesses_own", "hosts_list", "tenants_list", "people_list",
    )  # fmt: skip
    assert not lacks


async def test_of_programs_and_defects(story: Story) -> None:
    world, parts = story.world, story.parts
    await on_test(story)
    product = await program(story, "Ristoranti")
    await published(story, product, "27.1")
    defect = await open_defect(parts, world.technician.who, "anomaly", product, "Totale sbagliato.")
    receipt = await story.ask()
    incident = (await story.last("incident.opened")).record.body()["incident"]
    await link_defect(parts, world.technician.who, world.tenant, defect, incident, None)
    await give_remedy(parts, world.technician.who, defect, "Ristampare.")
    assert receipt.request
    assert not await Reader(story).read("programs_list", "programs_show")


async def test_of_a_school(story: Story) -> None:
    await school(story, clean_up="12-05")
    await delegate(story)
    await duties.tick(story.parts)
    await instruct(story, (await state(story)).clean_ups[0].id)
    assert not await Reader(story).read("schools_show")


async def test_of_a_reseller(story: Story) -> None:
    r = await Resale.begin(story)
    await r.report(r.old)
    await r.typed(r.firm, r.old, 30)
    assert not await Reader(story, r.beta).read("resellers_list", "resellers_show", "resellers_served")


@pytest.fixture
async def mailed(parts: Parts) -> Story:
    return await Story.begin(await World.make(replace(parts, mail=MailDesk(NoDns(), judge=judge))))


async def test_of_mails(mailed: Story) -> None:
    await come(mailed, mail(address(mailed.world.titolare)))
    assert not await Reader(mailed).read("post_list", "post_show", "post_senders")
