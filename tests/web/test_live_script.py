"""Live regions in a real browser: what the server changed comes in, what the person does stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web import samples as s
from tests.web.stand_in import Broker, Line, events
from web import views as v

CHANGE = ("change", {"topic": "request", "id": "r-1", "now": "2026-11-12T10:50:00.000Z"})
LIVE = replace(s.SHELL, live="/eventi")
LETTER = replace(s.LETTER, live="/eventi")


class Stream:
    """The event stream in the test's hand: each `tell` answers one request for it."""

    def __init__(self, stand_in: Broker) -> None:
        self.stand_in = stand_in
        self.asked: list[Route] = []
        stand_in.answers["/eventi"] = self.asked.append

    def tell(self, *messages: tuple[str, object]) -> None:
        self.stand_in.wait_for(lambda: bool(self.asked), "the stream")
        events(*(messages or (CHANGE,)))(self.asked.pop(0))


Show = Callable[..., tuple[Page, Stream]]


@pytest.fixture
def show(stand_in: Broker) -> Show:
    """A live page and its stream, about which nothing was said yet."""

    def make(template: str, view: Any, shell: v.Shell = LIVE) -> tuple[Page, Stream]:
        stream = Stream(stand_in)
        page = stand_in.show(template, view, shell)
        stand_in.wait_for(lambda: bool(stream.asked), "the stream")
        return page, stream

    return make


def test_regions_change_without_reload(stand_in: Broker, show: Show) -> None:
    """A message says that something changed; the page is fetched and its parts put in place; the rest stays."""
    page, stream = show("queue.html", s.QUEUE)
    page.evaluate("window.same = true")
    stand_in.make("queue.html", replace(s.QUEUE, chosen=replace(s.INCIDENT, may=s.MAY_YES)), LIVE)
    stream.tell()
    expect(page.locator(".may-word")).to_have_text("Sì")
    assert page.evaluate("window.same") is True


def test_the_context_of_a_request_changes_too(stand_in: Broker, show: Show) -> None:
    page, stream = show("queue.html", s.QUEUE)
    gone = replace(s.INCIDENT, acts=(), roles=(v.Fact("Sessione n.", "s-00000002f1"),))
    stand_in.make("queue.html", replace(s.QUEUE, chosen=gone), LIVE)
    stream.tell()
    expect(page.locator(".desk-side")).to_contain_text("s-00000002f1")
    expect(page.locator(".desk-side")).not_to_contain_text("Ritira la richiesta")


def test_what_the_person_does_outlasts_every_beat(stand_in: Broker, show: Show) -> None:
    """An open fold, a choice, the focus and a script's own words stay, whether anything changed or not."""
    page, stream = show("approve.html", s.APPROVE, LETTER)
    page.locator(".sign-more summary").first.click()
    page.get_by_label("Guarda il titolare").check()
    page.get_by_label("Guarda il titolare").blur()
    page.get_by_role("button", name="Rifiuta").focus()
    page.locator(".sign-box [role=status]").evaluate("e => { e.textContent = 'Apro la pagina di firma…' }")
    stream.tell(("beat", {}))
    stand_in.wait_for(lambda: stand_in.fetched == 1, "a fetch after the beat")
    stand_in.make("approve.html", replace(s.APPROVE, when="fino alle 11:00"), LETTER)
    ask_again(stand_in, page)
    expect(page.locator(".sign-state")).to_contain_text("fino alle 11:00")
    expect(page.locator(".sign-more").first).to_have_attribute("open", "")
    expect(page.get_by_label("Guarda il titolare")).to_be_checked()
    expect(page.get_by_role("button", name="Rifiuta")).to_be_focused()
    expect(page.locator(".sign-box [role=status]")).to_have_text("Apro la pagina di firma…")


def ask_again(stand_in: Broker, page: Page) -> None:
    """As at a further message."""
    before = stand_in.fetched
    page.evaluate("import('/static/js/live.js').then((live) => live.refresh())")
    stand_in.wait_for(lambda: stand_in.fetched > before, "another fetch")


def test_a_new_fact_is_inserted_and_the_others_stay(stand_in: Broker, show: Show) -> None:
    """So a screen reader is told the new one alone."""
    page, stream = show("live.html", replace(s.LIVE, socket=""), LETTER)
    expect(page.locator('[data-region="fatti"]')).to_have_attribute("aria-live", "polite")
    page.evaluate("window.old = document.querySelector('.feed li')")
    fact = v.FeedItem("11:49", "nota", "Aldo Ads", strong="Supervisione: entrata")
    stand_in.make("live.html", replace(s.LIVE, socket="", feed=(fact, *s.FEED)), LETTER)
    stream.tell()
    expect(page.locator(".feed li")).to_have_count(len(s.FEED) + 1)
    expect(page.locator(".feed li").first).to_contain_text("Aldo Ads")
    assert page.evaluate("window.old === document.querySelectorAll('.feed li')[1]")


@pytest.mark.parametrize(
    ("template", "before", "after", "says"),
    [
        (
            "live.html",
            replace(s.LIVE, socket=""),
            replace(s.LIVE, socket="", notice=v.Notice("stop", "L’agente non risponde.")),
            "L’agente non risponde.",
        ),
        (
            "session.html",
            replace(s.SESSION, socket=""),
            replace(s.SESSION, socket="", notice=v.Notice("wait", "Fine ordinata da ADS.")),
            "Fine ordinata da ADS.",
        ),
        ("titolare.html", s.TITOLARE, replace(s.TITOLARE, live=s.LIVE.others), "In questo momento"),
        (
            "titolare.html",
            s.TITOLARE,
            replace(s.TITOLARE, reports=(replace(s.TITOLARE.reports[0], month="novembre 2026"),)),
            "novembre 2026",
        ),
        ("owner.html", s.OWNER, replace(s.OWNER, duties=()), "Niente da fare"),
        ("owner.html", s.OWNER, replace(s.OWNER, waiting=()), "Coda vuota"),
    ],
)
def test_nothing_live_needs_a_reload(
    stand_in: Broker, show: Show, template: str, before: Any, after: Any, says: str
) -> None:
    page, stream = show(template, before, LETTER if template != "owner.html" else LIVE)
    assert says not in page.locator("body").inner_text()
    stand_in.make(template, after, LETTER)
    stream.tell()
    expect(page.locator("body")).to_contain_text(says)


def test_rows_wait_under_the_pointer(stand_in: Broker, show: Show) -> None:
    """A new order is announced and applied on click, never under the pointer; news is counted once."""
    page, stream = show("queue.html", s.QUEUE)
    turned = replace(s.QUEUE, groups=(replace(s.QUEUE.groups[1], rows=s.ROWS[::-1]),))
    page.locator(".queue .q").first.hover()
    # The pointer rests there, and is seen to: what waits would come by itself after five seconds without input.
    page.evaluate("setInterval(() => dispatchEvent(new Event('pointermove')), 500)")
    stand_in.make("queue.html", turned, LIVE)
    stream.tell()
    expect(page.locator(".news")).to_have_text("1 novità")
    ask_again(stand_in, page)
    expect(page.locator(".news")).to_have_text("1 novità")
    assert page.locator(".q-main b").first.inner_text() == "Albergo Esempio"
    page.locator(".news").click()
    expect(page.locator(".q-main b").first).to_have_text("Hotel Modello")
    expect(page.locator(".news")).to_have_count(0)


def test_offline_is_said_and_acting_is_off(stand_in: Broker) -> None:
    stand_in.answers["/eventi"] = lambda route: route.abort()
    page = stand_in.show("queue.html", s.QUEUE, LIVE)
    expect(page.locator("#senza-rete")).to_contain_text("Senza rete. Ciò che vede è delle 11:49")
    acting = page.locator("form[method=post]:not([data-stop]) [type=submit]")
    expect(acting.and_(page.locator(":not([aria-disabled=true])"))).to_have_count(0)
    expect(page.locator("#may-main")).to_have_accessible_description(re.compile("Senza rete"))
    page.locator("#may-main").click(force=True)
    expect(page.locator(".toast")).to_contain_text("Senza rete")
    assert stand_in.posts == []


def test_only_the_end_can_be_ordered_without_a_line_and_all_again_with_one(stand_in: Broker) -> None:
    page, lines = stand_in.page, Line()
    page.route_web_socket("**/vista*", lines.opened)
    stand_in.answers["/eventi"] = lambda route: route.abort()
    stand_in.show("live.html", s.LIVE, LIVE)
    acting = page.locator("form[method=post]:not([data-stop]) [type=submit]")
    lost = page.locator("[aria-disabled=true][aria-describedby~=senza-rete]")
    expect(page.locator("#senza-rete")).to_contain_text("Senza rete")
    assert lost.count() == acting.count() > 0
    page.locator("a[data-dialog=fine]").click()
    expect(page.get_by_role("button", name="Termina ora")).to_be_enabled()
    page.keyboard.press("Escape")
    stand_in.answers["/eventi"] = events(("hello", {"now": "2026-11-12T10:49:00.000Z"}))
    expect(page.locator("#senza-rete")).to_have_text("", timeout=15_000)
    expect(lost).to_have_count(0)


def test_a_stream_that_brings_nothing_is_dead(stand_in: Broker) -> None:
    """A line cut in the middle reports no error: after forty seconds without a word it is opened anew, and said."""
    page = stand_in.page
    stand_in.stop_clock()
    stream = Stream(stand_in)
    stand_in.show("queue.html", s.QUEUE, LIVE)
    stand_in.wait_for(lambda: len(stream.asked) == 1, "the stream")
    page.clock.fast_forward(39_000)
    assert len(stream.asked) == 1
    page.clock.fast_forward(2000)
    stand_in.wait_for(lambda: len(stream.asked) == 2, "another stream")
    page.clock.fast_forward(4000)
    expect(page.locator("#senza-rete")).to_contain_text("Senza rete")


def test_a_log_in_that_has_run_out_leads_to_the_door(stand_in: Broker, show: Show) -> None:
    """The stream is refused with 401, which a browser never tries again: the page itself is asked."""
    page, stream = show("queue.html", s.QUEUE)
    stand_in.log_out()
    stream.asked.pop().fulfill(status=401, json={})
    expect(page).to_have_title("porta")


def test_what_was_typed_stays_when_the_log_in_has_run_out(stand_in: Broker, show: Show) -> None:
    page, stream = show("approve.html", s.REFUSED, LETTER)
    page.get_by_label("Vuole dire perché?").fill("Lo risolvo io domani")
    said = stand_in.follow("#senza-rete")  # three seconds later it says that there is no line
    stand_in.log_out()
    stream.asked.pop().fulfill(status=401, json={})
    stand_in.wait_for(lambda: any("Entri di nuovo in un’altra scheda" in one for one in said()), "the way in")
    expect(page.get_by_label("Vuole dire perché?")).to_have_value("Lo risolvo io domani")


def test_what_was_typed_stays_when_the_page_is_another(stand_in: Broker, show: Show) -> None:
    """The session ends while the technician writes its outcome: nothing is taken from him."""
    page, stream = show("session.html", replace(s.SESSION, socket=""))
    page.get_by_role("link", name="Chiudi sessione").click()
    page.get_by_label("Una riga per il titolare").fill("Ristampata la chiusura")
    stand_in.make("session.html", replace(s.SESSION, socket="", state="ended", over="Finita"), LIVE)
    said = stand_in.follow("#senza-rete")  # three seconds later it says that there is no line
    stream.tell()
    stand_in.wait_for(lambda: any("Questa pagina non è più com’era" in one for one in said()), "the change")
    expect(page.get_by_label("Una riga per il titolare")).to_have_value("Ristampata la chiusura")


def test_a_page_whose_meaning_changed_is_loaded_anew(stand_in: Broker, show: Show) -> None:
    page, stream = show("session.html", replace(s.SESSION, socket=""))
    over = replace(s.SESSION, socket="", state="ended", over="La sessione è finita", closing=None)
    stand_in.make("session.html", over, LIVE)
    stream.tell()
    expect(page.locator("h2").first).to_have_text("La sessione è finita")
