"""The doors: first run, invitation, log-in, leaving, and what every answer is sent with."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

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
    for again in (await stranger.get("/avvio"), await stranger.post("/avvio", code=secret, **typed)):
        assert again.status_code == 404


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


async def test_language_and_colours_are_the_browsers(world: World, browse: Browse) -> None:
    ads = browse(world.ads)
    await ads.post("/preferenze", lang="en", theme="dark", next="/richieste")
    page = await ads.get("/richieste")
    assert '<html lang="en" data-theme="dark">' in page.text
    await ads.post("/preferenze", lang="xx", theme="x")
    assert '<html lang="en" data-theme="dark">' in (await ads.get("/richieste")).text


async def test_an_invitation_tells_who_invites_to_what(world: World, browse: Browse) -> None:
    owner = browse(world.owner)
    fields = {
        "tenant": world.tenant,
        "role": "ads",
        "name": "Nora <b>",
        "function": "ADS",
        "email": "n@o.example",
    }
    page = await owner.post("/persone", **fields)
    link = page.text.split('data-copy="')[1].split('"')[0]
    invited = await browse().get(urlsplit(link).path)
    assert "Albergo Esempio" in invited.text
    assert "Nora &lt;b&gt;" in invited.text
    assert link not in (await owner.get("/persone")).text
