"""One hostile host, and people whose names attack too: every page of every role, in a real browser on a real server."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import socket
from datetime import timedelta
from email.message import EmailMessage

import playwright.sync_api as playwright
import pytest

from audit.instant import whole_ms
from audit.log_records import ReportIssued
from audit.record import BROKER
from broker.cases.answer_right import RightDraft, note_right
from broker.cases.breach import open_breach
from broker.cases.contest import contest_session
from broker.cases.defects import give_remedy, link_defect, open_defect
from broker.cases.keep_provider import keep_provider
from broker.cases.list_products import list_product
from broker.cases.open_incident import Report, report_incident
from broker.cases.publish_release import ReleaseDraft, publish_release
from broker.cases.receive_release import install_version, receive_release
from broker.cases.verify_year import open_verification
from broker.domain.breach import FIELDS, BreachDraft, Chosen
from broker.domain.provider import Provider
from broker.domain.received_mail import Mail
from broker.jobs.publish import publishing
from broker.parts import Parts
from broker.settings import Settings
from broker.store import log, reports
from broker.store.reports import Files, Issued
from broker.store.tile_folder import FOLDER
from tests import hostile
from tests.broker.mail_sample import mail as written
from tests.broker.mail_sample import received
from tests.broker.world import World, newcomer
from tests.stories.telling import Story
from tests.stories.test_declared import allowed, declare
from tests.web.browser import PATIENT_MS, chromium
from tests.web.on_a_port import door, served, settings_of_door
from tests.web.test_matrix import MONTH, TABLE, Row, filled

__all__ = ["door", "served"]

WIDTHS = (1280, 390)


@pytest.fixture
def settings(settings: Settings, door: socket.socket) -> Settings:
    return settings_of_door(settings, door)


@pytest.fixture
async def story(parts: Parts) -> Story:
    world = await World.made(parts)
    return await Story.begin(world)


# What each of them sees differs; any other page is looked at by the first who may.
EVERYBODY_S = (
    "/",
    "/richieste/{request_id}",
    "/sessioni/{session}",
    "/sessioni/{session}/registrazioni",
    "/persone",
)


DOWNLOADS = ("/accessi/evidenze",)  # no page, though its path has no ending


def paths_of(role: str, things: dict[str, str], seen: set[str]) -> list[str]:
    """The pages that this role may read, without those that somebody had before and are the same for all."""
    found = []
    for name, row in TABLE.items():
        method, _, path = name.partition(" ")
        page = (
            method == "GET"
            and not path.startswith(("/api/", "/rapporti/", "/agente/", "/entra/", *DOWNLOADS))
            and "." not in path
        )
        open_to = role in row.may if isinstance(row, Row) else row == "public"
        if page and open_to and (path in EVERYBODY_S or path not in seen):
            seen.add(path)
            query = f"?{row.query}" if isinstance(row, Row) and row.query else ""
            found.append(filled(path + query, things))
    return found


# Whose text it is that reaches further than the page.
WIDE = """width => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode() && found.length < 3) {
    const range = document.createRange()
    range.selectNodeContents(walk.currentNode)
    const wide = range.getBoundingClientRect().right > width + 1
    if (wide) found.push(walk.currentNode.parentElement.outerHTML.slice(0, 120))
  }
  return found
}"""


class Visitor:
    """One person's browser, in a thread of its own; `wrong` is whatever should not have happened."""

    def __init__(self, browser: playwright.Browser, origin: str, token: str) -> None:
        self.origin = origin
        self.wrong: list[str] = []
        self.attacked: set[str] = set()  # pages where such a text is read
        self.context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
        self.context.add_cookies([{"name": "verbale_session", "value": token, "url": origin}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENT_MS)
        self.page.on("dialog", lambda asked: (self.wrong.append(f"dialog {asked.message}"), asked.dismiss()))
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._heard)
        self.context.on("page", lambda opened: self.wrong.append(f"opened {opened.url}"))

    def _heard(self, said: playwright.ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.wrong.append(f"{self.page.url}: {said.text} {said.location}")

    def look(self, path: str) -> None:
        answer = self.page.goto(self.origin + path, wait_until="load")
        assert answer is not None
        if answer.status >= 500:
            self.wrong.append(f"{path}: {answer.status}")
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.fits(path, width)
        self.unharmed(path)
        if hostile.HIT in self.page.inner_text("body"):
            self.attacked.add(path)

    def fits(self, path: str, width: int) -> None:
        try:
            self.page.wait_for_function(
                "width => document.documentElement.scrollWidth <= width", arg=width, timeout=5_000
            )
        except playwright.TimeoutError:  # a busy machine may not have looked yet
            if self.page.evaluate("width => document.documentElement.scrollWidth > width", width):
                self.wrong.append(f"{path} is wider than {width}: {self.page.evaluate(WIDE, width)}")

    def unharmed(self, path: str) -> None:
        """Nothing of a stranger's ran, became an element, or hides in what is read."""
        if self.page.evaluate("'hit' in window"):
            self.wrong.append(f"{path}: a script ran")
        made = self.page.evaluate(
            "[...document.querySelectorAll('*')].filter((e) => [...e.attributes].some(({ name, value }) =>"
            " name.startsWith('on') || value.startsWith('javascript:')) || e.matches('img[src=x], script:not([src])'))"
            ".map((e) => e.outerHTML.slice(0, 150))"
        )
        self.wrong += [f"{path}: {one}" for one in made]
        hidden = hostile.unseen(self.page.evaluate("document.documentElement.outerHTML"))
        if hidden:
            self.wrong.append(f"{path}: unseen {sorted({f'{ord(one):04X}' for one in hidden})}")


def visit(origin: str, people_: dict[str, str], things: dict[str, str]) -> list[str]:
    wrong: list[str] = []
    seen: set[str] = set()
    with chromium() as browser:
        for role, token in people_.items():
            visitor = Visitor(browser, origin, token)
            for path in paths_of(role, things, seen):
                visitor.look(path)
            visitor.context.close()
            wrong += [f"{role} {one}" for one in visitor.wrong]
            if not visitor.attacked >= {f"/sessioni/{things['session']}", "/persone"}:
                wrong.append(f"{role} was shown nothing of the attack: {visitor.attacked}")
    return wrong


async def hostile_breach(story: Story) -> str:
    at = story.parts.clock.now()
    text = f"{hostile.MARKUP[0]} {hostile.TURNED[0]} {hostile.LONG}"[:400]
    draft = BreachDraft(at, Chosen(at - timedelta(days=1), at), True, dict.fromkeys(FIELDS, text))
    return (await open_breach(story.parts, story.world.owner.who, story.world.tenant, draft))[0]


async def declared_over(story: Story) -> str:
    """The request of a session on a host without an agent, which waits for its outcome."""
    request, session = await allowed(story)
    await declare(story, session, "began")
    await declare(story, session, "ended")
    return request


async def hostile_month(story: Story) -> str:
    """A report whose names and exceptions are such texts; its number."""
    at, number = whole_ms(story.clock.now()), "VB-x-2026-10"
    names = {
        "people": [{"id": "p-1", "name": hostile.LONG}],
        "hosts": [{"id": "h-1", "name": hostile.MARKUP[0]}],
    }
    session = {
        "n": 1, "id": "s-00000000", "start": "2026-10-02T07:35:00.000Z", "minutes": 14, "host": "h-1", "technician": "p-1",
        "incident": {"id": hostile.TURNED[0]}, "authorisation": {"by": "p-1"}, "supervision": {"state": "absent"},
    }  # fmt: skip
    deviation = {
        "id": "E1",
        "time": session["start"],
        "what": hostile.MARKUP[1],
        "why": hostile.LONG,
        "session": 1,
    }
    told = json.loads(MONTH) | names | {"sessions": [session], "exceptions": [deviation]}
    async with story.parts.store.read() as work:
        head = await log.head(work, story.world.tenant)
    assert head is not None
    told["log"] = {"size": 1, "root": "AA==", "origin": head.origin}  # which that log does not hold
    async with story.parts.store.tx(story.world.tenant, at) as tx:
        await tx.append(ReportIssued("2026-10", number, "0" * 64, "0" * 64, False), actor=BROKER)
        issued = Issued(story.world.tenant, "2026-10", number, False, at, 1, 1, bundled=False)
        await reports.add(tx, issued, Files(b"%PDF", json.dumps(told).encode(), None, b"0"))
    return number


async def hostile_program(story: Story, incident: str) -> None:
    """A program, a customisation on test and a defect whose every word attacks."""
    owner, tenant = story.world.owner.who, story.world.tenant
    text = f"{hostile.MARKUP[0]} {hostile.TURNED[0]} {hostile.LONG}"[:400]
    product = (await list_product(story.parts, owner, hostile.MARKUP[1][:80])).id
    draft = ReleaseDraft(
        product, hostile.MARKUP[0][:40], "2026-11-01", ("program",), os=hostile.FORMULAS[0], customer=tenant
    )
    release = (await publish_release(story.parts, owner, draft)).release
    await receive_release(story.parts, story.world.titolare.who, tenant, release, None)
    await install_version(story.parts, owner, tenant, product, hostile.MARKUP[2][:40])
    defect = await open_defect(story.parts, owner, "anomaly", product, text)
    await link_defect(story.parts, owner, tenant, defect, incident)
    await give_remedy(story.parts, owner, defect, text)


async def attacking_mail(story: Story) -> Mail:
    """Every header and the text attack, and the file in it; of somebody known, so that his customer sees it too."""
    raw = written("x@y.example", number=1)
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    del message["From"], message["Subject"]
    message["From"] = f"teresa-titolare@{story.world.tenant}.example"
    message["Subject"] = f"{hostile.MARKUP[0]} {hostile.TURNED[0]} {hostile.LONG}"
    message.set_content("\n".join([*hostile.MARKUP, *hostile.TURNED, hostile.LONG]), subtype="html")
    for name in (hostile.MARKUP[1], hostile.TURNED[0], hostile.LONG):
        message.add_attachment(b"MZ", maintype="text", subtype="html", filename=name)
    return await received(story.parts, message.as_bytes())


async def test_every_page_of_every_role_stays_harmless(story: Story, served: str) -> None:
    world = story.world
    auditor = await newcomer(story.parts, world.titolare, world.tenant, "auditor", "Dora Dpo")
    await hostile.rename(story)
    session = await hostile.attacked(story)
    today = story.clock.now().date().isoformat()
    roles = {"titolare": world.titolare, "technician": world.technician, "ads": world.ads, "owner": world.owner, "auditor": auditor}  # fmt: skip
    things = {
        "request": "", "request_id": (await story.session(session)).permit.request, "session": session,
        "host": world.host.id, "tenant": world.tenant, "person": world.ads.id, "token": "nope", "warrant": "w-1",
        "rest:path": "/", "mail": (await attacking_mail(story)).id,
        "incident": (await report_incident(story.parts, world.titolare.who, world.tenant, Report(hostile.MARKUP[1], "portal"))).incident,
        "contest": await contest_session(story.parts, world.titolare.who, session, f"{hostile.MARKUP[0]} {hostile.TURNED[0]} {hostile.LONG}"[:400]),
        "verification": await open_verification(story.parts, world.titolare.who, world.tenant, today, today),
        "right": await note_right(story.parts, world.titolare.who, world.tenant, RightDraft("access", today, hostile.MARKUP[0], world.technician.id, hostile.TURNED[0])),
        "record": "0", "breach": await hostile_breach(story), "bare": await declared_over(story),
    }  # fmt: skip
    await hostile_program(story, str(things["incident"]))
    things["number"] = await hostile_month(story)
    for someone in (world.titolare, world.owner):
        told = Provider(
            "", "", "oidc", hostile.MARKUP[3][:60], "https://id.example", hostile.LONG, hostile.LONG
        )
        await keep_provider(story.parts, someone.who, told, "")
    # The titolare's browser rebuilds the log's proof from what is published, as a running broker does every second.
    await publishing(story.parts.settings.state / FOLDER)(story.parts)
    tokens = {role: one.token for role, one in roles.items()}
    wrong = await asyncio.to_thread(visit, served, tokens, things)
    assert "\n".join(wrong) == ""
