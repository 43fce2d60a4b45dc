"""Signing in elsewhere against a real provider (npm oidc-provider), as a browser without script goes there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import Response
from sqlalchemy import text

from audit.canonical import unb64
from audit.person_records import CredentialAdded, CredentialRemoved, LoginEnded, LoginFailed, LoginSucceeded
from audit.records import AnyRecord
from audit.signin_records import IdentityShown, ProviderKept, ProviderRemoved
from broker.api.who import forget, remember
from broker.cases.ask_provider import MOST_DEPARTURES, keyed
from broker.cases.dismiss import dismiss
from broker.cases.keep_provider import keep_provider, remove_provider
from broker.cases.log_in import begin_passkey_login, finish_passkey_login
from broker.cases.see_logins import end_login, end_logins_of, end_other_logins, see_logins
from broker.cases.start_login import LoggedIn
from broker.domain.provider import Kind, Provider
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store.tables import metadata
from tests.broker.world import HERE, Someone, World
from tests.identity_provider import BACK, NUMBER, SECRET, Running, provider, show_oneself
from tests.stories.telling import Story
from tests.web.conftest import Browser

READ = datetime.now(UTC).replace(microsecond=0)
L1, L2 = "https://www.spid.gov.it/SpidL1", "https://www.spid.gov.it/SpidL2"


@pytest.fixture(scope="module")
def op(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with provider(tmp_path_factory.mktemp("op")) as running:
        yield running


@pytest.fixture
async def world(parts: Parts, clock) -> World:  # type: ignore[no-untyped-def]
    """Now: a real provider looks at a real clock. The world was made when this file was read, once."""
    clock.at = READ
    found = await World.make(parts)
    clock.at = datetime.now(UTC)
    return found


@pytest.fixture
async def story(world: World) -> Story:
    return await Story.begin(world)


async def entered(
    parts: Parts, who: Someone, op: Running, kind: Kind = "oidc", acr: str = "", client: str = "verbale",
    issuer: str = "",
) -> str:  # fmt: skip
    new = Provider("", "", kind, "Prova", issuer or op.issuer, client, acr)
    return await keep_provider(parts, who.who, new, SECRET if client == "verbale" else "")


async def leave(browser: Browser, path: str, **fields: str) -> str:
    """The provider's address to which a page of ours sends somebody."""
    answer = await browser.post(path, script=True, **fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["go"])


async def back(browser: Browser, address: str) -> httpx.Response:
    assert address.startswith(BACK + "?")
    return await browser.get(address.removeprefix("http://localhost:8700"))


async def link(browse, someone: Someone, one: str, login: str = "olga", acr: str = "") -> None:  # type: ignore[no-untyped-def]
    browser = browse(someone)
    address = await leave(browser, f"/accesso/collega/{one}")
    answer = await back(browser, await show_oneself(address, login, acr))
    assert (answer.status_code, answer.headers["location"]) == (303, "/accesso"), answer.text


async def last(world: World, tenant: str | None = None) -> AnyRecord:
    return (await world.records(tenant))[-1]


@pytest.mark.parametrize("client", ["verbale", "pubblico"])
async def test_c21_who_linked_it_to_himself_comes_in_by_it(parts, world, browse, op, client) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.titolare, op, client=client)
    assert isinstance(await last(world), ProviderKept)
    await link(browse, world.ads, one)
    added = await last(world)
    assert isinstance(added, CredentialAdded)
    assert (added.person, added.kind) == (world.ads.id, "identity")
    stranger = browse()
    there = await stranger.get(f"/entra/con/{one}?dopo=/richieste")
    asked = parse_qs(urlsplit(there.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [BACK]
    answer = await back(stranger, await show_oneself(there.headers["location"], "olga"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/richieste")
    assert await last(world) == LoginSucceeded(world.ads.id, "oidc", "127.0.0.1", demo_software=False)
    page = (await stranger.get("/accesso")).text
    assert "fornitore di identità · Prova" in page
    assert (await stranger.get("/entra")).status_code == 303
    # The browser that came in by it offers it again; no other is told whose customer has which provider.
    await stranger.post("/esci")
    assert "Entra con Prova" in (await stranger.get("/entra")).text
    assert "Entra con Prova" not in (await browse().get("/entra")).text


async def test_c21_linked_to_nobody_or_only_by_an_address_comes_in_to_nothing(
    parts, world, browse, op
) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.titolare, op)
    stranger = browse()
    there = await stranger.get(f"/entra/con/{one}")
    answer = await back(stranger, await show_oneself(there.headers["location"], world.ads.who.name.lower()))
    assert answer.status_code == 403
    assert "non è collegata a nessuno" in answer.text
    assert "verbale_session" not in stranger.client.cookies
    failed = await last(world, world.house)
    assert isinstance(failed, LoginFailed)
    assert (failed.method, failed.reason) == ("oidc", "not_linked")


async def test_c21_an_answer_counts_once_in_the_browser_that_asked(parts, world, browse, op) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.titolare, op)
    await link(browse, world.ads, one)
    mine, other = browse(), browse()
    there = (await mine.get(f"/entra/con/{one}")).headers["location"]
    come = await show_oneself(there, "olga")
    stolen = await back(other, come)
    assert stolen.status_code == 401
    assert "in un browser diverso" in stolen.text
    again = await back(mine, come)  # the state was spent by the attempt
    assert "è già stata usata" in again.text
    there = (await mine.get(f"/entra/con/{one}")).headers["location"]
    come = await show_oneself(there, "olga")
    code = parse_qs(urlsplit(come).query)["code"][0]
    assert (await back(mine, come)).status_code == 303
    await mine.post("/esci")
    # The used code with a fresh state of the same browser: the provider itself refuses it.
    there = (await mine.get(f"/entra/con/{one}")).headers["location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    replayed = await back(mine, f"{BACK}?state={state}&code={code}&iss={op.issuer}")
    assert (replayed.status_code, "il codice è già stato usato" in replayed.text) == (401, True)
    failed = await last(world, world.house)
    assert isinstance(failed, LoginFailed)
    assert failed.reason == "identity_not_taken"


async def test_c21_a_mixed_up_provider_is_refused(parts, world, browse, op) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.titolare, op)
    browser = browse()
    for issuer in ("&iss=https://altro.example", ""):  # another's; or none, where it promises to name itself
        there = (await browser.get(f"/entra/con/{one}")).headers["location"]
        state = parse_qs(urlsplit(there).query)["state"][0]
        answer = await back(browser, f"{BACK}?state={state}&code=abc{issuer}")
        assert answer.status_code == 401
        assert "viene da un altro fornitore" in answer.text


async def test_c21_who_says_no_there_is_told_so(parts, world, browse, op) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.titolare, op)
    browser = browse()
    there = (await browser.get(f"/entra/con/{one}")).headers["location"]
    answer = await back(browser, await show_oneself(there, "olga", no=True))
    assert "il fornitore ha detto di no" in answer.text
    assert "Entra con passkey" in answer.text


async def test_c21_a_provider_that_is_away_leaves_the_passkey(parts, world, browse, op) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.owner, op, issuer="http://127.0.0.1:9")
    answer = await browse().get(f"/entra/con/{one}")
    assert answer.status_code == 503
    assert "Entri con la sua passkey" in answer.text
    assert "Entra con passkey" in answer.text


async def test_c21_too_many_wrong_answers_are_borne_no_longer(parts, world, browse, op) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.titolare, op)
    browser = browse()
    for _ in range(20):
        assert (await back(browser, f"{BACK}?state=x&code=y")).status_code == 401
    assert (await browser.get(f"/entra/con/{one}")).status_code == 429


@pytest.mark.parametrize(
    ("issuer", "field"),
    [
        ("http://example.it", "issuer"), ("ftp://example.it", "issuer"), ("https://u:p@example.it", "issuer"),
        ("https://example.it/?x=1", "issuer"), ("https://", "issuer"), ("javascript:alert(1)", "issuer"),
    ],
)  # fmt: skip
async def test_c21_only_https_addresses_are_taken(parts, world, issuer, field) -> None:  # type: ignore[no-untyped-def]
    new = Provider("", "", "oidc", "Prova", issuer, "verbale")
    with pytest.raises(Refused) as no:
        await keep_provider(parts, world.titolare.who, new, "")
    assert (no.value.why, no.value.facts["field"]) == (Why.BAD_INPUT, field)


async def test_c21_a_provider_is_its_keepers_people_s_alone(parts, world, browse, op) -> None:  # type: ignore[no-untyped-def]
    his = await entered(parts, world.owner, op)
    answer = await browse(world.ads).post(f"/accesso/collega/{his}", script=True)
    assert answer.status_code == 404
    with pytest.raises(Refused) as no:
        await keep_provider(parts, world.titolare.who, Provider(his, "", "oidc", "X", op.issuer, "c"), "")
    assert no.value.why is Why.NOT_FOUND
    assert his in (await browse().get("/entra")).text  # the vendor's own is offered to everybody


async def test_c21_unlinked_or_removed_it_lets_in_no_more_and_sends_out(parts, world, browse, op) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.titolare, op)
    await link(browse, world.ads, one)
    inside = browse()
    there = (await inside.get(f"/entra/con/{one}")).headers["location"]
    await back(inside, await show_oneself(there, "olga"))
    assert (await inside.get("/accesso")).status_code == 200
    await remove_provider(parts, world.titolare.who, one)
    kinds = [type(record) for record in await world.records()][-3:]
    assert kinds[0] is CredentialRemoved
    assert kinds[2] is ProviderRemoved
    assert (await inside.get("/accesso")).status_code == 303
    assert (await browse(world.ads).get("/accesso")).status_code == 200  # his passkey's log-in goes on


async def test_c21_its_keeper_changes_it_on_the_page(parts, world, browse, op) -> None:  # type: ignore[no-untyped-def]
    """A secret runs out at the provider: a new one goes in and nobody links anew; at another issuer all do."""
    one = await entered(parts, world.titolare, op)
    await link(browse, world.ads, one)
    keeper, path = browse(world.titolare), f"/accesso/fornitori/{one}"
    page = (await keeper.get(f"/accesso?cambia={one}")).text
    assert "Cambia un fornitore: Prova" in page
    assert f'value="{op.issuer}"' in page
    assert SECRET not in page
    kept = {"kind": "oidc", "name": "Prova", "issuer": op.issuer, "client": "verbale", "acr": ""}

    async def enters() -> int:
        stranger = browse()
        there = await stranger.get(f"/entra/con/{one}")
        return (await back(stranger, await show_oneself(there.headers["location"], "olga"))).status_code

    async def changed(**fields: str) -> None:
        answer = await keeper.post(path, **kept | fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/accesso"), answer.text

    await changed(name="Nuovo nome", secret="")
    assert "Nuovo nome" in (await keeper.get("/accesso")).text
    assert await enters() == 303, "the secret that is kept stays"
    await changed(secret="un altro")
    assert await enters() != 303
    await changed(secret=SECRET)
    assert await enters() == 303, "and the link was never touched"
    await changed(secret="", bare="si")
    assert "senza segreto" in (await keeper.get("/accesso")).text
    wrong = await keeper.post(path, **kept | {"issuer": "http://", "secret": ""})
    assert wrong.status_code == 422
    assert "Cambia un fornitore: Prova" in wrong.text
    assert 'value="http://"' in wrong.text
    await changed(issuer=f"{op.issuer}/altro", secret="")
    assert "persone collegate: 0" in (await keeper.get("/accesso")).text
    assert (await keeper.get("/accesso?cambia=o-00")).status_code == 404


async def test_c21_by_passkey_alone_is_an_identity_linked(parts, world, browse, op) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.titolare, op, acr="urn:due")
    two = await entered(parts, world.titolare, op, client="pubblico")
    await link(browse, world.ads, one)
    inside = browse()
    there = (await inside.get(f"/entra/con/{one}")).headers["location"]
    await back(inside, await show_oneself(there, "olga"))
    address = await leave(inside, f"/accesso/collega/{two}")
    answer = await back(inside, await show_oneself(address, "altra"))
    assert (answer.status_code, "entrati con la passkey" in answer.text) == (403, True)
    # A second person's account there cannot be taken over either: it is linked already.
    browser = browse(world.titolare)
    address = await leave(browser, f"/accesso/collega/{one}")
    assert (await back(browser, await show_oneself(address, "olga"))).status_code == 409


async def test_c21_who_leaves_is_known_at_no_provider_any_more(parts, world, browse, op) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.owner, op)
    await link(browse, world.technician, one)
    inside = browse()
    there = (await inside.get(f"/entra/con/{one}")).headers["location"]
    await back(inside, await show_oneself(there, "olga"))
    await dismiss(parts, world.owner.who, world.house, world.technician.id)
    assert (await inside.get("/accesso")).status_code == 303
    again = browse()
    there = (await again.get(f"/entra/con/{one}")).headers["location"]
    assert (await back(again, await show_oneself(there, "olga"))).status_code == 403


async def test_c21_departures_are_bounded(parts, world, browse, op) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.owner, op, issuer="http://127.0.0.1:9")
    browser = browse()
    answers = [(await browser.get(f"/entra/con/{one}")).status_code for _ in range(MOST_DEPARTURES + 1)]
    assert answers == [503] * MOST_DEPARTURES + [429]


# --------------------------------------------------------------------------------- where one is logged in


async def test_c21_one_sees_where_one_is_logged_in_and_ends_it(parts, world, browse, clock) -> None:  # type: ignore[no-untyped-def]
    token, ads = world.ads.token, world.ads.who
    for name in ("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", "curl/8\u202e<b>" + "x" * 300):
        asked = await begin_passkey_login(parts, HERE)
        answer = world.ads.login.authentication(unb64(asked.options["challenge"]))
        await finish_passkey_login(parts, asked.state, answer, HERE, browser=name)
    page = (await browse(world.ads).get("/accesso")).text
    assert "Firefox, Windows" in page
    assert "<b>" + "x" * 20 not in page
    first, *others = await see_logins(parts, ads, token)
    assert (first.here, [one.here for one in others]) == (True, [False, False])
    assert max(len(one.browser) for one in others) == 200
    await end_login(parts, ads, others[0].id)
    with pytest.raises(Refused):
        await end_login(parts, ads, others[0].id)
    with pytest.raises(Refused):
        await end_login(parts, world.titolare.who, others[1].id)  # another's
    assert await end_other_logins(parts, ads, token) == 1
    assert [one.here for one in await see_logins(parts, ads, token)] == [True]
    ended = [record for record in await world.records() if isinstance(record, LoginEnded)]
    assert len(ended) == 2
    # Whoever may let him go may send him out, and nobody else.
    with pytest.raises(Refused):
        await end_logins_of(parts, world.technician.who, world.tenant, world.ads.id)
    titolare, out = browse(world.titolare), f"/persone/{world.tenant}/{world.ads.id}/fuori"
    assert f'action="{out}"' in (await titolare.get("/persone")).text
    assert (await titolare.post(out)).status_code == 303
    assert (await browse(world.ads).get("/accesso")).status_code == 303
    assert len([one for one in await world.records() if isinstance(one, LoginEnded)]) == 3


async def test_c21_over_tls_the_cookie_is_held_to_this_host(parts, world) -> None:  # type: ignore[no-untyped-def]
    object.__setattr__(parts.settings, "origin", "https://verbale.example")
    response = Response()
    remember(response, parts, LoggedIn(world.ads.who, "segreto", parts.clock.now()))
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-verbale_session=segreto; HttpOnly;")
    assert {"Path=/", "Secure", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    forget(response, parts)
    gone = response.headers.getlist("set-cookie")[1]
    assert gone.startswith('__Host-verbale_session=""')
    assert "Secure" in gone


# --------------------------------------------------------------------------------- SPID and CIE


async def dump(parts: Parts) -> str:
    async with parts.store.read() as work:
        rows = [
            [*row]
            for table in metadata.sorted_tables
            for row in await work.run(text(f'SELECT * FROM "{table.name}"'))
        ]
    return json.dumps(rows, default=lambda found: found.decode("latin-1"))


@pytest.mark.parametrize("kind", ["spid", "cie"])
async def test_c22_an_approver_shows_who_he_is_beside_his_signature(  # type: ignore[no-untyped-def]
    parts, story, browse, op, kind, monkeypatch
) -> None:
    world = story.world
    tokens: list[str] = []
    asked = parts.providers.ask

    async def listening(url, form, bearing=""):  # type: ignore[no-untyped-def]
        answer = await asked(url, form, bearing)
        if url.endswith("/token"):
            found = json.loads(answer.body)
            tokens.extend([found["id_token"], found["access_token"]])
        return answer

    monkeypatch.setattr(parts.providers, "ask", listening)
    one = await entered(parts, world.titolare, op, kind=kind)
    await link(browse, world.titolare, one, "ada", L2)
    request = (await story.ask()).request
    browser = browse(world.titolare)
    page = await browser.get(f"/richieste/{request}/approva")
    assert "Mostra chi è con Prova" in page.text
    low = await leave(browser, f"/richieste/{request}/identita/{one}")
    refused = await back(browser, await show_oneself(low, "ada", L1))
    assert (refused.status_code, "il livello non basta" in refused.text) == (401, True)
    another = await leave(browser, f"/richieste/{request}/identita/{one}")
    assert (await back(browser, await show_oneself(another, "strano", L2))).status_code == 401
    address = await leave(browser, f"/richieste/{request}/identita/{one}")
    answer = await back(browser, await show_oneself(address, "ada", L2))
    assert answer.headers["location"] == f"/richieste/{request}/approva"
    shown = await last(world)
    assert isinstance(shown, IdentityShown)
    assert (shown.request, shown.person, shown.kind) == (request, world.titolare.id, kind)
    assert (shown.issuer, shown.acr) == (op.issuer, L2)
    assert shown.fiscal == keyed(parts, world.tenant, "fiscal", NUMBER)
    assert "prova E4" in (await browser.get(f"/richieste/{request}/approva")).text
    # It approves nothing: that is still his passkey's to do.
    kept = await dump(parts)
    assert len(tokens) >= 8
    assert NUMBER not in kept
    assert not [piece for token in tokens for piece in token.split(".") if piece in kept]
    await story.approve(request)
    assert "prova E4" in (await browser.get(f"/richieste/{request}/approva")).text


async def test_c22_what_is_shown_is_bound_to_the_request_read(parts, story, browse, op) -> None:  # type: ignore[no-untyped-def]
    """The nonce is made of its digest: an answer to another question proves nothing here."""
    world = story.world
    one = await entered(parts, world.titolare, op, kind="spid")
    await link(browse, world.titolare, one, "ada", L2)
    request = (await story.ask()).request
    browser = browse(world.titolare)
    address = await leave(browser, f"/richieste/{request}/identita/{one}")
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    forged = address.replace(nonce, "A" * 43)
    answer = await back(browser, await show_oneself(forged, "ada", L2))
    assert (answer.status_code, "era per un’altra domanda" in answer.text) == (401, True)
    assert not [r for r in await world.records() if isinstance(r, IdentityShown)]


async def test_c23_staff_who_came_in_elsewhere_still_sign_by_passkey(parts, story, browse, op) -> None:  # type: ignore[no-untyped-def]
    """Any second factor lets an approver in; what opens a session is his signing passkey's all the same."""
    world = story.world
    one = await entered(parts, world.titolare, op)
    await link(browse, world.ads, one)
    inside = browse()
    there = (await inside.get(f"/entra/con/{one}")).headers["location"]
    await back(inside, await show_oneself(there, "olga"))
    request = (await story.ask()).request
    go = await leave(inside, f"/richieste/{request}/autorizza", watch="self")
    assert go.startswith(parts.settings.signing_origin)
    assert "approval.given" not in {record.KIND for record in await world.records()}
    await world.ads.sign(go)
    assert "grant.issued" in {record.KIND for record in await world.records()}


# --------------------------------------------------------------------------------- a fresh proof


async def test_c21_an_act_that_matters_asks_anew_and_goes_on(parts, world, browse, op, clock) -> None:  # type: ignore[no-untyped-def]
    one = await entered(parts, world.titolare, op, kind="spid")
    await link(browse, world.titolare, one, "ada", L2)
    object.__setattr__(parts.settings, "proof_s", 0)
    browser = browse(world.titolare)
    typed = {"name": "Nuova Persona", "function": "ads", "email": "n@b.example", "role": "ads"}
    asked = await browser.post("/persone", **typed)
    assert asked.status_code == 401
    assert all(f'value="{value}"' in asked.text for value in typed.values())
    assert 'action="/persone"' in asked.text
    assert (await browser.get("/prova?dopo=/persone")).status_code == 200
    object.__setattr__(parts.settings, "proof_s", 600)
    low = await leave(browser, f"/prova/con/{one}", next="/persone")
    assert (await back(browser, await show_oneself(low, "ada", L1))).status_code == 401
    address = await leave(browser, f"/prova/con/{one}", next="/persone")
    assert {"max_age": ["0"], "prompt": ["login"]}.items() <= parse_qs(urlsplit(address).query).items()
    answer = await back(browser, await show_oneself(address, "ada", L2))
    assert answer.headers["location"] == "/persone"
    done = await browser.post("/persone", **typed)
    assert "Invito pronto" in done.text
    clock.advance(timedelta(minutes=11))
    answer = await browser.client.request(
        "DELETE", f"/api/providers/{one}", headers={"origin": browser.origin}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "proof_needed")
    assert "/prova" in answer.json()["it"]


async def test_c21_what_is_shown_once_asks_anew(parts, world, browse) -> None:  # type: ignore[no-untyped-def]
    """A webhook's secret, an address of a calendar: they read from then on without any log-in."""
    object.__setattr__(parts.settings, "proof_s", 0)
    browser, tenant = browse(world.titolare), world.tenant
    for path, typed in (
        (f"/notifiche/{tenant}", {"address": "https://riceve.example/", "group": "all"}),
        (f"/notifiche/{tenant}/w-0000000000/segreto", {}),
        ("/calendario", {}),
    ):
        asked = await browser.post(path, **typed)
        assert asked.status_code == 401, path
        assert f'action="{path}"' in asked.text
    for method, path in (
        ("POST", f"/api/tenants/{tenant}/webhooks"),
        ("POST", f"/api/tenants/{tenant}/webhooks/w-0000000000/secret"),
        ("POST", "/api/calendar"),
    ):
        answer = await browser.client.request(
            method, path, headers={"origin": browser.origin}, json={"address": "https://riceve.example/"}
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "proof_needed"), path
    assert (await browser.post(f"/notifiche/{tenant}/w-0000000000/pausa")).status_code == 404
