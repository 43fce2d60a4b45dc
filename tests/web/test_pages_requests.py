"""From asking to the answer, by forms alone; only the signature itself needs a script."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from broker.cases.finish_signing import finish_signing
from broker.cases.refuse import refuse
from tests.audit.people import PAGE_KEY
from tests.broker.world import link_of
from tests.stories.telling import Story, wish
from tests.web.reading import seen
from web.present.reader import Reader
from web.present.times import until

Browse = Any
HIDDEN = "\u202e"


async def blank_form(story: Story, browse: Browse) -> dict[str, Any]:
    page = await browse(story.world.technician).get("/richieste/nuova")
    assert page.status_code == 200
    found = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[1]  # type: ignore[index]
        for name in ("customer", "not_before", "not_after")
    }
    return found | {
        "host": story.world.host.id, "title": "La stampa si ferma", "reason": "Riavviare la stampa",
        "channel": ["terminal", "exec"], "activity": ["GEST"], "longest_s": "3600",
    }  # fmt: skip


async def send(story: Story, browse: Browse, **changed: Any) -> Any:
    form = await blank_form(story, browse) | changed
    return await browse(story.world.technician).post("/richieste", **form)


async def test_ask_by_form(story: Story, browse: Browse) -> None:
    sent = await send(story, browse)
    assert sent.status_code == 303
    page = await browse(story.world.technician).get(sent.headers["location"])
    assert "La stampa si ferma" in page.text
    assert "l’autorizzazione" in page.text
    assert await story.kinds("request.opened") == ["request.opened"]


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"title": ""}, "title", "Scriva l’anomalia"),
        ({"reason": "x" * 501}, "reason", "troppo lungo: al massimo 500"),
        ({"channel": []}, "channels", "Scelga almeno una cosa"),
        ({"activity": ["NIENTE"]}, "activities", "Scelga almeno un’attività"),
        ({"host": "h-00000000"}, "host", "Scelga una macchina"),
        ({"not_after": "2026-11-15T10:00"}, "not_after", "Al massimo 8 ore"),
        ({"not_after": "2020-01-01T10:00"}, "not_after", "futura"),
        ({"not_before": "domani"}, "not_before", "Scriva giorno e ora"),
        ({"channel": ["desktop"]}, "channels", "regole"),
        ({"longest_s": "28800"}, "longest", "al massimo 1 h"),
    ],
)
async def test_a_slip_is_told_and_nothing_is_lost(
    story: Story, browse: Browse, changed: dict[str, Any], field: str, sentence: str
) -> None:
    answer = await send(story, browse, **changed)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert sentence in answer.text
    if "reason" not in changed:
        assert "Riavviare la stampa" in answer.text
    assert await story.kinds("request.opened") == []


async def test_an_hour_that_exists_twice_can_be_chosen(story: Story, browse: Browse) -> None:
    """The form asks which of the two, keeps the answer, and takes it."""
    night = {"not_before": "2026-10-25T02:30", "not_after": "2026-10-25T04:00", "longest_s": "900"}
    answer = await send(story, browse, **night)
    assert "Quest’ora c’è due volte" in answer.text
    assert '<select class="input" id="not_before_zone" name="not_before_zone">' in answer.text
    assert 'name="not_after_zone"' not in answer.text
    zones = {}
    for zone, day in (("CEST", "domenica"), ("CET", "domenica")):
        form = await blank_form(story, browse) | night | {"not_before_zone": zone, "title": day}
        page = await browse(story.world.technician).post("/richieste/anteprima", **form)
        zones[zone] = re.search(r"02:30 (\w+)|02:30–04:00 (\w+)", page.text)
    assert zones["CEST"][1] == "CEST"  # the end is winter time: both zones are said
    assert zones["CET"][2] == "CET"
    sent = await send(story, browse, **night, not_before_zone="CET")
    assert "due volte" not in sent.text
    assert 'value="CET" selected' in sent.text  # what else is wrong with that night, it keeps the choice


async def test_the_zone_is_that_of_the_date(story: Story, browse: Browse) -> None:
    """In summer a window in December is said in winter time."""
    answer = await send(story, browse, not_before="2026-12-01T10:00", not_after="2026-12-01T11:00", title="")
    assert "Ora italiana (CET)." in answer.text
    answer = await send(story, browse, not_before="2026-07-01T10:00", not_after="2026-12-01T11:00", title="")
    assert "Ora italiana (CEST/CET)." in answer.text


async def test_a_password_that_was_covered_is_said(story: Story, browse: Browse) -> None:
    """L-46: on the page that follows, of a request, of the reason for a refusal."""
    told = "Sembra una password: non la scriva qui."
    sent = await send(story, browse, reason="La password è Pippo1234")
    page = await browse(story.world.technician).get(sent.headers["location"])
    assert told in seen(page.text)
    assert "Pippo1234" not in page.text
    request = sent.headers["location"].partition("?")[0]
    assert told not in seen((await browse(story.world.technician).get(request)).text)
    ads = browse(story.world.ads)
    await ads.post(f"{request}/rifiuto")
    led = await ads.post(f"{request}/motivo", reason="password: Pluto9876")
    assert told in seen((await ads.get(led.headers["location"])).text)


async def test_preview_is_what_the_approver_will_read(story: Story, browse: Browse) -> None:
    form = await blank_form(story, browse) | {"title": "Testo *nuovo* <i>"}
    answer = await browse(story.world.technician).post("/richieste/anteprima", **form)
    assert "Testo ∗nuovo∗ &lt;i&gt;" in answer.text
    assert "<html" not in answer.text


async def test_hostile_text_is_only_text(story: Story, browse: Browse) -> None:
    text = f"<script>alert(1)</script>{HIDDEN}rovescio"
    receipt = await story.ask(text=text)
    for someone in (story.world.technician, story.world.ads):
        page = (await browse(someone).get(f"/richieste/{receipt.request}")).text
        assert "<script>alert" not in page
        assert HIDDEN not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;rovescio" in page


async def test_approve_through_the_signing_page(story: Story, browse: Browse) -> None:
    """The button answers with an address on the signing site; what comes back from there issues the grant."""
    receipt = await story.ask()
    ads = browse(story.world.ads)
    page = await ads.get(f"/richieste/{receipt.request}/approva")
    assert "Autorizza con passkey" in page.text
    assert "serve JavaScript" in page.text
    plain = await ads.post(f"/richieste/{receipt.request}/autorizza", watch="self")
    assert plain.status_code == 409
    answer = await ads.post(f"/richieste/{receipt.request}/autorizza", script=True, watch="self")
    url = answer.json()["go"]
    assert url.startswith("http://firma.localhost:8701/#")
    assert link_of(url)["return"] == "http://localhost:8700/firma/ritorno"
    state, signed = story.world.ads.answer(url)
    done = await finish_signing(story.parts, story.world.ads.who, state, signed)
    page = await ads.get(done.next)
    assert "Prendo in carico la supervisione" in page.text
    taken = await ads.post(
        f"/richieste/{receipt.request}/supervisione", script=True, page_key=PAGE_KEY.public.text
    )
    done = await story.world.ads.sign(taken.json()["go"])
    assert done.next.endswith("/diretta")
    mine = await browse(story.world.technician).get(f"/richieste/{receipt.request}")
    assert "Avvia sessione" in mine.text
    assert 'data-may="yes"' in mine.text


async def test_refuse_then_say_why_without_script(story: Story, browse: Browse) -> None:
    receipt = await story.ask()
    ads, base = browse(story.world.ads), f"/richieste/{receipt.request}"
    assert (await ads.post(f"{base}/rifiuto")).headers["location"] == base
    page = await ads.get(base)
    assert "Lei ha rifiutato" in page.text
    assert "Invia il motivo" in page.text
    await ads.post(f"{base}/motivo", reason="Lo risolvo domani")
    assert "Lo risolvo domani" in (await ads.get(base)).text
    assert "Lo risolvo domani" in (await browse(story.world.technician).get(base)).text


async def test_a_reason_is_optional_and_one_too_long_is_not_lost(story: Story, browse: Browse) -> None:
    receipt = await story.ask()
    ads, base = browse(story.world.ads), f"/richieste/{receipt.request}"
    await ads.post(f"{base}/rifiuto")
    page = await ads.get(base)
    assert 'name="reason" rows="3" maxlength="500"' in page.text
    empty = await ads.post(f"{base}/motivo", reason="  ")
    assert (empty.status_code, empty.headers["location"]) == (303, base)
    assert await story.kinds("approval.refusal_explained") == []
    long = await ads.post(f"{base}/motivo", reason="Perché no. " * 60)
    assert long.status_code == 413
    assert "È troppo lungo: al massimo 500 caratteri." in long.text
    assert "Perché no. Perché no." in long.text
    assert "Invia il motivo" in long.text


async def test_the_oldest_request_is_never_dropped(story: Story, browse: Browse) -> None:
    """However many were closed since: «niente» would be false."""
    first = await story.ask(text="La più vecchia di tutte")
    await story.approve(first.request)
    await story.supervise(first.request)
    for number in range(63):
        later = await story.ask(text=f"Altra {number}")
        await refuse(story.parts, story.world.ads.who, later.request)
    for someone, path in ((story.world.ads, "/richieste"), (story.world.technician, "/richieste")):
        page = (await browse(someone).get(path)).text
        assert "La più vecchia di tutte" in page.partition("Altra")[0]


async def test_the_whole_statement_stands_on_the_page(story: Story, browse: Browse) -> None:
    """What the signing page shows of a request stands here, too: activities, account, recording, watching."""
    receipt = await story.ask()
    page = (await browse(story.world.ads).get(f"/richieste/{receipt.request}/approva")).text
    sheet = re.sub("<[^>]+>", "", page.partition("Leggi la dichiarazione intera")[2].partition("<form")[0])
    for said in (
        "Attività: Programma gestionale (assistenza).",
        "Lavora come utente assistenza, non amministratore.",
        "Non registrata: restano nel registro i fatti",
        "Chi guarda lo sceglie chi firma.",
        "aprire un passaggio verso altre macchine",
        "prolungare o ampliare da solo",
    ):
        assert said in sheet


async def test_a_window_into_another_day_says_which(story: Story, browse: Browse) -> None:
    at = story.clock.now()
    receipt = await story.ask(wish(not_before=at, not_after=at + timedelta(hours=8), longest_s=600))
    story.clock.advance(minutes=1)
    await story.approve(receipt.request)
    page = (await browse(story.world.ads).get(f"/richieste/{receipt.request}")).text
    said = re.search(r"<h1[^>]*>([^<]*)</h1>", page)[1]  # type: ignore[index]
    end = at + timedelta(hours=8)
    day = until(end, Reader("it", story.clock.now()), zone=True)
    assert said.endswith(day)
    assert "CET" in day or "CEST" in day


async def test_who_does_not_sign_comes_back_to_his_page(story: Story, browse: Browse) -> None:
    """The ceremony knows the page he left and the language he reads."""
    receipt = await story.ask()
    base = f"/richieste/{receipt.request}"
    ads = browse(story.world.ads).speak("en")
    answer = await ads.client.post(
        f"{base}/autorizza",
        data={"watch": "self"},
        headers={
            "origin": ads.origin,
            "accept": "application/json",
            "referer": f"{ads.origin}{base}/approva",
        },
    )
    link = link_of(answer.json()["go"])
    assert link["lang"] == "en"
    cancelled = await ads.client.post(
        "/api/signing/finish",
        json={"state": link["state"], "cancelled": True},
        headers={"origin": ads.origin},
    )
    assert cancelled.json() == {"next": f"{base}/approva"}
    again = await ads.client.post(
        "/api/signing/finish",
        json={"state": link["state"], "cancelled": True},
        headers={"origin": ads.origin},
    )
    assert again.json()["code"] == "expired"


async def test_withdraw_and_revoke_are_pages_first(story: Story, browse: Browse) -> None:
    receipt = await story.ask()
    base = f"/richieste/{receipt.request}"
    technician = browse(story.world.technician)
    assert "Ritirare la richiesta?" in (await technician.get(f"{base}/ritiro")).text
    await technician.post(f"{base}/ritiro")
    assert "Ritirata" in (await technician.get(base)).text
    session = await story.granted()
    request = (await story.session(session)).permit.request
    ads = browse(story.world.ads)
    assert "Revocare l’autorizzazione?" in (await ads.get(f"/richieste/{request}/revoca")).text
    await ads.post(f"/richieste/{request}/revoca")
    assert "Lei ha revocato" in (await ads.get(f"/richieste/{request}")).text


async def test_inbox_puts_what_waits_first(story: Story, browse: Browse) -> None:
    old = await story.ask(text="Vecchia")
    await browse(story.world.ads).post(f"/richieste/{old.request}/rifiuto")
    await story.ask(text="Nuova")
    page = (await browse(story.world.ads).get("/richieste")).text
    assert page.index("Nuova") < page.index("Di prima") < page.index("Vecchia")


@pytest.mark.parametrize(
    ("server", "told"), [("mail.example", "già avvisati per posta"), (None, "li avvisi lei")]
)
async def test_nobody_is_said_to_have_mail_where_none_is_sent(
    story: Story, browse: Browse, server: str | None, told: str
) -> None:
    object.__setattr__(story.parts.settings, "smtp_host", server)
    technician = browse(story.world.technician)
    form = (await technician.get(f"/richieste/nuova?cliente={story.world.tenant}")).text
    assert ("Questo server non invia posta" in form) == (server is None)
    asked = (await story.ask()).request
    assert told in (await technician.get(f"/richieste/{asked}")).text
