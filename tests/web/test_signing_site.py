"""The signing site in a real browser: it shows all it signs, and refuses everything else."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as PlaywrightError

from audit import paper_key, passkey, statement
from audit.approval import Approval
from audit.approvers import Approver, Approvers, Origin
from audit.bare_host import BareHost
from audit.canonical import b64, encode, unb64
from audit.check_in import CheckIn
from audit.commitment import Opening
from audit.declared import DeclaredRequest
from audit.enrolment import Enrolment
from audit.erasure import Erasure
from audit.external_witness import ExternalWitness
from audit.fingerprint import _check_letter, short_digest
from audit.keys import SigningKey
from audit.named_ports import NamedPort
from audit.note import VerifierKey
from audit.paper_key import Objection
from audit.policy import Policy, Tool
from audit.recovery import HeadLine, Recovery
from audit.request import Request
from audit.school_statements import ArchivesDelegation, CleanUpInstruction
from audit.signed import SignedStatement
from audit.signed_stop import SignedStop
from audit.statement_parts import Account, Activity, Channel, HostKey, LoginCredential, Technician
from audit.warrant import Delegation, Mandate, Warrant
from broker.domain.texts import Texts
from tests.audit.recorded import RULES
from tests.web.browser import PATIENT_MS, axe, chromium, free_port, with_authenticator
from web import signing_site
from web.present import words
from web.present.reader import Reader
from web.signing_site import FILES, FOLDER, HEADERS, SigningConfig, SigningSite
from web.views import Lang

BROKER = "http://localhost:8700"
BACK = f"{BROKER}/firma/ritorno"
TEXTS = Opening(
    b"\x07" * 32,
    {
        "technician_name": "Tecnico 1",
        "organisation_name": "Fornitore Alfa",
        "customer_name": "Albergo Esempio",
        "host_label": "srv-gestionale",
        "incident_text": "Stampa corrispettivi ferma",
        "reason": "Riavviare la stampa e ristampare la chiusura <b>dell’11</b> novembre.",
    },
)
AT = datetime(2026, 11, 12, 9, 2, tzinfo=UTC)


def request(**changes: Any) -> Request:
    made = Request(
        tenant="t-1a2b3c4d",
        request="r-00000001",
        created=AT,
        host=HostKey("h-0000000a", b64(b"\x01" * 32)),
        technician=Technician(
            "p-0000000b",
            "Fornitore Alfa",
            (LoginCredential(b64(b"login"), b64(b"\xa5cose")),),
            ("SHA256:abcdefghijklmnopqrstuvwxyz",),
        ),
        incident="I-2026-0412",
        texts=TEXTS.commitment,
        activities=(Activity("GEST", "ASS"), Activity("SERV", "ASS")),
        channels=(Channel("terminal"), Channel("tool", "assistente")),
        account=Account("assistenza", administrator=True),
        not_before=datetime(2026, 11, 12, 9, 30, tzinfo=UTC),
        not_after=datetime(2026, 11, 12, 13, 30, tzinfo=UTC),
        longest_s=7200,
        recording=False,
        policy="ab" * 32,
        head="registro.localhost/t-1a2b3c4d/2026\n12\nAAAA",
        nonce=b"\x09" * 32,
    )
    return replace(made, **changes)


def approval(asked: Request, **changes: Any) -> Approval:
    made = Approval(
        tenant=asked.tenant,
        request=asked.digest.hex(),
        approver="p-0000000c",
        supervision="self",
        watcher="p-0000000c",
        given=AT,
    )
    return replace(made, **changes)


POLICY = Policy(
    tenant="t-1a2b3c4d",
    number=1,
    previous=None,
    channels=("terminal", "exec", "tool"),
    tools=(Tool("assistente", ("/usr/bin/assistente", "--ascolta"), ("assistente",), 5),),
    accounts=(("h-0000000a", Account("assistenza", administrator=False)),),
    supervision="required",
    desk="inform",
    offline="end",
    longest_s=14400,
    window_s=259200,
    approvals=1,
    witnesses=0,
    external=(
        ExternalWitness(
            "https://testimone.esempio.it",
            VerifierKey.witness("testimone.esempio.it", SigningKey(b"w" * 32).public).text,
        ),
    ),
)
APPROVERS = Approvers(
    tenant="t-1a2b3c4d",
    number=1,
    previous=None,
    signing=Origin("firma.localhost", "http://firma.localhost:8701"),
    approvers=(
        Approver("p-0000000c", "titolare", b64(b"cred-1"), b64(b"key-1"), AT, AT.replace(year=2027)),
        Approver("p-0000000d", "ads", b64(b"cred-2"), b64(b"key-2"), AT, AT.replace(year=2027), True),
    ),
)
ENROLMENT = Enrolment(
    tenant="t-1a2b3c4d",
    host="h-0000000a",
    label="srv-gestionale",
    broker="http://localhost:8700",
    log_origin="registro.localhost/t-1a2b3c4d/2026",
    log_vkey="registro.localhost/t-1a2b3c4d/2026+00000000+AAAA",
    grant_key=b64(b"\x02" * 32),
    login=Origin("localhost", "http://localhost:8700"),
    approvers=APPROVERS.digest.hex(),
    policy=POLICY.digest.hex(),
    code="cd" * 32,
    issued=AT,
    expires=AT.replace(day=14),
    demo=True,
)


DELEGATION = Delegation(
    "t-1a2b3c4d", "w-0000000001", ("p-0000000d",), ("h-0000000a",), ("terminal", "tool"), ("GEST", "SERV"), False,
    AT, AT.replace(year=2027), demo_software=True,
)  # fmt: skip
MANDATE = Mandate(
    "t-1a2b3c4d", "w-0000000002", ("p-0000000b", "p-0000000e"), None, ("terminal", "exec", "tool"), None, True,
    AT, AT.replace(year=2027), own_requests=True,
)  # fmt: skip
ARCHIVES = ArchivesDelegation(
    "t-1a2b3c4d", "a-0000000001", ("p-0000000b",), AT, AT.replace(year=2027), demo_software=True
)
CLEAN_UP = CleanUpInstruction("t-1a2b3c4d", "u-2027", "2027-08-31", ("Registro 2020/21", "Prestiti"), AT)
OBJECTION = Objection("t-1a2b3c4d", APPROVERS.digest.hex(), "p-0000000d", AT, demo_software=True)
ERASURE = Erasure("t-1a2b3c4d", ("r-00000001", "r-00000002"), ("VB-1a2b-2026-10",), "asked_by_person", AT)
RECOVERY = Recovery(
    "t-1a2b3c4d",
    ENROLMENT.log_vkey,
    HeadLine(120, "ab" * 32),
    HeadLine(131, "cd" * 32),
    ENROLMENT.log_vkey.replace("2026", "2026b"),
    AT,
)
BARE = BareHost("h-00000009", "laboratorio-07", "Aula 2", "Windows 7", "assistente")
LASTING = replace(
    POLICY,
    retention=(("access", 18), ("log", 6)),
    recipient="age1" + "q" * 58,
    recording=RULES,
    ports=(NamedPort("rdp", "localhost", 3389), NamedPort("nas", "fd00::40", 443)),
    environment=("LANG", "LC_ALL"),
    bare_hosts=(BARE,),
)


@dataclass(frozen=True, slots=True)
class Site:
    browser: Browser
    origin: str
    port: int
    looked_at: list[Page] = field(default_factory=list)

    def tab(self) -> Page:
        """The page of all who only look and press: one of their own takes the browser longer than the test."""
        if not self.looked_at:
            self.looked_at.append(self._new_page())
        [page] = self.looked_at
        page.goto("about:blank")  # else a new link would change the fragment alone
        return page

    def page(self) -> Page:
        """For who puts something to it: listeners, keys, another size."""
        kept = [page.context for page in self.looked_at]
        for earlier in self.browser.contexts:
            if earlier not in kept:
                earlier.close()
        return self._new_page()

    def _new_page(self) -> Page:
        page = self.browser.new_context().new_page()
        page.route(
            f"{BROKER}/**",
            lambda route: route.fulfill(
                body="<!doctype html><title>broker</title>", content_type="text/html"
            ),
        )
        page.set_default_timeout(PATIENT_MS)
        return page

    def owns(self, address: str) -> bool:
        return address.startswith(f"{self.origin}/")

    def link(self, payload: object) -> str:
        return f"{self.origin}/#{b64(json.dumps(payload).encode())}"

    def open(self, payload: object, page: Page | None = None, state: str = "ready") -> Page:
        """The page once it has judged the link: it says so on its body, whatever it shows."""
        page = page or self.tab()
        page.goto(self.link(payload))
        expect(page.locator("body")).to_have_attribute("data-state", state)
        return page


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    port = free_port()
    served = SigningSite(SigningConfig(f"http://firma.localhost:{port}", (BROKER,)), port)
    served.start()
    try:
        with chromium() as browser:
            yield Site(browser, served.config.origin, port)
    finally:
        served.close()


def ask(asked: Request | None = None, yes: Approval | None = None, **changes: Any) -> dict[str, Any]:
    asked = asked or request()
    yes = yes or approval(asked)
    return {
        "op": "sign",
        "return": BACK,
        "state": "stato-1",
        "statement": b64(yes.encode()),
        "attached": {"request": b64(asked.encode())},
        "openings": {"texts": TEXTS.to_value()},
        "shown": {"p-0000000c": "ADS"},
        "credentials": [],
    } | changes


def declared(**changes: Any) -> dict[str, Any]:
    """An approval of what a technician is to declare on a host without an agent."""
    like = request()
    asked = DeclaredRequest(
        like.tenant, like.request, like.created, BARE, like.technician,
        Origin("localhost", "http://localhost:8700"), like.incident, like.texts, like.activities,
        like.not_before, like.not_after, like.longest_s, like.policy, like.head, like.nonce,
    )  # fmt: skip
    yes = replace(approval(like, supervision="waived", watcher=None), request=asked.digest.hex(), **changes)
    return ask(yes=yes, attached={"request": b64(asked.encode())})


def under(given: Warrant, **changes: Any) -> dict[str, Any]:
    """An approval that cites it, which comes attached."""
    asked = request(account=Account("assistenza", administrator=False))
    yes = approval(asked, warrant=given.digest.hex(), **changes)
    attached = {"request": b64(asked.encode()), "warrant": b64(given.encode())}
    return ask(asked, yes, attached=attached)


def sign_of(made: statement.Statement, **attached: statement.Statement) -> dict[str, Any]:
    return {
        "op": "sign",
        "return": BACK,
        "state": "stato-1",
        "statement": b64(made.encode()),
        "attached": {name: b64(one.encode()) for name, one in attached.items()},
        "openings": {},
        "shown": {"t-1a2b3c4d": "Albergo Esempio"},
        "credentials": [],
    }


def answer(page: Page) -> dict[str, Any]:
    """What the site handed back in the fragment of the broker's address."""
    page.wait_for_url(f"{BACK}**")
    found: dict[str, Any] = json.loads(unb64(page.url.split("#", 1)[1]))
    return found


def refusal(page: Page) -> str:
    expect(page.locator("body")).to_have_attribute("data-state", "refused")
    assert page.locator("#firma").count() == 0
    return page.locator("[role=alert]").inner_text()


REGISTER = {
    "op": "register",
    "return": BACK,
    "state": "stato-0",
    "challenge": b64(b"\x05" * 32),
    "person": "p-0000000c",
    "shown": {"name": "ADS", "tenant": "Albergo Esempio"},
    "credentials": [],
}


def register(site: Site, page: Page) -> dict[str, Any]:
    site.open(REGISTER, page).locator("#firma").click()
    return answer(page)


def test_register_then_sign(site: Site) -> None:
    """A passkey is made on the signing origin and signs exactly the digest audit computes."""
    page = site.page()
    with_authenticator(page)
    made = register(site, page)
    assert made["state"] == "stato-0"
    assert unb64(made["credential"]) in unb64(made["attestation_object"])
    assert unb64(made["public_key"]) in unb64(made["attestation_object"])
    assert unb64(made["public_key"])[0] >> 5 == 5  # a CBOR map: the COSE key

    asked = request()
    yes = approval(asked)
    site.open(ask(asked, yes, credentials=[made["credential"]]), page)
    assert page.locator("#impronta").inner_text() == short_digest(yes.digest)
    page.locator("#firma").click()
    signed = answer(page)
    assert signed["state"] == "stato-1"
    assertion = signed["assertion"]
    assert set(assertion) == {"credential", "client_data", "authenticator_data", "signature"}
    client = json.loads(unb64(assertion["client_data"]))
    assert client["type"] == "webauthn.get"
    assert unb64(client["challenge"]) == yes.digest
    assert client["origin"] == site.origin
    assert client.get("crossOrigin", False) is False
    data = unb64(assertion["authenticator_data"])
    assert data[:32] == hashlib.sha256(b"firma.localhost").digest()
    assert data[32] & 0b101 == 0b101  # user present and verified
    passkey.check(
        passkey.Assertion.from_value(assertion),
        challenge=yes.digest,
        site=Origin("firma.localhost", site.origin),
        public_key=made["public_key"],
    )


def test_cancel_says_so(site: Site) -> None:
    page = site.open(ask())
    page.locator("#annulla").click()
    assert answer(page) == {"state": "stato-1", "cancelled": True}


def test_declined_ceremony_changes_nothing(site: Site) -> None:
    """No passkey of the list here: the sentence says nothing has changed, the button is back."""
    page = site.page()
    with_authenticator(page)
    site.open(ask(credentials=[b64(b"somebody else's key")]), page)
    page.locator("#firma").click()
    expect(page.locator("[role=status]")).to_contain_text("Nulla è cambiato")
    expect(page.locator("#firma")).to_be_enabled()


def leaves(value: object) -> Iterator[str]:
    match value:
        case dict():
            for item in value.values():
                yield from leaves(item)
        case list():
            for item in value:
                yield from leaves(item)
        case bool():
            yield "true" if value else "false"
        case _:
            yield str(value)


def test_approval_is_shown_in_plain_words(site: Site) -> None:
    page = site.open(ask())
    said = page.locator("main").inner_text()
    for line in (
        "Tecnico 1 chiede di collegarsi a srv-gestionale",
        "di Fornitore Alfa, per Albergo Esempio",
        "Stampa corrispettivi ferma",
        "Riavviare la stampa e ristampare la chiusura <b>dell’11</b> novembre.",
        "12/11/2026, dalle 10:30 alle 14:30",
        "Al massimo 2 ore",
        "Guarda lei.",
        "Dare comandi in un terminale",
        "Usare lo strumento esterno «assistente»",
        "Vedere lo schermo di qualcuno",
        "potrà modificare anche Verbale",
        "assistenza",
        "Continuare dopo le 14:30",
        "GEST, programma gestionale",
    ):
        assert line in said
    assert page.locator("main b", has_text="dell’11").count() == 0  # text stays text


@pytest.mark.parametrize(
    "payload",
    [
        ask(),
        sign_of(POLICY),
        sign_of(LASTING),
        sign_of(ERASURE),
        sign_of(RECOVERY),
        None,
        sign_of(ENROLMENT, approvers=APPROVERS, policy=POLICY),
        sign_of(DELEGATION),
        sign_of(MANDATE),
        under(DELEGATION),
        declared(),
        sign_of(ARCHIVES),
        sign_of(CLEAN_UP),
    ],
    ids=[
        "approval",
        "policy",
        "lasting policy",
        "erasure",
        "recovery",
        "approvers",
        "enrolment",
        "delegation",
        "mandate",
        "approval under a delegation",
        "approval of a declared session",
        "delegation for archives",
        "clean-up",
    ],
)
def test_every_field_is_shown(site: Site, payload: dict[str, Any] | None) -> None:
    """Not one value of what is signed, or of what it refers to, stays off the page."""
    here = replace(APPROVERS, signing=Origin("firma.localhost", site.origin))
    payload = payload or sign_of(here)
    page = site.open(payload)
    page.locator("details > summary").click()
    said = re.sub(r"\s+", " ", page.locator("main").inner_text())
    for part in (payload["statement"], *payload["attached"].values()):
        for leaf in leaves(json.loads(unb64(part))):
            assert re.sub(r"\s+", " ", leaf) in said
    for leaf in leaves([one["data"] for one in payload["openings"].values()]):
        assert leaf in said


def test_a_mandate_is_shown_in_plain_words(site: Site) -> None:
    said = site.open(sign_of(MANDATE) | {"shown": {"p-0000000b": "Tecnico 1"}}).locator("main").inner_text()
    for line in (
        "Mandato al fornitore", "Tecnico 1 (p-0000000b)", "p-0000000e", "Non apre nulla da sé",
        "Possono autorizzare anche richieste proprie.", "autoapprovata in mandato", "potrà modificare anche Verbale",
        "Guardare al suo posto", "Finisce da sé", "w-0000000002", "Vedere lo schermo di qualcuno",
    ):  # fmt: skip
        assert line in said, line


def test_s52_s53_a_schools_statements_are_shown_in_plain_words(site: Site) -> None:
    said = site.open(PAYLOADS["archives"]).locator("main").inner_text()
    for line in ("Delega per archivi e database", "p-0000000b", "GEST", "BKP", "RST", "Non apre nulla"):
        assert line in said, line
    said = site.open(PAYLOADS["clean-up"]).locator("main").inner_text()
    for line in ("Registro 2020/21", "Prestiti", "Cancella dati personali", "31/08/2027"):
        assert line in said, line


@pytest.mark.parametrize(
    "bent", [{"archives": ("a", "a")}, {"archives": (" a",)}, {"archives": ("a" * 121,)}, {"due": "oggi"}]
)
def test_s53_what_no_titolare_of_a_school_signs_is_not_shown(site: Site, bent: dict[str, Any]) -> None:
    page = site.open(sign_of(replace(CLEAN_UP, **bent)), state="refused")
    assert next(iter(bent)) in refusal(page)


def test_a_delegation_is_shown_in_plain_words(site: Site) -> None:
    said = site.open(sign_of(DELEGATION)).locator("main").inner_text()
    for line in (
        "Delega all’ADS",
        "h-0000000a",
        "GEST, programma gestionale; SERV, servizi",
        "Mai amministratore",
    ):
        assert line in said, line
    assert "richieste proprie" not in said


def test_who_signs_for_himself_under_a_mandate_reads_it(site: Site) -> None:
    said = site.open(PAYLOADS["under"]).locator("main").inner_text()
    assert "In mandato" in said
    assert "Lei autorizza una richiesta sua." in said
    assert "Con delega" in site.open(under(DELEGATION)).locator("main").inner_text()


def test_a_list_says_who_needs_a_delegation_or_a_mandate(site: Site) -> None:
    titolare, ads = APPROVERS.approvers
    lines = (
        titolare,
        replace(ads, delegated=True),
        replace(ads, credential=b64(b"cred-3"), role="vendor_ads"),
    )
    here = replace(APPROVERS, approvers=lines, signing=Origin("firma.localhost", site.origin))
    said = site.open(sign_of(here)).locator("main").inner_text()
    assert "autorizza solo con una delega" in said
    assert "amministratore del fornitore: autorizza solo con un suo mandato" in said
    bent = replace(here, approvers=(titolare, replace(ads, role="ads")))
    value = bent.to_value()
    value["approvers"][0]["delegated"] = True
    page = site.open(sign_of(bent) | {"statement": b64(encode(value))}, state="refused")
    assert "delegated" in refusal(page)


def paper_of(site: Site) -> tuple[Page, list[str], str]:
    """The page that makes a key on paper: its lines and its fingerprint."""
    payload = {"op": "paper-key", "return": BACK, "state": "carta"}
    page = site.open(payload)
    lines = page.locator(".root-text").all_inner_texts()
    return page, lines, page.locator("#impronta").inner_text()


def test_a_key_on_paper_is_made_and_only_its_public_half_leaves(site: Site) -> None:
    page, lines, fingerprint = paper_of(site)
    assert len(lines) == 4
    page.locator("#firma").click()
    expect(page.locator("[role=status]")).to_contain_text("Prima la stampi")
    page.locator("#copiata").check()
    page.locator("#firma").click()
    back = answer(page)
    assert set(back) == {"state", "paper_key"}
    seed = bytes.fromhex("".join("".join(line.split("-")[:4]) for line in lines))
    assert SigningKey(seed).public.text == back["paper_key"]
    assert short_digest(hashlib.sha256(unb64(back["paper_key"])).digest()) == fingerprint
    assert len({tuple(paper_of(site)[1]) for _ in range(2)} | {tuple(lines)}) == 3, "each time another"


def named_on_paper(site: Site, key: SigningKey) -> Approvers:
    place = Origin("firma.localhost", site.origin)
    return replace(APPROVERS, signing=place, paper_key=key.public.text)


def sheet(key: SigningKey) -> list[str]:
    digits = [key.seed.hex()[at : at + 16] for at in range(0, 64, 16)]
    return [one + _check_letter(one) for one in digits]


def test_the_paper_signs_the_list_beside_the_passkey(site: Site) -> None:
    paper = SigningKey(b"p" * 32)
    page = site.page()
    with_authenticator(page)
    made = register(site, page)
    wanted = named_on_paper(site, paper)
    payload = sign_of(wanted) | {"paper": paper.public.text, "credentials": [made["credential"]]}
    site.open(payload, page)
    said = page.locator("main").inner_text()
    assert "Serve anche la chiave su carta." in said
    assert short_digest(hashlib.sha256(paper.public.raw).digest()) in said
    field, status = page.locator("#carta"), page.locator("[role=status]")
    good = sheet(paper)
    for typed, why in (
        ("\n".join(good[:3]), "4 righe"),
        ("\n".join([good[0][:-1] + "#", *good[1:]]), "La riga 1 non torna"),
        ("\n".join(sheet(SigningKey(b"q" * 32))), "non è la chiave su carta"),
    ):
        field.fill(typed)
        page.locator("#firma").click()
        expect(status).to_contain_text(why)
    field.fill("\n".join(good).upper())
    page.locator("#firma").click()
    back = answer(page)
    paper.public.check(unb64(back["paper"]), paper_key.message(wanted.encode()))
    assert back["assertion"]["credential"] == made["credential"]


def test_the_paper_signs_nothing_else(site: Site) -> None:
    page = site.open(sign_of(ERASURE) | {"paper": SigningKey(b"p" * 32).public.text}, state="refused")
    assert "nient" in refusal(page) or "solo l’elenco" in refusal(page)


def test_whoever_objects_reads_the_list_he_objects_to(site: Site) -> None:
    said = site.open(PAYLOADS["objection"]).locator("main").inner_text()
    for line in ("Si oppone al nuovo elenco", "p-0000000c", "titolare", "non varrà mai"):
        assert line in said, line
    page = site.open(PAYLOADS["objection"] | {"attached": {}}, state="refused")
    assert "tutto ciò che firmerebbe" in refusal(page)


def test_a_list_that_would_have_people_sign_elsewhere_is_refused(site: Site) -> None:
    """Signing moved to where people log in would make a login an approval."""
    elsewhere = Origin("localhost", "http://localhost:8700")
    page = site.open(sign_of(replace(APPROVERS, signing=elsewhere)), state="refused")
    assert "farebbe firmare altrove" in refusal(page)


SCREENS = {
    "control": Channel("desktop", control=True),
    "clipboard": Channel("desktop", control=True, clipboard=True),
}


def channel_of(kind: str) -> Channel:
    """``from_host``, ``to_host`` and ``both`` stand for files that may go that way."""
    if kind in ("from_host", "to_host", "both"):
        return Channel("files", folder=f"/srv/{kind}", direction=kind)  # type: ignore[arg-type]
    if kind in SCREENS:
        return SCREENS[kind]
    return Channel(kind, "assistente" if kind == "tool" else None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("channels", "kept"),
    [
        (("terminal",), ["con i segreti coperti"]),
        (("control",), ["coperte soltanto le finestre"]),
        (("exec", "desktop"), ["con i segreti coperti", "coperte soltanto le finestre"]),
    ],
)
def test_what_is_recorded_is_said_and_what_of_it_is_covered(
    site: Site, channels: tuple[str, ...], kept: list[str]
) -> None:
    asked = request(channels=tuple(channel_of(kind) for kind in channels), recording=True)
    text = site.open(ask(asked)).locator("main").inner_text()
    assert [one for one in ("con i segreti coperti", "coperte soltanto le finestre") if one in text] == kept
    assert "I tasti non si registrano mai." in text


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize(
    "channels",
    [
        ("terminal",),
        ("exec",),
        ("exec", "from_host", "to_host", "both", "desktop"),
        ("control",),
        ("terminal", "clipboard"),
        ("terminal", "forward", "tool"),
    ],
)
def test_the_broker_s_page_says_the_same(site: Site, lang: Lang, channels: tuple[str, ...]) -> None:
    """What he will be able to do and what not stands on both pages in the same words."""
    ports = (NamedPort("rdp", "localhost", 3389), NamedPort("nas", "nas.lan", 443))
    kinds = tuple(
        Channel("forward", port=port) if k == "forward" else channel_of(k)
        for k in channels
        for port in (ports if k == "forward" else (None,))
    )
    page = site.open(ask(request(channels=kinds), lang=lang))
    can, cannot = (page.locator(".lets section").nth(n).locator("li").all_inner_texts() for n in (0, 1))
    last = {"it": "le 14:30", "en": "14:30"}[lang]
    assert (tuple(can), tuple(cannot)) == words.powers(kinds, last, Reader(lang, AT))


@pytest.mark.parametrize(
    "channels",
    [
        [{"kind": "desktop"}, {"kind": "desktop", "control": True}],
        [{"kind": "desktop", "clipboard": True}],
        [{"kind": "terminal", "control": True}],
        [{"kind": "desktop", "control": False}],
    ],
)
def test_a_screen_asked_for_in_another_spelling_is_not_signed(site: Site, channels: list[object]) -> None:
    bent = {**json.loads(request().encode()), "channels": channels}
    yes = replace(approval(request()), request=statement.digest("request", encode(bent)).hex())
    told = ask(request(), yes, attached={"request": b64(encode(bent))})
    assert "campo" in refusal(site.open(told, state="refused"))


def test_a_window_into_another_day_says_which(site: Site) -> None:
    page = site.open(ask(request(not_after=datetime(2026, 11, 14, 13, 30, tzinfo=UTC))))
    said = page.locator("main").inner_text()
    assert re.search(r"Continuare dopo sab 14/11/2026.*14:30 CET", said)


def test_signs_nobody_sees_are_shown(site: Site) -> None:
    """A name that turns the line round is signed as it is, and read for what it is."""
    told = Opening(
        TEXTS.salt,
        TEXTS.data | {"technician_name": "Tec\u202enico\u200b 1", "reason": "due\nrighe\u2028e\x85"},
    )
    asked = request(texts=told.commitment)
    yes = approval(asked)
    page = site.open(ask(asked, yes, openings={"texts": told.to_value()}, shown={"p-0000000c": "A\u2066DS"}))
    expect(page.locator("h1")).to_contain_text("Tec<U+202E>nico<U+200B> 1 chiede")
    said = page.locator("main").inner_text()
    assert "due\nrighe<U+2028>e<U+0085>" in said
    assert page.locator("#impronta").inner_text() == short_digest(yes.digest)
    payload = sign_of(replace(APPROVERS, signing=Origin("firma.localhost", site.origin)))
    page = site.open(payload | {"shown": {"p-0000000c": "A\u2066DS"}})
    expect(page.locator(".lines").first).to_contain_text("A<U+2066>DS")


ITALIAN = re.compile(
    r"\b(il|lo|la|gli|le|di|del|della|che|non|con|per|una|può|firma(?!\.)|chi|sono|questa|si|da)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "name",
    [
        "approval",
        "policy",
        "approvers",
        "erasure",
        "recovery",
        "enrolment",
        "register",
        "refused",
        "delegation",
        "mandate",
        "archives",
        "clean-up",
        "under",
        "declared",
    ],
)
def test_the_page_speaks_english_throughout(site: Site, name: str) -> None:
    """From its own words: the link brings two letters."""
    here = replace(APPROVERS, signing=Origin("firma.localhost", site.origin))
    payload = {"policy": sign_of(POLICY), "approvers": sign_of(here)}.get(name) or PAYLOADS[name]
    state = "refused" if name == "refused" else "ready"
    page = site.open(payload | {"lang": "en"}, state=state)
    assert page.locator("html").get_attribute("lang") == "en"
    for details in page.locator("details > summary").all():
        details.click()
    said = page.locator("body").inner_text() + page.title()
    for theirs in (*leaves([one["data"] for one in payload.get("openings", {}).values()]), "Albergo Esempio"):
        said = said.replace(theirs, "")
    assert ITALIAN.findall(said) == []


def test_without_a_language_the_page_speaks_italian(site: Site) -> None:
    assert site.open(ask()).locator("html").get_attribute("lang") == "it"


def test_enrolment_shows_the_root_to_type(site: Site) -> None:
    page = site.open(sign_of(ENROLMENT, approvers=APPROVERS, policy=POLICY))
    assert page.locator("#root").inner_text() == ENROLMENT.root
    assert "Macchina dimostrativa" in page.locator("main").inner_text()


def test_waived_supervision_is_said(site: Site) -> None:
    asked = request()
    page = site.open(ask(asked, approval(asked, supervision="waived", watcher=None)))
    assert "Nessuno guarda. Lei rinuncia alla supervisione" in page.locator("main").inner_text()


def test_the_broker_writes_the_texts_this_page_reads() -> None:
    """The opening's fields are written in one place and read in another: they must be the same."""
    assert {one.name for one in fields(Texts)} == set(TEXTS.data)


def of_session(kind: type[CheckIn | SignedStop], **changes: Any) -> dict[str, Any]:
    """What the watcher, or whoever ends it, is asked to sign for the session of that request."""
    asked = request()
    shared = {
        "tenant": asked.tenant,
        "session": "s-0123456789",
        "request": asked.digest.hex(),
        "grant": "ef" * 32,
        "host": asked.host,
    }
    own: dict[str, Any] = {"by": "p-0000000c", "given": AT}
    if kind is CheckIn:
        own = {
            "watcher": "p-0000000c",
            "page_key": b64(b"\x03" * 32),
            "not_before": AT,
            "not_after": asked.not_after,
        }
    return ask(asked) | {"statement": b64(kind(**shared | own | changes).encode())}


def test_the_watcher_reads_what_he_takes_up(site: Site) -> None:
    page = site.open(of_session(CheckIn))
    said = page.locator("main").inner_text()
    assert "Prende in carico la supervisione di Tecnico 1" in said
    for wanted in ("srv-gestionale", "Stampa corrispettivi ferma", "s-0123456789", "ADS", "per due minuti"):
        assert wanted in said
    expect(page.get_by_role("button", name="Prendo in carico con passkey")).to_be_visible()


def test_a_signed_end_says_whose_session_it_ends(site: Site) -> None:
    page = site.open(of_session(SignedStop, demo_software=True))
    said = page.locator("main").inner_text()
    assert "Termina la sessione di Tecnico 1" in said
    assert "qualunque cosa dica il server del fornitore" in said
    assert "Firma dimostrativa" in said


def test_the_signed_end_can_be_kept_as_a_file_for_the_host(site: Site) -> None:
    """What `verbale-agent stop` takes: canonical, and the very signature that goes back."""
    page = site.page()
    with_authenticator(page)
    made = register(site, page)
    site.open(of_session(SignedStop) | {"credentials": [made["credential"]]}, page)
    page.get_by_label("Salva anche il file").check()
    with page.expect_download() as coming:
        page.locator("#firma").click()
    file = coming.value
    assert file.suggested_filename == "fine-s-0123456789.json"
    signed = SignedStatement.parse(Path(file.path()).read_bytes())
    assert signed.assertion.to_value() == answer(page)["assertion"]
    found = signed.check(Origin("firma.localhost", site.origin), made["public_key"])
    assert isinstance(found, SignedStop)


@pytest.mark.parametrize(
    "change",
    [
        {"ports": (NamedPort("rdp", "localhost", 3389), NamedPort("rdp", "localhost", 22))},
        {"ports": (NamedPort("rdp", "localhost", 3389), NamedPort("r", "localhost", 3389))},
        {"ports": (NamedPort("RDP", "localhost", 3389),)},
        {"ports": (NamedPort("rdp", "local host", 3389),)},
        {"ports": (NamedPort("rdp", "localhost", 65536),)},
        {"environment": ("TZ", "LANG")},
        {"environment": ("lang",)},
    ],
)
def test_rules_with_ports_nobody_can_read_are_not_signed(site: Site, change: dict[str, Any]) -> None:
    site.open(sign_of(replace(POLICY, **change)), state="refused")


def test_rules_say_of_whom_signatures_are_asked(site: Site) -> None:
    rules = replace(POLICY, approvals=3, roles=(("titolare", 1), ("ads", 2)))
    said = site.open(sign_of(rules)).locator("main").inner_text()
    assert "almeno un titolare, almeno 2 ADS" in said


def test_s43_whoever_signs_reads_that_nobody_attests_it(site: Site) -> None:
    said = site.open(declared()).locator("main").inner_text()
    for line in (
        "Dichiarata dal tecnico, non attestata.",
        "nessuno attesta l’intervento, e inizio e fine sono parola del tecnico",
        "solo con lo strumento assistente",
        "Nessuno può.",
    ):
        assert line in said
    for promise in ("Non potrà", "si chiude da sola", "amministratore", "Registrata?"):
        assert promise not in said.split("Tutti i campi")[0]


def test_s43_rules_name_hosts_without_an_agent_and_what_that_means(site: Site) -> None:
    said = site.open(sign_of(LASTING)).locator("main").inner_text()
    assert "Interventi dichiarati dal tecnico, non attestati." in said
    assert "Aula 2, Windows 7" in said


def test_s43_nobody_signs_that_he_watches_such_a_host(site: Site) -> None:
    site.open(declared(supervision="self", watcher="p-0000000c"), state="refused")


@pytest.mark.parametrize(
    "lines", [(replace(BARE, tool="altro"),), (BARE, BARE), (BARE, replace(BARE, id="h-2")), (replace(BARE, label=" a"),) * 65]
)  # fmt: skip
def test_hosts_without_an_agent_in_another_spelling_are_not_signed(
    site: Site, lines: tuple[BareHost, ...]
) -> None:
    site.open(sign_of(replace(LASTING, bare_hosts=lines)), state="refused")


PAYLOADS = {
    "approval": ask(),
    "supervision": of_session(CheckIn),
    "stop": of_session(SignedStop, demo_software=True),
    "supervision in English": of_session(CheckIn) | {"lang": "en"},
    "stop in English": of_session(SignedStop) | {"lang": "en"},
    "english": ask(lang="en"),
    "erasure": sign_of(ERASURE),
    "recovery": sign_of(RECOVERY),
    "delegation": sign_of(DELEGATION),
    "mandate": sign_of(MANDATE),
    "archives": sign_of(ARCHIVES),
    "clean-up": sign_of(CLEAN_UP),
    "objection": sign_of(OBJECTION, announced=APPROVERS),
    "paper key": {"op": "paper-key", "return": BACK, "state": "carta"},
    "under": under(MANDATE, approver="p-0000000b", supervision="waived", watcher=None),
    "declared": declared(),
    "enrolment": sign_of(ENROLMENT, approvers=APPROVERS, policy=POLICY),
    "refused": ask(attached={}),
    "register": REGISTER,
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_readable_for_everybody(site: Site, payload: dict[str, Any], theme: Literal["light", "dark"]) -> None:
    """axe finds nothing and nothing scrolls sideways, at every width and in both themes."""
    page = site.page()
    page.emulate_media(color_scheme=theme)
    site.open(payload, page, "refused" if payload is PAYLOADS["refused"] else "ready")
    for width in (1440, 390, 360):
        page.set_viewport_size({"width": width, "height": 800})
        # A busy machine takes the new size a moment later.
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)
        assert axe(page) == [], f"at {width} px"


def altered_opening() -> dict[str, Any]:
    told = Opening(TEXTS.salt, TEXTS.data | {"reason": "Solo guardare."})
    return ask(openings={"texts": told.to_value()})


def with_field(**fields: Any) -> dict[str, Any]:
    return ask(statement=b64(encode(approval(request()).to_value() | fields)))


def respelled() -> dict[str, Any]:
    return ask(statement=b64(json.dumps(approval(request()).to_value()).encode()))


def other_request() -> dict[str, Any]:
    return ask(yes=approval(request()), asked=request(longest_s=60))


def duplicate_key() -> dict[str, Any]:
    data = approval(request()).encode()
    return ask(statement=b64(data.replace(b'{"approver"', b'{"approver":"p-x","approver"', 1)))


REQUEST_ALONE = {"request": under(DELEGATION)["attached"]["request"]}


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (ask() | {"return": "http://localhost:9999/firma"}, "non conosce"),
        (ask() | {"return": "http://localhost:8700@evil.example/"}, "non conosce"),
        (ask() | {"return": "javascript:alert(1)"}, "non conosce"),
        (ask(lang="de"), "non parla"),
        (ask(lang=["en"]), "non parla"),
        (ask(lang="constructor"), "non parla"),
        (altered_opening(), "è stato cambiato"),
        (with_field(extra="x"), "non conosce («extra»)"),
        (with_field(type="consent"), "non è di un tipo"),
        (with_field(v=2), "non è di un tipo"),
        (with_field(supervision="maybe"), "supervision"),
        (with_field(given="2026-02-30T10:00:00.000Z"), "given"),
        (respelled(), "unica forma"),
        (duplicate_key(), "unica forma"),
        (other_request(), "impronte sono diverse"),
        (ask(attached={}), "tutto ciò che firmerebbe"),
        (ask(openings={}), "testi in chiaro"),
        (sign_of(request()), "non si firma da sola"),
        (
            of_session(CheckIn, host=HostKey("h-0000000b", b64(b"\x01" * 32))),
            "una macchina diversa",
        ),
        (
            of_session(SignedStop, host=HostKey("h-0000000a", b64(b"\x02" * 32))),
            "una macchina diversa",
        ),
        (of_session(CheckIn, request="ab" * 32), "impronte sono diverse"),
        (sign_of(replace(POLICY, roles=(("ads", 2),))), "roles"),
        (sign_of(replace(POLICY, approvals=8, roles=(("ads", 1), ("titolare", 1)))), "roles"),
        (
            sign_of(ENROLMENT, approvers=APPROVERS, policy=replace(POLICY, approvals=2)),
            "impronte sono diverse",
        ),
        (sign_of(replace(DELEGATION, persons=())), "persons"),
        (sign_of(replace(DELEGATION, hosts=("h-2", "h-1"))), "hosts"),
        (sign_of(replace(DELEGATION, channels=("tool", "terminal"))), "channels"),
        (sign_of(replace(DELEGATION, activities=())), "activities"),
        (sign_of(replace(DELEGATION, own_requests=True)), "own_requests"),
        (sign_of(replace(MANDATE, not_after=AT.replace(year=2028))), "not_after"),
        (sign_of(replace(MANDATE, not_after=AT)), "not_after"),
        (under(DELEGATION) | {"attached": REQUEST_ALONE}, "tutto ciò che firmerebbe"),
        (ask(attached=under(DELEGATION)["attached"]), "non c’entra"),
        (
            under(DELEGATION) | {"attached": REQUEST_ALONE | {"warrant": b64(MANDATE.encode())}},
            "impronte sono diverse",
        ),
        (
            under(DELEGATION) | {"attached": REQUEST_ALONE | {"warrant": b64(POLICY.encode())}},
            "di un altro tipo",
        ),
        (sign_of(replace(ERASURE, requests=())), "requests"),
        (sign_of(replace(ERASURE, reports=("B", "A"))), "reports"),
        (sign_of(replace(POLICY, retention=(("access", 5),))), "access"),
        (sign_of(replace(POLICY, recipient="age1x")), "recipient"),
        (ask(extra=1), "qualcosa che questa pagina non conosce"),
        (ask(op="login"), "non dice che cosa fare"),
        (ask(statement="a"), "non si può leggere"),
        (ask(statement=b64(b"\xff\xfe")), "non si può leggere"),
        (ask(statement=b64(b'{"a":1.5}')), "numero non ammesso"),
        (ask(statement=b64(b'{"a":null}')), "valore non ammesso"),
    ],
)
def test_refused_before_any_button(site: Site, payload: dict[str, Any], why: str) -> None:
    page = site.page()
    site.open(payload, page, "refused")
    assert why in refusal(page)


@pytest.mark.parametrize("fragment", ["", "#", "#a", "#bm90IGpzb24"])
def test_no_link_no_signature(site: Site, fragment: str) -> None:
    page = site.page()
    page.goto(f"{site.origin}/{fragment}")
    refusal(page)


@contextmanager
def framing(link: str) -> Iterator[str]:
    """Somebody else's page with the link in a frame, from a server of its own: a page that a test made up
    would not come under the browser's own rules."""

    class Parent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<!doctype html><title>cornice</title><iframe src="{link}"></iframe>'.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Parent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def framed(site: Site) -> str:
    """What became of the site in a frame: the browser's own word for its refusal, or nothing."""
    page = site.browser.new_context().new_page()
    page.set_default_timeout(PATIENT_MS)
    over: list[str] = []
    for event in ("requestfailed", "requestfinished"):
        page.on(event, lambda asked: over.append(asked.failure or "") if site.owns(asked.url) else None)
    with framing(site.link(ask())) as address:
        page.goto(address)
        for _ in range(PATIENT_MS // 50):
            if over:
                break
            page.wait_for_timeout(50)
    page.context.close()
    return over[0]


AGAINST_FRAMES = ("Content-Security-Policy", "X-Frame-Options")


@pytest.mark.parametrize("alone", AGAINST_FRAMES)
def test_framed_by_header(site: Site, monkeypatch: pytest.MonkeyPatch, alone: str) -> None:
    """The browser itself refuses the frame, by either header."""
    for name in AGAINST_FRAMES:
        if name != alone:
            monkeypatch.delitem(HEADERS, name)
    assert framed(site) == "net::ERR_BLOCKED_BY_RESPONSE"


def test_framed_with_neither_header(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above would see if the headers were missing."""
    for name in AGAINST_FRAMES:
        monkeypatch.delitem(HEADERS, name)
    assert framed(site) == ""


def without_headers(page: Page, site: Site) -> None:
    """As if a careless deployment had forgotten every protective header."""

    def bare(route: Any) -> None:
        path = urlsplit(route.request.url).path
        if path == "/config.json":
            route.fulfill(
                body=SigningConfig(site.origin, (BROKER,)).encode(), content_type="application/json"
            )
        else:
            file, kind = FILES[path]
            route.fulfill(body=(FOLDER / file).read_bytes(), content_type=kind)

    page.context.route(f"{site.origin}/**", bare)


def test_framed_without_headers(site: Site) -> None:
    """Without the headers the script still refuses to work inside another page."""
    page = site.page()
    without_headers(page, site)
    page.route(
        f"{BROKER}/cornice",
        lambda route: route.fulfill(
            body=f'<iframe src="{site.link(ask())}"></iframe>', content_type="text/html"
        ),
    )
    page.goto(f"{BROKER}/cornice")
    inner = page.frame_locator("iframe")
    expect(inner.locator("[role=alert]")).to_contain_text("dentro un’altra pagina")
    assert inner.locator("#firma").count() == 0


# What somebody brought into the page's HTML, or a slip of its own script would write there, and the rule
# that catches it.
INJECTED = {
    "<script>window.ran = true</script>": "script-src-elem",
    '<svg onload="window.ran = true"></svg>': "script-src-attr",
    '<script src="data:text/javascript,window.ran=true"></script>': "script-src-elem",
}
WRITTEN = (
    '() => { document.body.innerHTML = \'<img src="data:," onerror="window.ran = true">\' }',
    "() => void setTimeout('window.ran = true', 0)",
    "() => { const s = document.createElement('script'); s.text = 'window.ran = true'; document.head.append(s) }",
)
CAUGHT = """
window.caught = [];
addEventListener("securitypolicyviolation", (e) => caught.push(e.effectiveDirective));
"""


def listening(site: Site) -> Page:
    """A page that keeps what the browser's policy caught."""
    page = site.page()
    page.add_init_script(CAUGHT)
    return page


def test_the_page_itself_breaks_no_rule(site: Site) -> None:
    assert site.open(ask(), listening(site)).evaluate("caught") == []


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "bare"])
@pytest.mark.parametrize("html", INJECTED, ids=["inline", "attribute", "address"])
def test_a_script_that_was_injected(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, html: str, *, guarded: bool
) -> None:
    """The browser does not run it. Without the header it would, so the header it is."""
    shutil.copytree(FOLDER, tmp_path / "site")
    index = tmp_path / "site" / "index.html"
    index.write_text(index.read_text(encoding="utf-8").replace("<header", f"{html}<header"), encoding="utf-8")
    monkeypatch.setattr(signing_site, "FOLDER", tmp_path / "site")
    if not guarded:
        monkeypatch.delitem(HEADERS, "Content-Security-Policy")
    page = site.open(ask(), listening(site))
    page.wait_for_function("window.ran || caught.length")
    assert page.evaluate("[window.ran === true, caught]") == [
        not guarded,
        [INJECTED[html]] if guarded else [],
    ]


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "bare"])
@pytest.mark.parametrize("script", WRITTEN, ids=["html", "timer", "element"])
def test_a_text_that_would_become_a_script(
    site: Site, monkeypatch: pytest.MonkeyPatch, script: str, *, guarded: bool
) -> None:
    """Trusted types: the site's own script cannot turn a text into code, however it slips."""
    if not guarded:
        monkeypatch.delitem(HEADERS, "Content-Security-Policy")
    page = site.open(ask(), listening(site))
    if guarded:
        with pytest.raises(PlaywrightError, match="requires 'Trusted"):
            page.evaluate(script)
    else:
        page.evaluate(script)
    page.wait_for_function("window.ran || caught.length")
    found = page.evaluate("[window.ran === true, caught]")
    assert found == [not guarded, ["require-trusted-types-for"] if guarded else []]


def test_no_policy_of_types_can_be_made(site: Site) -> None:
    page = site.open(ask(), listening(site))
    with pytest.raises(PlaywrightError, match="disallowed"):
        page.evaluate("() => void trustedTypes.createPolicy('mine', {createHTML: (text) => text})")
    page.wait_for_function("caught.includes('trusted-types')")


def test_opened_by_another_window_without_headers(site: Site) -> None:
    page = site.page()
    without_headers(page, site)
    page.goto(f"{BROKER}/altra")
    with page.expect_popup() as opened:
        page.evaluate("address => void window.open(address)", site.link(ask()))
    assert "altra finestra" in refusal(opened.value)


def test_an_opener_is_cut_off(site: Site) -> None:
    """With the headers, whoever opened the window holds nothing he could steer it by."""
    page = site.page()
    page.goto(f"{BROKER}/altra")
    with page.expect_popup() as opened:
        page.evaluate("address => void (window.w = window.open(address))", site.link(ask()))
    expect(opened.value.locator("#firma")).to_be_visible()
    assert opened.value.evaluate("window.opener") is None
    assert page.evaluate("window.w.closed") is True  # for the opener the window no longer exists


def test_a_second_link_is_read_anew(site: Site) -> None:
    """Changing the fragment under the page reloads it: the text shown is the text signed."""
    page = site.open(ask())
    first = page.locator("#impronta").inner_text()
    asked = request(longest_s=60)
    page.evaluate("address => { location.href = address }", site.link(ask(asked, approval(asked))))
    expect(page.locator("#impronta")).not_to_have_text(first)
    assert page.locator("#impronta").inner_text() == short_digest(approval(asked).digest)


def fetch(site: Site, path: str, host: str) -> tuple[int, dict[str, str], bytes]:
    link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    link.request("GET", path, headers={"Host": host})
    got = link.getresponse()
    return got.status, dict(got.getheaders()), got.read()


@pytest.mark.parametrize("path", [*FILES, "/config.json"])
def test_only_these_files_with_strict_headers(site: Site, path: str) -> None:
    status, headers, body = fetch(site, path, f"firma.localhost:{site.port}")
    assert status == 200
    assert body
    assert headers.items() >= HEADERS.items()
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/index.html", "/../audit/keys.py", "/firma.js/", "/favicon.ico", "/" + "a" * 5000]
)
def test_nothing_else_is_served(site: Site, path: str) -> None:
    assert fetch(site, path, f"firma.localhost:{site.port}")[0] == 404


@pytest.mark.parametrize(
    ("name", "status"), [("127.0.0.1", 308), ("[::1]", 308), ("localhost", 308), ("evil.example", 404)]
)
def test_host_name(site: Site, name: str, status: int) -> None:
    """127.0.0.1 cannot be a relying party: it leads to the right name; any other name finds nothing."""
    found, headers, _ = fetch(site, "/", f"{name}:{site.port}")
    assert found == status
    assert headers.get("Location") == (f"{site.origin}/" if status == 308 else None)


def test_config_of_another_address_is_refused(site: Site) -> None:
    page = site.page()
    page.route(
        f"{site.origin}/config.json",
        lambda route: route.fulfill(
            json={"rp_id": "firma.example", "origin": "https://firma.example", "broker_origins": [BROKER]}
        ),
    )
    page.goto(site.link(ask()))
    assert "altro indirizzo" in refusal(page)


def test_a_taken_port_is_said() -> None:
    port = free_port()
    config = SigningConfig(f"http://firma.localhost:{port}", (BROKER,))
    first, second = SigningSite(config, port), SigningSite(config, port)
    first.start()
    try:
        with pytest.raises(OSError):
            second.start()
    finally:
        first.close()


def test_l49_windows_left_out_of_recordings_are_read_before_he_signs(site: Site) -> None:
    left_out = ("banca", "posta in arrivo", "società")
    text = (
        site.open(sign_of(replace(POLICY, recording=replace(RULES, left_out=left_out))))
        .locator("main")
        .inner_text()
    )
    assert "chi guarda dal vivo e il tecnico le vedono: banca, posta in arrivo, società" in text
    assert "nulla è coperto" not in text


def test_rules_on_recording_are_shown_with_both_papers(site: Site) -> None:
    """L-41: what is switched on, and on which paper of whom, before he signs."""
    rules = replace(POLICY, recording=RULES)
    page = site.open(sign_of(rules))
    text = page.locator("main").inner_text()
    assert "ciò che lo schermo mostra viene registrato, in ogni sessione" in text
    assert "Sullo schermo nulla è coperto" in text
    assert "Cliente: accordo sindacale, Accordo 12/2026, del 01/09/2026" in text
    assert "Fornitore: nessun dipendente, Dichiarazione 3/2026, del 02/09/2026" in text
