"""What may happen between an approver's phone and his signature, on a real broker and in both languages (S-34, Case 2):
the request is gone meanwhile, he asks about it first, he takes his yes back, he solves it himself, more time is asked of
him."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.kit import Demo
from tests.e2e.test_browser import PHONE, Person, aside, browser, expect, invite, signed_in

__all__ = ["browser"]


class Approver:
    """He, his phone, and the language he reads."""

    def __init__(self, demo: Demo, page: Page, lang: str) -> None:
        self.demo, self.page, self.lang = demo, page, lang

    def say(self, italian: str, english: str) -> str:
        return english if self.lang == "en" else italian

    @property
    def origin(self) -> str:
        return str(self.demo.stage.origin)

    def press(self, italian: str, english: str) -> None:
        self.page.get_by_role("button", name=self.say(italian, english), exact=True).first.click()

    def reads(self, italian: str, english: str) -> None:
        expect(
            self.page.get_by_text(self.say(italian, english)).locator("visible=true").first
        ).to_be_visible()

    def opens(self, request: str) -> None:
        self.page.goto(f"{self.origin}/richieste/{request}/approva")
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "sideways"

    def leaves_to_sign(self) -> None:
        """Nobody is to watch: what follows is about the signature."""
        self.page.locator("input[name=watch][value=waived]").check()
        self.press("Autorizza con passkey", "Authorise with passkey")
        self.page.wait_for_url(f"{self.demo.stage.signing_origin}/**")

    def signs(self) -> None:
        self.page.locator("#firma").click()
        self.page.wait_for_url(f"{self.origin}/**")

    def approves(self, request: str) -> None:
        self.opens(request)
        self.leaves_to_sign()
        self.signs()
        self.page.wait_for_url(f"{self.origin}/richieste/{request}*")


@pytest.fixture(scope="module", params=["it", "en"])
def approver(demo_stack: Demo, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Approver]:
    aside(demo_stack.whole())
    person = Person(browser, PHONE)
    stage = demo_stack.stage
    person.page.context.add_cookies([{"name": "verbale_lang", "value": request.param, "url": stage.origin}])
    person.page.goto(aside(invite(demo_stack, "titolare", "ads")))
    found = Approver(demo_stack, person.page, request.param)
    found.press("Accetta e crea la passkey", "Accept and create the passkey")
    found.press("Crea la passkey per firmare", "Create the passkey to sign with")
    person.page.wait_for_url(f"{stage.signing_origin}/**")
    person.page.get_by_role("button").first.click()
    person.page.wait_for_url(f"{stage.origin}/**")
    aside(signed_in(demo_stack))
    yield found
    assert person.faults == []
    person.page.context.close()


async def withdrawn(demo: Demo, request: str) -> None:
    async with demo.stage.logged_in("technician") as technician:
        await technician.post(f"/api/requests/{request}/withdrawal")


async def more_asked(demo: Demo, session: str) -> str:
    async with demo.stage.logged_in("technician") as technician:
        said = await technician.post(
            f"/api/sessions/{session}/extension", reason="Il ripristino non è finito.", longest_s=1800
        )
    return str(said["request"])


async def answered(demo: Demo, request: str, text: str) -> None:
    question = demo.records("clarification.asked")[-1].n
    async with demo.stage.logged_in("technician") as technician:
        await technician.post(f"/api/requests/{request}/clarifications/{question}/answers", text=text)


def test_what_was_withdrawn_while_he_read_is_not_signed(approver: Approver) -> None:
    """The signature is refused in a sentence that says why, nothing counts, and the way on leads to the request."""
    demo, page = approver.demo, approver.page
    request = aside(demo.ask("terminal"))
    approver.opens(request)
    approver.leaves_to_sign()
    aside(withdrawn(demo, request))
    approver.signs()
    approver.reads("La firma non è stata accettata.", "The signature was not accepted.")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    approver.opens(request)
    approver.reads("Nessuno si collegherà.", "Nobody will connect.")
    expect(page.locator("#firma, .btn-sign")).to_have_count(0)
    assert [one for one in demo.records("approval.given") if one.record.request == request] == []


def test_s34_the_link_in_the_mail_leads_to_the_request_through_the_door(approver: Approver) -> None:
    """Nobody is logged in on this phone: one passkey at the door, and he stands where the link led."""
    page = approver.page
    request = aside(approver.demo.ask("terminal"))
    page.context.clear_cookies(name="verbale_session")
    page.goto(f"{approver.origin}/richieste/{request}/approva")
    page.get_by_role("button", name=re.compile("passkey")).first.click()
    page.wait_for_url(f"{approver.origin}/richieste/{request}/approva")
    expect(page.locator(".btn-sign")).to_be_enabled()


def test_s34_he_asks_first_and_the_answer_comes_to_where_he_reads(approver: Approver) -> None:
    """What he was told stands on the page without loading it anew, and he signs from there."""
    demo, page = approver.demo, approver.page
    request = aside(demo.ask("terminal"))
    approver.opens(request)
    page.get_by_text(approver.say("Chiedi un chiarimento", "Ask a question"), exact=True).click()
    page.locator("#chiarimento").fill("Serve fermare la cassa?")
    approver.press("Invia la domanda", "Send the question")
    approver.reads("Serve fermare la cassa?", "Serve fermare la cassa?")
    page.evaluate("window.same = true")
    aside(answered(demo, request, "No, resta accesa."))
    approver.reads("No, resta accesa.", "No, resta accesa.")
    assert page.evaluate("window.same")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "sideways"
    approver.leaves_to_sign()
    approver.signs()
    approver.reads("Firmata", "Signed")
    said = demo.records("clarification.asked", "clarification.answered", "approval.given")
    assert [one.record.KIND for one in said if one.record.request == request] == [
        "clarification.asked",
        "clarification.answered",
        "approval.given",
    ]


def test_he_signs_and_takes_his_yes_back(approver: Approver) -> None:
    """Back from the signature the page says what became of it, is read out from its heading, and has a receipt."""
    demo, page = approver.demo, approver.page
    request = aside(demo.ask("terminal"))
    approver.approves(request)
    approver.reads("Firmata", "Signed")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator(".receipt, .proof").first).to_be_visible()
    page.get_by_role("link", name=approver.say("Revoca l’autorizzazione", "Revoke authorisation")).click()
    approver.reads("Revocare l’autorizzazione?", "Revoke the authorisation?")
    approver.press("Revoca l’autorizzazione", "Revoke authorisation")
    approver.reads("Lei ha revocato l’autorizzazione.", "You have revoked the authorisation.")
    assert [one.record.request for one in demo.records("approval.withdrawn")][-1] == request


def test_s33_he_solves_it_himself(approver: Approver) -> None:
    request = aside(approver.demo.ask("terminal"))
    approver.opens(request)
    approver.press("Lo risolvo io", "I will fix it myself")
    approver.reads("Lei la risolve senza il fornitore.", "You will fix it without the vendor.")
    assert approver.page.locator(".btn-sign").count() == 0


def test_more_time_is_another_signature(approver: Approver) -> None:
    """He proposes it beside the session; the technician asks; only what he signs then makes it longer."""
    demo, page = approver.demo, approver.page
    opened = aside(demo.open("terminal"))
    page.goto(f"{approver.origin}/sessioni/{opened.session}/diretta")
    page.locator(".watch-bar [data-dialog=estendi]").click()
    page.locator("#estendi select[name=seconds]").select_option("1800")
    page.locator("#estendi button[type=submit]").click()
    approver.reads("Estensione proposta", "Extension proposed")
    request = aside(more_asked(demo, opened.session))
    approver.approves(request)
    approver.reads("Firmata", "Signed")
    page.goto(f"{approver.origin}/sessioni/{opened.session}/diretta")
    page.locator("a.btn-stop").click()
    approver.press("Termina ora", "Terminate now")
    expect(page.locator("main")).to_have_attribute("data-state", re.compile("ended"))
