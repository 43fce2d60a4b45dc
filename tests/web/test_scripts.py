"""The pages' scripts in a real browser: terminal, live view, live regions, passkeys, the way back from signing."""

from __future__ import annotations

import json
import mimetypes
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from audit.canonical import b64
from tests.web import samples as s
from tests.web.browser import chromium, with_authenticator
from web import views as v
from web.templating import HEADERS, STATIC, Templates

ORIGIN = "http://localhost:8700"
TEMPLATES = Templates()
HTML = {"content-type": "text/html; charset=utf-8"}
Answer = Callable[[Route], None]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


class Broker:
    """Answers the page's origin from a table; what it was sent stands in `posts`."""

    def __init__(self, browser: Browser) -> None:
        self.page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        self.page.set_default_timeout(10_000)
        self.pages: dict[str, str] = {}
        self.answers: dict[str, Any] = {}
        self.posts: list[tuple[str, Any]] = []
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda wrong: self.complaints.append(str(wrong)))
        self.page.on("console", lambda said: self._heard(said.text))
        self.page.route("**/*", self._answer)

    def _heard(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.complaints.append(text)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if route.request.method == "POST":
            self.posts.append((path, route.request.post_data))
        if path in self.answers:
            found = self.answers[path]
            if callable(found):
                found(route)
            else:
                route.fulfill(json=found)
        elif path in self.pages:
            route.fulfill(body=self.pages[path], headers=HEADERS | HTML)
        elif path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            route.fulfill(
                body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "font/woff2"
            )
        else:
            route.fulfill(status=404, body="")

    def show(self, template: str, view: Any, shell: v.Shell = s.SHELL) -> Page:
        self.pages["/pagina"] = TEMPLATES.page(template, view, shell)
        self.page.goto(f"{ORIGIN}/pagina")
        return self.page


@pytest.fixture
def broker(browser: Browser) -> Iterator[Broker]:
    made = Broker(browser)
    yield made
    made.page.context.close()
    assert made.complaints == []


def test_terminal_speaks_tagged_frames(broker: Broker) -> None:
    """Size first, then keys as DATA; output is drawn, and nothing needed an inline style."""
    heard: list[bytes] = []
    sockets: list[WebSocketRoute] = []

    def opened(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.on_message(lambda data: heard.append(data if isinstance(data, bytes) else data.encode()))

    broker.page.route_web_socket("**/terminale*", opened)
    page = broker.show("session.html", s.SESSION)
    page.locator(".xterm-helper-textarea").wait_for(state="attached")
    sockets[0].send(b"\x00\x1b[38;2;10;200;30mciao\x1b[0m dal terminale\r\n")
    sockets[0].send(b"\x01errore a parte\r\n")
    expect(page.locator(".xterm-rows")).to_contain_text("ciao dal terminale")
    expect(page.locator(".xterm-rows")).to_contain_text("errore a parte")
    assert (
        page.locator(".xterm-rows span", has_text="ciao").evaluate("e => getComputedStyle(e).color")
        == "rgb(10, 200, 30)"
    )
    assert page.locator(".xterm-rows").evaluate("e => e.children[0].getBoundingClientRect().height") > 10
    page.locator(".plain-lines summary").click()
    expect(page.locator("#righe")).to_contain_text("ciao dal terminale")
    page.locator(".xterm-helper-textarea").focus()
    page.keyboard.type("lsì")
    page.wait_for_timeout(200)
    assert b"".join(one[1:] for one in heard if one[0] == 0) == "lsì".encode()
    query = parse_qs(urlsplit(sockets[0].url).query)
    before = int(query["cols"][0])
    page.set_viewport_size({"width": 900, "height": 700})
    page.wait_for_timeout(400)
    sizes = [one for one in heard if one[0] == 2]
    assert sizes
    assert len(sizes[-1]) == 5
    assert int.from_bytes(sizes[-1][1:3], "big") != before


def test_terminal_says_why_it_closed_and_opens_again(broker: Broker) -> None:
    count = []

    def opened(socket: WebSocketRoute) -> None:
        count.append(1)
        if len(count) == 1:
            socket.send(b'\x05{"status":3}')
            socket.close(code=1000)

    broker.page.route_web_socket("**/terminale*", opened)
    page = broker.show("session.html", s.SESSION)
    expect(page.locator("#terminale-stato")).to_contain_text("Il terminale è chiuso. (3)")
    page.get_by_role("button", name="Riapri il terminale").click()
    page.wait_for_timeout(200)
    assert len(count) == 2


def test_keys_belong_to_the_terminal(broker: Broker) -> None:
    """A single letter pressed in the terminal opens no dialog; Ctrl+Alt+Esc leaves it."""
    broker.page.route_web_socket("**/terminale*", lambda _: None)
    page = broker.show("session.html", s.SESSION)
    page.locator(".xterm-helper-textarea").focus()
    page.keyboard.press("x")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("Control+Alt+Escape")
    assert not page.evaluate("document.activeElement.classList.contains('xterm-helper-textarea')")


def piece(channel: str, offset: int, data: bytes, gap: int = 0) -> bytes:
    """As broker/api/session_ws.py sends it."""
    return struct.pack(">BBQ", len(channel), gap, offset) + channel.encode() + data


def test_view_resumes_where_it_stopped(broker: Broker) -> None:
    """After a cut the history comes again and is drawn once; meanwhile the page says that it stands still."""
    sockets: list[WebSocketRoute] = []

    def opened(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.send(piece("c-1", 0, b"prima riga\r\n"))
        if len(sockets) == 1:
            broker.page.wait_for_timeout(100)
            socket.close(code=1011)
        else:
            socket.send(piece("c-1", 6, b"riga\r\nseconda riga\r\n"))

    broker.page.route_web_socket("**/vista*", opened)
    page = broker.show("live.html", s.LIVE, s.LETTER)
    expect(page.locator("#allarme")).to_be_visible()
    expect(page.locator("#fermo")).to_contain_text("Fermo alle")
    page.locator(".plain-lines summary").click()
    expect(page.locator("#righe")).to_have_text("prima riga\nseconda riga\n")
    expect(page.locator("#allarme")).to_be_hidden()
    page.locator(".xterm-helper-textarea").focus()
    page.keyboard.type("rm")
    assert "rm" not in page.locator("#righe").inner_text()


def test_view_of_several_channels_and_the_end(broker: Broker) -> None:
    """The newest channel is looked at, the others are one press away; what was lost and the end are said."""

    def opened(socket: WebSocketRoute) -> None:
        socket.send(piece("c-1", 0, b"canale uno\r\n"))
        socket.send(piece("c-2", 500, b"canale due\r\n", gap=1))
        socket.send(json.dumps({"shut": "c-1"}))
        socket.send(json.dumps({"ended": True}))
        socket.close(code=1000)

    broker.page.route_web_socket("**/vista*", opened)
    page = broker.show("live.html", s.LIVE, s.LETTER)
    page.locator(".plain-lines summary").click()
    expect(page.locator("#righe")).to_contain_text("canale due")
    expect(page.locator("#righe")).to_contain_text("una parte non è più disponibile")
    page.locator("#canali button").first.click()
    expect(page.locator("#righe")).to_contain_text("canale uno")
    expect(page.locator("#canali button").first).to_contain_text("chiuso")
    expect(page.locator("#fermo")).to_have_text("La vista è finita.")
    assert page.locator("#allarme").is_hidden()


def test_a_refused_view_says_why(broker: Broker) -> None:
    def opened(socket: WebSocketRoute) -> None:
        socket.send(json.dumps({"refused": "not_allowed", "it": "Non può guardare questa sessione."}))
        socket.close(code=4403)

    broker.page.route_web_socket("**/vista*", opened)
    page = broker.show("live.html", s.LIVE, s.LETTER)
    expect(page.locator("#fermo")).to_have_text("Non può guardare questa sessione.")
    page.wait_for_timeout(300)
    assert page.locator("#allarme").is_hidden()


def test_stop_keeps_trying(broker: Broker) -> None:
    """Termina: dialog with the safe choice focused; the order is sent again until the server takes it."""
    back: list[bool] = []

    def stop(route: Route) -> None:
        if back:
            route.fulfill(json={})
        else:
            route.abort()

    broker.answers["/sessioni/s-1/termina"] = stop
    page = broker.show("live.html", replace(s.LIVE, socket=""), s.LETTER)
    page.keyboard.press("x")
    assert page.evaluate("document.activeElement.textContent") == "Continua a guardare"
    page.get_by_role("button", name="Termina ora").click()
    expect(page.locator("#fine [role=status]")).to_contain_text("riprovo")
    back.append(True)
    expect(page.locator("#fine [role=status]")).to_contain_text("Aspetto la conferma")


def events(*messages: object) -> Answer:
    body = "retry: 60000\n\n" + "".join(f"event: change\ndata: {json.dumps(one)}\n\n" for one in messages)
    return lambda route: route.fulfill(body=body, headers={"content-type": "text/event-stream"})


def test_regions_change_without_reload(broker: Broker) -> None:
    """A message names the regions; they are fetched and put in place; the rest of the page stays."""
    shell = replace(s.SHELL, live="/eventi")
    later = replace(s.QUEUE, chosen=replace(s.INCIDENT, may=s.MAY_YES))
    broker.answers["/eventi"] = events({"topic": "request", "id": "r-1", "now": "2026-11-12T10:50:00.000Z"})
    fresh = TEMPLATES.page("queue.html", later, shell)
    served: list[str] = []

    def again(route: Route) -> None:
        asked = route.request.headers.get("x-verbale-regions", "")
        served.append(asked)
        route.fulfill(
            body=fresh if asked else TEMPLATES.page("queue.html", s.QUEUE, shell), headers=HEADERS | HTML
        )

    broker.answers["/pagina"] = again
    page = broker.show("queue.html", s.QUEUE, shell)
    expect(page.locator(".may-word")).to_have_text("Sì")
    assert served[:2] == ["", "coda,incidente"]


def test_rows_wait_under_the_pointer(broker: Broker) -> None:
    """A new order is announced and applied on click, never under the pointer."""
    shell = replace(s.SHELL, live="/eventi")
    turned = replace(s.QUEUE, groups=(replace(s.QUEUE.groups[1], rows=s.ROWS[::-1]),))
    ready: list[Route] = []
    broker.answers["/eventi"] = ready.append
    fresh = TEMPLATES.page("queue.html", turned, shell)

    def again(route: Route) -> None:
        asked = route.request.headers.get("x-verbale-regions", "")
        route.fulfill(
            body=fresh if asked else TEMPLATES.page("queue.html", s.QUEUE, shell), headers=HEADERS | HTML
        )

    broker.answers["/pagina"] = again
    page = broker.show("queue.html", s.QUEUE, shell)
    page.locator(".queue .q").first.hover()
    page.mouse.move(200, 300)
    page.mouse.move(205, 305)
    events({"topic": "request", "id": "r-1"})(ready[0])
    expect(page.locator(".news")).to_have_text("1 novità")
    assert page.locator(".q-main b").first.inner_text() == "Albergo Esempio"
    page.locator(".news").click()
    expect(page.locator(".q-main b").first).to_have_text("Hotel Modello")


def test_offline_is_said_and_acting_is_off(broker: Broker) -> None:
    shell = replace(s.SHELL, live="/eventi")
    broker.answers["/eventi"] = lambda route: route.abort()
    page = broker.show("queue.html", s.QUEUE, shell)
    expect(page.locator("#senza-rete")).to_contain_text(
        "Senza rete. Ciò che vede è delle 11:49", timeout=8000
    )
    page.locator("#may-main").click()
    assert broker.posts == []
    expect(page.locator(".toast")).to_contain_text("Senza rete")


def test_login_passkey_made_and_used(broker: Broker) -> None:
    """Registration and log-in travel as the JSON that WebAuthn defines; then the page goes where it is sent."""
    with_authenticator(broker.page)
    options = {
        "rp": {"id": "localhost", "name": "Verbale"},
        "user": {"id": b64(b"p-1"), "name": "R", "displayName": "R"},
        "challenge": b64(b"\x01" * 32),
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
        "authenticatorSelection": {"residentKey": "required", "userVerification": "required"},
    }
    broker.answers |= {
        "/passkey/inizio": {"state": "uno", "options": options},
        "/passkey/fine": {"next": "/arrivo"},
        "/arrivo": lambda route: route.fulfill(body="<title>arrivo</title>", headers=HEADERS | HTML),
    }
    page = broker.show("invitation.html", s.INVITATION, s.NOBODY)
    page.get_by_role("button", name="Accetta e crea la passkey").click()
    page.wait_for_url("**/arrivo")
    made = json.loads(broker.posts[1][1])
    assert made["state"] == "uno"
    assert {"clientDataJSON", "attestationObject"} <= set(made["answer"]["response"])

    broker.posts.clear()
    asked = {"challenge": b64(b"\x02" * 32), "rpId": "localhost", "userVerification": "required"}
    broker.answers["/passkey/inizio"] = {"state": "due", "options": asked}
    page = broker.show("login.html", v.Login(s.CEREMONY, "/arrivo"), s.NOBODY)
    page.get_by_role("button", name="Entra con passkey").click()
    page.wait_for_url("**/arrivo")
    used = json.loads(broker.posts[1][1])
    assert used["state"] == "due"
    assert used["answer"]["id"] == made["answer"]["id"]


def test_a_refused_passkey_says_why(broker: Broker) -> None:
    broker.answers["/passkey/inizio"] = lambda route: route.fulfill(
        status=410,
        json={"code": "invitation_spent", "it": "Questo invito è già stato usato.", "en": "Spent."},
    )
    page = broker.show("invitation.html", s.INVITATION, s.NOBODY)
    page.get_by_role("button", name="Accetta e crea la passkey").click()
    expect(page.locator("[role=status].ceremony")).to_have_text("Questo invito è già stato usato.")
    expect(page.get_by_role("button", name="Accetta e crea la passkey")).to_be_enabled()


def come_back(broker: Broker, answer: object) -> Page:
    shown = v.SignReturn("/firma/consegna", "/approva/r-1", "Autorizzazione")
    broker.pages["/firma/ritorno"] = TEMPLATES.page("sign_return.html", shown, s.LETTER)
    broker.page.goto(f"{ORIGIN}/firma/ritorno#{b64(json.dumps(answer).encode())}")
    return broker.page


def test_signature_is_delivered_and_leaves_the_address(broker: Broker) -> None:
    broker.answers["/firma/consegna"] = {"next": "/arrivo"}
    broker.answers["/arrivo"] = lambda route: route.fulfill(
        body="<title>arrivo</title>", headers=HEADERS | HTML
    )
    answer = {"state": "x", "assertion": {"signature": "AA"}}
    page = come_back(broker, answer)
    page.wait_for_url("**/arrivo")
    assert [(path, json.loads(body)) for path, body in broker.posts] == [("/firma/consegna", answer)]


def test_cancelled_signature_is_not_sent(broker: Broker) -> None:
    page = come_back(broker, {"state": "x", "cancelled": True})
    expect(page.locator("h1")).to_have_text("Non ha firmato. Nulla è cambiato.")
    assert broker.posts == []
    assert "#" not in page.url


def test_refused_signature_says_who_can_mend_it(broker: Broker) -> None:
    broker.answers["/firma/consegna"] = lambda route: route.fulfill(
        status=409,
        json={
            "code": "request_changed",
            "it": "La richiesta è cambiata. La rilegga.",
            "en": "Read it again.",
        },
    )
    page = come_back(broker, {"state": "x", "assertion": {}})
    expect(page.locator("#ritorno [role=status]")).to_contain_text("La richiesta è cambiata. La rilegga.")


def test_approval_leads_to_the_signing_site(broker: Broker) -> None:
    """The choice of who watches is posted; the address of the signing site comes back and is followed."""
    broker.answers["/richieste/r-1/autorizza"] = {"go": f"{ORIGIN}/arrivo#payload"}
    broker.answers["/arrivo"] = lambda route: route.fulfill(
        body="<title>firma</title>", headers=HEADERS | HTML
    )
    page = broker.show("approve.html", s.APPROVE, s.LETTER)
    page.get_by_label("Guarda il titolare").check()
    page.get_by_role("button", name="Autorizza con passkey").click()
    page.wait_for_url("**/arrivo#payload")
    assert [parse_qs(body) for _, body in broker.posts] == [{"csrf": ["c"], "watch": ["p-2"]}]


def test_no_script_runs_twice(broker: Broker) -> None:
    """Pages and modules name a module by one address: under two it would run, and act, twice."""
    asked: list[str] = []
    broker.page.on("request", lambda one: asked.append(one.url) if "/static/js/" in one.url else None)
    broker.show("live.html", replace(s.LIVE, socket=""), s.LETTER)
    broker.page.wait_for_timeout(300)
    assert sorted(asked) == sorted({url.split("?")[0] for url in asked})


def test_preview_follows_what_is_typed(broker: Broker) -> None:
    sheet = TEMPLATES.part(
        "parts/sheet.html", replace(s.FORM, sheet=replace(s.SHEET, paragraphs=("Nuovo *testo*.",))), s.SHELL
    )
    broker.answers["/richieste/anteprima"] = lambda route: route.fulfill(body=sheet, headers=HTML)
    page = broker.show("request.html", s.FORM)
    page.fill("#reason", "Altro")
    expect(page.locator("#anteprima")).to_contain_text("Nuovo testo.")
    assert "reason=Altro" in broker.posts[0][1]
