"""The doors: first run, invitation, log-in, leaving, and what every answer is sent with."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI

from broker.cases.setup import make_setup_secret
from broker.parts import Parts
from tests.broker.world import World
from web.templating import CSP, static_file, vendor_files

Browse = Any


async def test_first_run_without_script(parts: Parts, browse: Browse) -> None:
    """The secret of the console, a name, and on to the invitation's passkey; then the page is gone."""
    secret = await make_setup_secret(parts)
    assert secret is not None
    stranger = browse()
    assert "Codice di primo avvio" in (await stranger.get("/avvio")).text
    typed = {"house": "Fornitore Alfa", "name": "Olga", "email": "olga@alfa.example"}
    wrong = await stranger.post("/avvio", code="no", **typed)
    assert wrong.status_code == 401
    assert 'value="Fornitore Alfa"' in wrong.text
    done = await stranger.post("/avvio", code=secret, **typed)
    assert done.status_code == 303
    assert done.headers["location"].startswith("/invito/")
    page = await stranger.get(done.headers["location"])
    assert page.status_code == 200
    assert 'data-passkey="create"' in page.text
    nowhere = await stranger.get("/nulla")
    for again in (await stranger.get("/avvio"), await stranger.post("/avvio", code=secret, **typed)):
        assert again.status_code == 404
    # Nor does any other way to ask betray that there was something: it is as if nothing ever had been.
    for path in ("/avvio", "/avvio/", "/avvio/x"):
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            said = await stranger.client.request(
                method, path, content=b"{", headers={"content-type": "text/x"}
            )
            assert (said.status_code, said.headers["content-type"]) == (404, nowhere.headers["content-type"])


async def test_a_body_nobody_can_read_is_a_slip_and_no_missing_page(world: World, browse: Browse) -> None:
    client = browse(world.ads).client
    for body in (b"\xff\xfe{", b"[" * 100_000):
        answer = await client.post("/api/tenants", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")


async def test_a_stranger_is_led_to_the_door_and_back(world: World, browse: Browse) -> None:
    answer = await browse().get("/richieste/r-12345678?x=1")
    assert answer.headers["location"] == "/entra?dopo=/richieste/r-12345678%3Fx%3D1"
    page = await browse().get("/entra?dopo=/richieste/r-12345678")
    assert 'name="next" value="/richieste/r-12345678"' in page.text
    for evil in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        page = await browse().get(f"/entra?dopo={evil}")
        assert 'name="next" value="/"' in page.text


async def test_wrong_password_says_so_and_keeps_the_address(world: World, browse: Browse) -> None:
    answer = await browse().post("/entra", user="x@y.example", password="no", totp="123456")
    assert answer.status_code == 401
    assert "Credenziali non riconosciute" in answer.text
    assert 'value="x@y.example"' in answer.text
    assert 'no"' not in answer.text.split("password")[1][:40]


async def test_leaving(world: World, browse: Browse) -> None:
    ads = browse(world.ads)
    assert (await ads.get("/richieste")).status_code == 200
    assert (await ads.post("/esci")).headers["location"] == "/entra"
    assert (await browse(world.ads).get("/richieste")).headers["location"].startswith("/entra")


@pytest.mark.parametrize("role", ["technician", "owner", "titolare", "ads"])
async def test_everybody_has_a_home(world: World, browse: Browse, role: str) -> None:
    person = browse(getattr(world, role))
    home = (await person.get("/")).headers["location"]
    assert (await person.get(home)).status_code == 200


async def test_every_page_is_sent_with_the_policy(world: World, browse: Browse) -> None:
    for someone, path in ((None, "/entra"), (world.ads, "/richieste"), (world.ads, "/nessuna")):
        answer = await browse(someone).get(path)
        assert answer.headers["content-security-policy"] == CSP
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"


async def test_no_as_a_page_and_as_json(world: World, browse: Browse) -> None:
    ads = browse(world.ads)
    page = await ads.get("/gestione")
    assert page.status_code == 403
    assert "<h1>Il suo ruolo non permette questa operazione.</h1>" in page.text
    assert "La chieda a chi ne ha il compito." in page.text
    for path in ("/api/nessuna", "/agent/nessuna"):
        answer = await ads.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await ads.client.put("/richieste", headers={"origin": ads.origin})).status_code == 405


async def test_the_doorkeeper_s_no_is_a_page_too(world: World, browse: Browse) -> None:
    """What is turned away before any handler reads like every other no; programs get its code."""
    ads = browse(world.ads)
    elsewhere = {"origin": "https://evil.example", "accept": "text/html"}
    page = await ads.client.post("/esci", headers=elsewhere)
    assert (page.status_code, page.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "<h1>" in page.text
    assert page.headers["content-security-policy"] == CSP
    much = await ads.post("/richieste", title="x" * 300_000)
    assert much.status_code == 413
    assert "È più di quanto si possa accettare (ciò che è stato inviato: al massimo 256 KiB)." in much.text
    program = await ads.client.post("/esci", headers=elsewhere | {"accept": "application/json"})
    assert program.json()["code"] == "foreign_page"


async def test_a_fault_of_ours_is_a_page_in_a_sentence(site: FastAPI, world: World) -> None:
    """And the traceback goes where faults go: on, to the server."""

    @site.get("/guasto")
    async def broken() -> None:
        raise RuntimeError("something inside")

    transport = httpx.ASGITransport(site, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8700") as client:
        page = await client.get("/guasto", headers={"accept": "text/html"})
        script = await client.get("/guasto", headers={"accept": "application/json"})
    assert page.status_code == script.status_code == 500
    assert "<h1>Qualcosa qui si è rotto, per colpa nostra.</h1>" in page.text
    assert "something inside" not in page.text + script.text
    assert set(script.json()) == {"code", "it", "en"}
    with pytest.raises(RuntimeError):
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(site), base_url="http://localhost:8700"
        ) as client:
            await client.get("/guasto")


async def test_what_was_typed_outlives_the_log_in(world: World, browse: Browse) -> None:
    """A form that comes too late stays on a page with the way in; no secret is written into it."""
    stranger = browse()
    answer = await stranger.post(
        "/persone/password", state="s-1", password="molto segreta", code="123456", other="a <b>\nc"
    )
    assert answer.status_code == 401
    assert 'action="/persone/password"' in answer.text
    assert 'name="state" value="s-1"' in answer.text
    assert 'name="other" value="a &lt;b&gt;\nc"' in answer.text
    assert 'target="_blank"' in answer.text
    assert "molto segreta" not in answer.text
    assert "123456" not in answer.text


async def test_a_form_from_elsewhere_changes_nothing(world: World, browse: Browse) -> None:
    ads = browse(world.ads)
    answer = await ads.client.post("/esci", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert (await ads.get("/richieste")).status_code == 200


async def test_static_files_are_kept_for_good(world: World, browse: Browse) -> None:
    stranger = browse()
    for path in (static_file("verbale.css"), vendor_files()["fonts.css"]):
        answer = await stranger.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in (await stranger.get("/static/verbale.css")).headers["cache-control"]
    assert (await stranger.get("/static/../views.py")).status_code == 404


async def test_files_are_sent_small_and_pages_as_they_are(world: World, browse: Browse) -> None:
    """What a page says beside what somebody typed must not be guessed by its compressed length."""
    stranger = browse()
    sheet = await stranger.get("/static/verbale.css", **{"accept-encoding": "gzip"})
    assert sheet.headers["content-encoding"] == "gzip"
    assert sheet.num_bytes_downloaded < len(sheet.content) / 3
    assert "accept-encoding" in sheet.headers["vary"].lower()
    for path in ("/entra", "/accesso"):
        answer = await browse(world.owner).get(path, **{"accept-encoding": "gzip"})
        assert "content-encoding" not in answer.headers


async def test_single_keys_can_be_turned_off(world: World, browse: Browse) -> None:
    technician = browse(world.technician)
    assert 'href="/preferenze"' in (await technician.get("/richieste")).text
    form = (await technician.get("/preferenze", referer="http://localhost:8700/richieste")).text
    assert 'name="next" value="/richieste"' in form
    assert 'name="keys" value="on" checked' in form
    assert "<kbd>J</kbd>" in (await technician.get("/richieste")).text
    led = await technician.post("/preferenze", lang="it", theme="", keys="off", next="/richieste")
    assert led.headers["location"] == "/richieste"
    page = (await technician.get("/richieste")).text
    assert 'data-keys="off"' in page
    assert re.findall("<kbd>([^<]*)", page) == ["Ctrl K"]  # no single key
    assert 'name="keys" value="off" checked' in (await technician.get("/preferenze")).text


async def test_language_and_colours_are_the_browsers(world: World, browse: Browse) -> None:
    ads = browse(world.ads)
    await ads.post("/preferenze", lang="en", theme="dark", next="/richieste")
    page = await ads.get("/richieste")
    assert '<html lang="en" data-theme="dark">' in page.text
    await ads.post("/preferenze", lang="xx", theme="x")
    assert '<html lang="en" data-theme="dark">' in (await ads.get("/richieste")).text


async def test_an_invitation_tells_who_invites_to_what(world: World, browse: Browse) -> None:
    titolare = browse(world.titolare)
    fields = {
        "tenant": world.tenant,
        "role": "ads",
        "name": "Nora <b>",
        "function": "ADS",
        "email": "n@o.example",
    }
    page = await titolare.post("/persone", **fields)
    link = page.text.split('data-copy="')[1].split('"')[0]
    invited = await browse().get(urlsplit(link).path)
    assert "Albergo Esempio" in invited.text
    assert "Nora &lt;b&gt;" in invited.text
    assert link not in (await titolare.get("/persone")).text
