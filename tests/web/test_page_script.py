"""What every page's script does: forms that lead to signing, Termina, clocks, keys, passkeys, previews."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Route, expect

from audit.canonical import b64
from tests.web import samples as s
from tests.web.browser import with_authenticator
from tests.web.stand_in import HTML, ORIGIN, TEMPLATES, Broker
from web import views as v
from web import views_signin as vsign

SENTENCE = {"code": "log_unavailable", "it": "Il registro adesso non risponde.", "en": "The log is away."}


def test_stop_keeps_trying(stand_in: Broker) -> None:
    """Termina: dialog with the safe choice focused; the order is sent until the server takes it, whatever comes."""
    answers = [
        lambda route: route.abort(),
        lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>"),
        lambda route: route.fulfill(status=503, json=SENTENCE),
        lambda route: route.fulfill(json={}),
    ]

    def stop(route: Route) -> None:
        answers.pop(0)(route)

    stand_in.answers["/sessioni/s-1/termina"] = stop
    page = stand_in.page
    stand_in.stop_clock()
    stand_in.show("live.html", replace(s.LIVE, socket=""), s.LETTER)
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Continua a guardare")).to_be_focused()
    told = stand_in.follow("#fine [role=status]")

    def again() -> int:
        return sum("riprovo finché" in one for one in told())

    page.get_by_role("button", name="Termina ora").click()
    said = page.locator("#fine [role=status]")
    for left in (3, 2, 1):
        # Said anew each time, in the same words: only then the page has its answer, and waits for the clock.
        stand_in.wait_for(lambda left=left: again() == 4 - left == 4 - len(answers), "an answer")  # type: ignore[misc]
        expect(said).to_contain_text("riprovo finché")
        page.clock.fast_forward(2500)
    expect(said).to_contain_text("Aspetto la conferma")


def test_stop_that_is_refused_says_why(stand_in: Broker) -> None:
    no = {"code": "session_ended", "it": "La sessione è finita.", "en": "The session has ended."}
    stand_in.answers["/sessioni/s-1/termina"] = lambda route: route.fulfill(status=410, json=no)
    page = stand_in.show("live.html", replace(s.LIVE, socket=""), s.LETTER)
    page.keyboard.press("x")
    page.get_by_role("button", name="Termina ora").click()
    expect(page.locator("#fine [role=status]")).to_have_text("La sessione è finita.")
    expect(page.get_by_role("button", name="Termina ora")).not_to_have_attribute("aria-disabled", "true")


def test_pause_acts_at_once_and_the_page_stays(stand_in: Broker) -> None:
    """By its key; a no is said in words."""
    no = {"code": "host_unreachable", "it": "La macchina non risponde.", "en": "The host does not answer."}
    asked: list[str] = []

    def pause(route: Route) -> None:
        asked.append(route.request.method)
        route.fulfill(json={"go": "/"}) if len(asked) == 1 else route.fulfill(status=503, json=no)

    stand_in.answers["/sessioni/s-1/pausa"] = pause
    page = stand_in.show("live.html", replace(s.LIVE, socket=""), s.LETTER)
    page.keyboard.press("p")
    stand_in.wait_for(lambda: asked == ["POST"], "the order")
    page.get_by_role("button", name="Pausa").click()
    expect(page.get_by_text("La macchina non risponde.")).to_be_visible()
    expect(page.get_by_role("button", name="Termina")).to_have_count(0)
    expect(page.get_by_role("link", name="Termina")).to_be_visible()


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (409, json.dumps({"it": "La richiesta è cambiata.", "en": "Changed."}), "La richiesta è cambiata."),
        (503, json.dumps(SENTENCE), "Il registro adesso non risponde."),
        (502, "<h1>Bad Gateway</h1>", "Il server non risponde. Nulla è cambiato"),
        (200, "<h1>Portale</h1>", "Il server non risponde. Nulla è cambiato"),
    ],
)
def test_never_a_bare_code(stand_in: Broker, status: int, body: str, says: str) -> None:
    stand_in.answers["/richieste/r-1/autorizza"] = lambda route: route.fulfill(status=status, body=body)
    page = stand_in.show("approve.html", s.APPROVE, s.LETTER)
    page.get_by_role("button", name="Autorizza con passkey").click()
    expect(page.locator(".sign-box [role=status]")).to_contain_text(says)


def test_approval_leads_to_the_signing_site(stand_in: Broker) -> None:
    """The choice of who watches is posted; the address of the signing site comes back and is followed."""
    stand_in.answers["/richieste/r-1/autorizza"] = {"go": f"{ORIGIN}/arrivo#payload"}
    stand_in.arrive()
    page = stand_in.show("approve.html", s.APPROVE, s.LETTER)
    page.get_by_label("Guarda il titolare").check()
    page.get_by_role("button", name="Autorizza con passkey").click()
    page.wait_for_url("**/arrivo#payload")
    assert [parse_qs(body) for _, body in stand_in.posts] == [{"watch": ["p-2"]}]


def test_without_script_no_blue_button(stand_in: Broker) -> None:
    """In its place stands why; Rifiuta works."""
    page = stand_in.page.context.browser.new_context(java_script_enabled=False).new_page()  # type: ignore[union-attr]
    page.route("**/*", stand_in._answer)
    stand_in.make("approve.html", s.APPROVE, s.LETTER)
    page.goto(f"{ORIGIN}/pagina")
    expect(page.locator("noscript .sign-proof")).to_be_visible()
    expect(page.get_by_role("button", name="Autorizza con passkey")).to_have_count(0)
    expect(page.get_by_role("button", name="Rifiuta")).to_be_visible()
    page.context.close()


# ------------------------------------------------------------------------------------ clocks, keys


def test_the_end_is_announced_when_its_mark_is_passed(stand_in: Broker) -> None:
    """U-11: at ten and at two minutes, also where no tick fell on the mark itself; and not for ever."""
    page = stand_in.page
    stand_in.stop_clock("2026-11-12T11:36:00Z")
    ends = replace(s.LIVE.left, ends="2026-11-12T11:47:12.000Z")
    shell = replace(s.LETTER, now="2026-11-12T11:36:00.000Z")
    presence = replace(s.LIVE.presence, here=None)  # nothing else is asked for
    stand_in.show("live.html", replace(s.LIVE, socket="", left=ends, presence=presence), shell)
    said = page.locator("#senza-rete")
    page.clock.run_for(2000)
    expect(said).to_be_empty()
    page.clock.fast_forward(80_000)
    expect(said).to_have_text("La sessione si chiude tra 10 minuti.")
    page.clock.fast_forward(61_000)
    expect(said).to_be_empty()
    page.clock.fast_forward(8 * 60_000)
    expect(said).to_have_text("La sessione si chiude tra 2 minuti.")


def test_single_keys_can_be_turned_off(stand_in: Broker) -> None:
    page = stand_in.show("live.html", replace(s.LIVE, socket=""), replace(s.LETTER, keys=False))
    page.keyboard.press("x")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("kbd")).to_have_count(0)
    stand_in.show("live.html", replace(s.LIVE, socket=""), s.LETTER)
    page.keyboard.press("x")
    expect(page.locator("dialog[open]")).to_have_count(1)


def test_no_script_runs_twice(stand_in: Broker) -> None:
    """Pages and modules name a module by one address: under two it would run, and act, twice."""
    asked: list[str] = []
    stand_in.page.on("request", lambda one: asked.append(one.url) if "/static/js/" in one.url else None)
    stand_in.show("live.html", replace(s.LIVE, socket=""), s.LETTER)
    stand_in.page.wait_for_load_state("networkidle")
    assert sorted(asked) == sorted({url.split("?")[0] for url in asked})
    assert len(asked) >= 5


def test_preview_follows_what_is_typed(stand_in: Broker) -> None:
    sheet = TEMPLATES.part(
        "parts/sheet.html", replace(s.FORM, sheet=replace(s.SHEET, paragraphs=("Nuovo *testo*.",))), s.SHELL
    )
    stand_in.answers["/richieste/anteprima"] = lambda route: route.fulfill(body=sheet, headers=HTML)
    page = stand_in.show("request.html", s.FORM)
    page.fill("#reason", "Altro")
    expect(page.locator("#anteprima")).to_contain_text("Nuovo testo.")
    assert "reason=Altro" in stand_in.posts[0][1]


# ---------------------------------------------------------------------------------------- passkeys


def test_login_passkey_made_and_used(stand_in: Broker) -> None:
    """Registration and log-in travel as the JSON that WebAuthn defines; then the page goes where it is sent."""
    with_authenticator(stand_in.page)
    options = {
        "rp": {"id": "localhost", "name": "Verbale"},
        "user": {"id": b64(b"p-1"), "name": "R", "displayName": "R"},
        "challenge": b64(b"\x01" * 32),
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
        "authenticatorSelection": {"residentKey": "required", "userVerification": "required"},
    }
    stand_in.answers |= {
        "/passkey/inizio": {"state": "uno", "options": options},
        "/passkey/fine": {"next": "/arrivo"},
    }
    stand_in.arrive()
    page = stand_in.show("invitation.html", s.INVITATION, s.NOBODY)
    page.get_by_role("button", name="Accetta e crea la passkey").click()
    page.wait_for_url("**/arrivo")
    made = json.loads(stand_in.posts[1][1])
    assert made["state"] == "uno"
    assert {"clientDataJSON", "attestationObject"} <= set(made["answer"]["response"])

    stand_in.posts.clear()
    asked = {"challenge": b64(b"\x02" * 32), "rpId": "localhost", "userVerification": "required"}
    stand_in.answers["/passkey/inizio"] = {"state": "due", "options": asked}
    page = stand_in.show("login.html", vsign.Login(s.CEREMONY, "/arrivo"), s.NOBODY)
    page.get_by_role("button", name="Entra con passkey").click()
    page.wait_for_url("**/arrivo")
    used = json.loads(stand_in.posts[1][1])
    assert used["state"] == "due"
    assert used["answer"]["id"] == made["answer"]["id"]


def test_a_refused_passkey_says_why(stand_in: Broker) -> None:
    stand_in.answers["/passkey/inizio"] = lambda route: route.fulfill(
        status=410,
        json={"code": "invitation_spent", "it": "Questo invito è già stato usato.", "en": "Spent."},
    )
    page = stand_in.show("invitation.html", s.INVITATION, s.NOBODY)
    page.get_by_role("button", name="Accetta e crea la passkey").click()
    expect(page.locator("[role=status].ceremony")).to_have_text("Questo invito è già stato usato.")
    expect(page.get_by_role("button", name="Accetta e crea la passkey")).to_be_enabled()


# --------------------------------------------------------------------------- the way back from signing


def come_back(stand_in: Broker, answer: object) -> None:
    shown = v.SignReturn("/firma/consegna")
    stand_in.pages["/firma/ritorno"] = TEMPLATES.page("sign_return.html", shown, s.LETTER)
    stand_in.page.goto(f"{ORIGIN}/firma/ritorno#{b64(json.dumps(answer).encode())}")


def test_signature_is_delivered_and_leaves_the_address(stand_in: Broker) -> None:
    stand_in.answers["/firma/consegna"] = {"next": "/arrivo"}
    stand_in.arrive()
    answer = {"state": "x", "assertion": {"signature": "AA"}}
    come_back(stand_in, answer)
    stand_in.page.wait_for_url("**/arrivo")
    assert [(path, json.loads(body)) for path, body in stand_in.posts] == [("/firma/consegna", answer)]


def test_a_signature_outlives_a_fault(stand_in: Broker) -> None:
    """A proxy's 502 loses nothing: it is sent again from here."""
    faults = [502, 502]

    def take(route: Route) -> None:
        if faults:
            route.fulfill(status=faults.pop(), body="<h1>Bad Gateway</h1>")
        else:
            route.fulfill(json={"next": "/arrivo"})

    stand_in.answers["/firma/consegna"] = take
    stand_in.arrive()
    come_back(stand_in, {"state": "x", "assertion": {"signature": "AA"}})
    page = stand_in.page
    expect(page.locator("#ritorno [role=status]")).to_contain_text("la firma non è ancora arrivata")
    page.get_by_role("button", name="Riprova").click()
    stand_in.wait_for(lambda: not faults, "the second try")
    expect(page.locator("#ritorno [role=status]")).to_contain_text("la firma non è ancora arrivata")
    page.get_by_role("button", name="Riprova").click()
    page.wait_for_url("**/arrivo")


def test_who_does_not_sign_comes_back_to_where_he_was(stand_in: Broker) -> None:
    """The broker is told, and knows the page; nothing has changed."""
    stand_in.answers["/firma/consegna"] = {"next": "/richieste/r-1/approva"}
    come_back(stand_in, {"state": "x", "cancelled": True})
    page = stand_in.page
    expect(page.locator("h1")).to_have_text("Non ha firmato. Nulla è cambiato.")
    back = page.get_by_role("link", name="Torna alla pagina di prima")
    expect(back).to_have_attribute("href", "/richieste/r-1/approva")
    assert [json.loads(body) for _, body in stand_in.posts] == [{"state": "x", "cancelled": True}]
    assert "#" not in page.url


def test_not_signing_needs_nobody_s_answer(stand_in: Broker) -> None:
    stand_in.answers["/firma/consegna"] = lambda route: route.abort()
    come_back(stand_in, {"state": "x", "cancelled": True})
    expect(stand_in.page.locator("h1")).to_have_text("Non ha firmato. Nulla è cambiato.")
    back = stand_in.page.get_by_role("link", name="Torna alla pagina iniziale")
    expect(back).to_have_attribute("href", "/")


def test_refused_signature_says_who_can_mend_it(stand_in: Broker) -> None:
    stand_in.answers["/firma/consegna"] = lambda route: route.fulfill(
        status=409,
        json={
            "code": "request_changed",
            "it": "La richiesta è cambiata. La rilegga.",
            "en": "Read it again.",
        },
    )
    come_back(stand_in, {"state": "x", "assertion": {}})
    said = stand_in.page.locator("#ritorno [role=status]")
    expect(said).to_contain_text("La richiesta è cambiata. La rilegga.")
    expect(stand_in.page.get_by_role("button", name="Riprova")).to_be_hidden()


def test_a_host_without_an_agent_is_asked_for_its_tool_alone(stand_in: Broker) -> None:
    """S-43: the channels go away with the choice of the host, and come back."""
    hosts = (*s.FORM.hosts, v.Option("h-3", "LABORATORIO-07 (senza agente)", bare=True))
    page = stand_in.show(
        "request.html", replace(s.FORM, hosts=hosts, bare=("LABORATORIO-07: solo Assistente.",))
    )
    told = page.get_by_text("LABORATORIO-07: solo Assistente.")
    expect(told).to_be_hidden()
    page.get_by_label("Macchina", exact=True).select_option("h-3")
    expect(told).to_be_visible()
    expect(page.get_by_label("Aprire un terminale")).to_be_hidden()
    expect(page.get_by_text("l’agente chiude tutto da solo")).to_be_hidden()
    page.get_by_label("Macchina", exact=True).select_option("h-1")
    expect(page.get_by_label("Aprire un terminale")).to_be_visible()
    expect(told).to_be_hidden()


def test_a_paper_is_known_by_its_digest(stand_in: Broker) -> None:
    """S-51: chosen, it fills in SHA-256 and size; it is not sent."""
    page = stand_in.show("dossier.html", s.DOSSIER)
    octets = b"studio" * 1000
    page.locator("[data-digest]").set_input_files(
        {"name": "studio.pdf", "mimeType": "application/pdf", "buffer": octets}
    )
    expect(page.locator('[name="file"]')).to_have_value(hashlib.sha256(octets).hexdigest())
    expect(page.locator('[name="octets"]')).to_have_value(str(len(octets)))
