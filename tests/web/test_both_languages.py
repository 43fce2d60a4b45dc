"""Every page of every role in both languages, one beside the other: what is alike is data, what differs is ours."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from broker.cases.answer_right import RightDraft, note_right
from broker.cases.breach import open_breach
from broker.cases.contest import contest_session
from broker.cases.open_incident import Report, report_incident
from broker.cases.verify_year import open_verification
from broker.domain.breach import FIELDS, BreachDraft, Chosen
from tests.broker.mail_sample import mail, received
from tests.broker.world import newcomer
from tests.stories.telling import Story
from tests.web.reading import Page
from tests.web.test_english import TYPED, italian_in
from tests.web.test_hostile_host import declared_over, paths_of
from tests.web.test_words import BANNED, ONE_OF_MANY, QUOTED
from web.templating import CSP

Browse = Any
ENTERED = "Voce di prova"  # whatever somebody enters in this story begins so


async def things_of(story: Story) -> dict[str, str]:
    """One of each thing that has a page of its own."""
    parts, world = story.parts, story.world
    today = story.clock.now().date().isoformat()
    at = story.clock.now()
    session = await story.running(text=f"{ENTERED}: la stampa.", reason=f"{ENTERED}: il riavvio.")
    breach = BreachDraft(
        at, Chosen(at - timedelta(days=1), at), True, dict.fromkeys(FIELDS, f"{ENTERED}: i fatti.")
    )
    return {
        "request": "", "request_id": (await story.session(session)).permit.request, "session": session,
        "host": world.host.id, "tenant": world.tenant, "person": world.ads.id, "token": "nope", "warrant": "w-1",
        "rest:path": "/", "record": "0",
        "mail": (await received(parts, mail(f"teresa-titolare@{world.tenant}.example", number=1))).id,
        "incident": (await report_incident(parts, world.titolare.who, world.tenant, Report(f"{ENTERED}: ferma.", "portal"))).incident,
        "contest": await contest_session(parts, world.titolare.who, session, f"{ENTERED}: non era così."),
        "verification": await open_verification(parts, world.titolare.who, world.tenant, today, today),
        "right": await note_right(parts, world.titolare.who, world.tenant, RightDraft("access", today, ENTERED, world.technician.id, ENTERED)),
        "breach": (await open_breach(parts, world.owner.who, world.tenant, breach))[0], "bare": await declared_over(story),
    }  # fmt: skip


# What is alike in both: what somebody entered, names, digests, commands and the headings of files.
DATA = re.compile(
    rf"{ENTERED}.*|.*(?:{'|'.join(re.escape(one) for one in TYPED)}).*|([0-9a-f]{{4}} )+[0-9a-f]{{4}}"
    r"|(sudo |\./)?(verbale|ssh|scp|sftp)\S* .*|[a-z_]+(, [a-z_]+)+|([A-Z][A-Za-z]+ ?)+|.*\| Windows 7 \|.*"
    r"|passkey · teleassistenza · \S+|La lavagna non si accende\.|Gestionale fermo|Non parte\.|Codice fiscale|1password .*|\S+ · Verbale"
)
# Words of ours in another language than the page's are marked as such.
ALWAYS_ITALIAN = ("Italiano",)


def judged(path: str, italian: str, english: str) -> list[str]:
    """What of the English page is not translated, and what neither page should say."""
    first, second = Page.of(italian).pieces, Page.of(english).pieces
    ours = {piece.text for piece in first}
    wrong = []
    for piece in second:
        if (
            piece.lang == "it"
            or piece.text.startswith("/")
            or DATA.fullmatch(piece.text)
            or piece.text in ALWAYS_ITALIAN
        ):
            continue
        words = sum(bool(re.search(r"[^\W\d_]{2,}", one)) for one in piece.text.split())
        if (words > 1 and piece.text in ours) or (" " in piece.text and italian_in(piece.text)):
            wrong.append(f"{path}: {piece.where}: {piece.text}")
    wrong += [f"{path}: {one.where}: {one.text}" for one in (*first, *second) if ONE_OF_MANY.search(one.text)]
    wrong += [
        f"{path}: {one.where}: {one.text}"
        for one in first
        if ("[" not in one.where or " " in one.text)  # an attribute of one word is a name for scripts
        and one.where != "code"
        and BANNED.search(QUOTED.sub("", one.text))
    ]
    return wrong


async def test_what_is_alike_in_both_languages_is_data(story: Story, browse: Browse) -> None:
    world = story.world
    auditor = await newcomer(story.parts, world.titolare, world.tenant, "auditor", "Dora Dpo")
    things = await things_of(story)
    roles = {"titolare": world.titolare, "technician": world.technician, "ads": world.ads, "owner": world.owner, "auditor": auditor}  # fmt: skip
    seen: set[str] = set()
    wrong: list[str] = []
    looked = 0
    for role, someone in roles.items():
        browser = browse(someone)
        for path in paths_of(role, things, seen):
            both = [await browser.speak(lang).get(path) for lang in ("it", "en")]
            if both[0].is_redirect or "text/html" not in both[0].headers["content-type"]:
                continue
            looked += 1
            assert both[0].headers["content-security-policy"] == CSP, path
            assert '<html lang="it"' in both[0].text, path
            assert '<html lang="en"' in both[1].text, path
            wrong += judged(f"{role} {path}", both[0].text, both[1].text)
    assert looked > 60
    assert "\n".join(wrong) == ""


def test_the_net_catches_what_it_is_for() -> None:
    assert judged("", "<p>Due parole</p>", "<p>Due parole</p>")
    assert judged("", "<p>Una chiave</p>", "<p>Nessuno guarda</p>")
    assert judged("", "<p title='Un token nuovo'>x</p>", "<p>A new code</p>")
    assert judged("", "<p>tra 1 giorni</p>", "<p>in 1 day</p>")
    assert judged("", "<p lang='it'>Due parole</p>", "<p lang='it'>Due parole</p>") == []
