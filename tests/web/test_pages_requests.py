"""From asking to the answer, by forms alone; only the signature itself needs a script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from broker.cases.finish_signing import finish_signing
from tests.broker.world import link_of
from tests.stories.telling import Story

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
    taken = await ads.post(f"/richieste/{receipt.request}/supervisione")
    assert taken.status_code == 303
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
