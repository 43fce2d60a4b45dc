"""Erasure by its pages: the titolare signs it, sees it, puts it on hold; in both languages."""

from __future__ import annotations

from typing import Any

from audit.erasure_records import HoldPlaced
from broker.store import statements
from tests.stories.telling import Story
from tests.stories.test_erasure import worked
from tests.web.test_english import wrong_on
from tests.web.test_pages_estate import sign

Browse = Any


async def test_the_titolare_erases_from_the_requests_page(story: Story, browse: Browse) -> None:
    request = await worked(story)
    titolare, ads = browse(story.world.titolare), browse(story.world.ads)
    base = f"/richieste/{request}"
    assert f'href="{base}/cancella"' in (await titolare.get(base)).text
    assert f'href="{base}/cancella"' not in (await ads.get(base)).text
    page = (await titolare.get(f"{base}/cancella")).text
    assert "spariscono per sempre" in page
    assert "Non c’è nulla da cancellare" not in (await titolare.get("/titolare")).text
    done = await sign(story.parts, story.world.titolare, await titolare.post(f"{base}/cancella", script=True))
    assert done.next == "/titolare"
    month = (await titolare.get("/titolare")).text
    assert "6 elementi, su decisione del titolare" in month
    page = (await titolare.get(base)).text
    assert "Tiziana Tecnica ha usato l’autorizzazione su srv-gestionale" in page
    assert "MARKER" not in page
    technician = browse(story.world.technician)
    assert "testo cancellato" in (await technician.get(base)).text
    read = (await technician.speak("en").get(base)).text
    assert "text erased" in read
    assert "testo cancellato" not in read


async def test_a_request_that_still_waits_offers_no_erasure(story: Story, browse: Browse) -> None:
    asked = await story.ask()
    titolare = browse(story.world.titolare)
    assert "cancella" not in (await titolare.get(f"/richieste/{asked.request}")).text
    answer = await titolare.post(f"/richieste/{asked.request}/cancella", script=True)
    assert answer.status_code == 409


async def test_he_puts_it_on_hold_and_lifts_it(story: Story, browse: Browse) -> None:
    request = await worked(story)
    titolare = browse(story.world.titolare)
    assert "Sospendere la cancellazione?" in (await titolare.get(f"/richieste/{request}/sospendi")).text
    await titolare.post(f"/richieste/{request}/sospendi")
    placed = (await story.last("hold.placed")).record
    assert isinstance(placed, HoldPlaced)
    month = (await titolare.get("/titolare")).text
    assert f"richiesta {request}, contestazione aperta" in month
    assert (await titolare.post(f"/richieste/{request}/cancella", script=True)).status_code == 409
    await titolare.post(f"/sospensioni/{placed.hold}/togli")
    assert "Togli la sospensione" not in (await titolare.get("/titolare")).text


async def test_his_rules_say_how_long_and_for_whom(story: Story, browse: Browse) -> None:
    titolare = browse(story.world.titolare)
    page = (await titolare.get("/regole")).text
    assert 'name="keep-access" type="number" min="6" max="24" value="12"' in page
    fields = {
        "channel": ["terminal", "exec"], "supervision": "waivable", "desk": "inform", "offline": "end",
        "longest_s": "3600", "window_s": "28800", "approvals": "1", "witnesses": "1",
        f"account-{story.world.host.id}": "assistenza",
        "keep-access": "18", "keep-authorisation": "120", "keep-report": "120", "keep-log": "24",
        "keep-recording": "2",
    }  # fmt: skip
    short = await titolare.post("/regole", script=True, **fields | {"keep-access": "5"})
    assert short.status_code == 422
    await sign(story.parts, story.world.titolare, await titolare.post("/regole", script=True, **fields))
    async with story.parts.store.read() as work:
        policy = await statements.policy(work, story.world.tenant)
    assert policy is not None
    assert policy.retention == (("access", 18),)
    assert policy.recipient is None
    assert "nomi negli accessi 18" in (await titolare.get("/titolare")).text.lower()


async def test_the_vendor_places_a_hold_over_http(story: Story, browse: Browse) -> None:
    owner, tenant = browse(story.world.owner), story.world.tenant
    answer = await owner.client.post(
        "/api/holds",
        json={"tenant": tenant, "reason": "authority", "review": "2026-12-24"},
        headers={"origin": owner.origin},
    )
    assert answer.status_code == 201
    month = (await browse(story.world.titolare).get("/titolare")).text
    assert "tutto è tenuto, richiesta di un’autorità" in month
    hold = answer.json()["hold"]
    gone = await owner.client.delete(f"/api/holds/{tenant}/{hold}", headers={"origin": owner.origin})
    assert gone.status_code == 204
    assert await story.kinds("hold.placed", "hold.lifted") == ["hold.placed", "hold.lifted"]


async def test_in_english_too(story: Story, browse: Browse) -> None:
    request = await worked(story)
    titolare = browse(story.world.titolare).speak("en")
    base = f"/richieste/{request}"
    await titolare.post(f"{base}/sospendi")
    pages = (base, f"{base}/cancella", f"{base}/sospendi", "/titolare", "/regole")
    found = await wrong_on(titolare, *pages)
    # What the story's people wrote is nobody's language.
    assert [one for said in found.values() for one in said if "MARKER" not in one] == []
