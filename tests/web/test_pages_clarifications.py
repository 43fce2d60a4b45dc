"""*Chiedi un chiarimento* on both sides' pages, by plain forms: the thread, the marks on the rows, what is too long (S-34)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from broker.cases.answer_clarification import answer_clarification
from broker.cases.ask_clarification import ask_clarification
from broker.domain import clarifying
from tests import hostile
from tests.stories.telling import Story
from tests.web.reading import seen
from tests.web.test_english import wrong_on

Browse = Any
QUESTION = "Serve fermare la cassa?"
REPLY = "No, resta accesa."
NOT_SIGNED = "non fanno parte di ciò che si firma"


async def test_s34_asked_and_answered_without_a_script(story: Story, browse: Browse) -> None:
    """S-34: the approver asks, an open question stands on top of the technician's page, the answer before the signature."""
    request = (await story.ask()).request
    base = f"/richieste/{request}"
    ads, technician = browse(story.world.ads), browse(story.world.technician)
    page = (await ads.get(f"{base}/approva")).text
    assert "Lo risolvo io" in page
    assert "Chiedi un chiarimento" in page.partition("Lo risolvo io")[2]
    assert "Chiarimenti" not in seen(page)
    assert "Chiarimenti" not in seen((await technician.get(base)).text)
    sent = await ads.post(f"{base}/chiarimenti", text=QUESTION)
    assert (sent.status_code, sent.headers["location"]) == (303, base)

    for path in ("/coda", "/richieste"):
        assert "Chiarimento da dare" in seen((await technician.get(path)).text), path
    page = (await technician.get(base)).text
    detail = page.partition('data-region="incidente"')[2]
    assert (
        detail.index("Chi decide chiede un chiarimento") < detail.index(QUESTION) < detail.index("data-may")
    )
    assert NOT_SIGNED in detail
    form = re.search(rf'action="({base}/chiarimenti/\d+)"', detail)
    assert form is not None
    assert (await technician.post(form[1], text=REPLY)).headers["location"] == base
    page = (await technician.get(base)).text
    assert "Chi decide chiede" not in page
    assert REPLY in page
    assert "Aggiungi alla risposta" in page

    assert "Il tecnico ha risposto" in seen((await ads.get("/richieste")).text)
    page = (await ads.get(f"{base}/approva")).text
    assert page.index(QUESTION) < page.index(REPLY) < page.index("Chi guarda durante la sessione?")
    assert NOT_SIGNED in page
    english = browse(story.world.titolare).speak("en")
    assert await wrong_on(english, f"{base}/approva") == {}
    assert await wrong_on(technician.speak("en"), base) == {}

    await ads.post(f"{base}/rifiuto")
    for someone, address in ((story.world.ads, f"{base}/approva"), (story.world.technician, base)):
        page = (await browse(someone).get(address)).text
        assert REPLY in page
        assert "/chiarimenti" not in page  # it is read, and no more
    assert await story.findings() == []


async def test_s34_what_could_not_be_taken_is_not_lost(story: Story, browse: Browse) -> None:
    """S-34: too long or empty; what looks like a password is covered, and the page says so."""
    request = (await story.ask()).request
    base = f"/richieste/{request}"
    ads, technician = browse(story.world.ads), browse(story.world.technician)
    long = await ads.post(f"{base}/chiarimenti", text="Perché? " * 70)
    assert long.status_code == 413
    assert "È troppo lungo: al massimo 500 caratteri." in long.text
    assert re.search(r'<details class="[^"]*sign-ask" open>', long.text)
    assert "Perché? Perché?" in long.text
    assert (await ads.post(f"{base}/chiarimenti", text="  ")).status_code == 422
    assert await story.kinds("clarification.asked") == []
    sent = await ads.post(f"{base}/chiarimenti", text="La password è Pippo1234?")
    assert "coperto=1" in sent.headers["location"]
    question = (await story.last("clarification.asked")).n
    long = await technician.post(f"{base}/chiarimenti/{question}", text="Così. " * 90)
    assert long.status_code == 413
    assert "Così. Così." in long.text
    assert (await technician.post(f"{base}/chiarimenti/{question + 1}", text="x")).status_code == 404
    assert await story.kinds("clarification.answered") == []


async def test_s34_at_the_bound_each_page_says_why_its_form_is_gone(
    story: Story, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-34: and what to do instead."""
    monkeypatch.setattr(clarifying, "MAX_QUESTIONS", 2)
    monkeypatch.setattr(clarifying, "MAX_ANSWERS", 1)
    parts, world = story.parts, story.world
    request = (await story.ask()).request
    base = f"/richieste/{request}"
    first = (await ask_clarification(parts, world.ads.who, request, QUESTION)).question
    ads, technician = browse(world.ads), browse(world.technician)
    assert "il massimo per una richiesta" not in (await ads.get(f"{base}/approva")).text
    await ask_clarification(parts, world.titolare.who, request, QUESTION)
    page = (await ads.get(f"{base}/approva")).text
    assert "il massimo per una richiesta. Telefoni al tecnico, oppure rifiuti." in page
    assert f'action="{base}/chiarimenti"' not in page
    assert f'action="{base}/chiarimenti/' in (await technician.get(base)).text
    await answer_clarification(parts, world.technician.who, request, first, REPLY)
    page = (await technician.get(base)).text
    assert "il massimo per una richiesta. Telefona a chi decide, oppure ritirala." in page
    assert f'action="{base}/chiarimenti/' not in page
    assert (await ads.post(f"{base}/chiarimenti", text=QUESTION)).status_code == 413
    assert await wrong_on(ads.speak("en"), f"{base}/approva") == {}


async def test_s34_hostile_words_stay_words(story: Story, browse: Browse) -> None:
    """S-34: of either side, on either page."""
    parts, world = story.parts, story.world
    request = (await story.ask()).request
    text = f"{hostile.MARKUP[0]} {hostile.TURNED[0]} {hostile.LONG}"[:400]
    question = (await ask_clarification(parts, world.ads.who, request, text)).question
    await answer_clarification(parts, world.technician.who, request, question, text)
    for someone in (world.ads, world.technician):
        page = (await browse(someone).get(f"/richieste/{request}")).text
        assert hostile.MARKUP[0] not in page
        assert hostile.unseen(page) == []
