"""The page of the post: verdicts in words, a stranger's words as text, and what each person may do there."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from audit.incident_records import IncidentOpened
from audit.person_records import RecordRead
from audit.post_records import MailBound, MailReported, MailRulesChanged
from broker.cases.post_letter import post_letter
from broker.domain.registered_letter import Letter
from broker.jobs.letters_with_receipts import tick
from broker.store.tables import outbox
from tests.broker.mail_sample import mail, received
from tests.doubles import ListChannel
from tests.stories.telling import Story
from tests.web.test_english import italian_in, wrong_on

Browse = Any
EVIL = '"><script>alert(1)</script>\u202egpj.exe'


def titolare(story: Story) -> str:
    return f"teresa-titolare@{story.world.tenant}.example"


async def test_c09_html_and_names_are_shown_as_text(story: Story, browse: Browse) -> None:
    """C-09: no script, no remote picture, no markup of a mail ever reaches a browser as such."""
    raw = mail(titolare(story), EVIL).replace(b"text/plain", b"text/html").replace(
        b"Non parte.", b"<img src=http://tracker.example/x.gif><script>alert(2)</script>ciao"
    )  # fmt: skip
    one = await received(story.parts, raw)
    for who in (story.world.technician, story.world.titolare):
        page = await browse(who).get(f"/posta/{one.id}")
        assert page.status_code == 200
        assert "tracker.example" in page.text
        assert "<img src=" not in page.text
        assert "alert(2)</script>" not in page.text
        assert "&lt;img src=http://tracker.example/x.gif&gt;" in page.text
        assert "solo HTML, mostrato come sorgente" in page.text
        listed = (await browse(who).get("/posta")).text
        assert "<script>alert" not in listed
        assert "\u202e" not in listed
    told = (await browse(story.world.technician).get(f"/api/post/mails/{one.id}")).json()
    assert told["html_source"] is True
    assert "<script>" in told["text"]


async def test_c09_attachments_are_listed_by_what_they_are(story: Story, browse: Browse) -> None:
    """C-09: type and size, by the first bytes; what would run is marked, and nothing of it can be opened here."""
    import email
    import email.policy

    message = email.message_from_bytes(mail(titolare(story)), policy=email.policy.SMTP)
    message.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="delega.pdf")
    message.add_attachment(b"MZ\x90", maintype="application", subtype="pdf", filename="fattura.pdf")
    message.add_attachment(b"x", maintype="text", subtype="plain", filename="a.html")
    one = await received(story.parts, message.as_bytes())
    technician = browse(story.world.technician)
    found = (await technician.get(f"/api/post/mails/{one.id}")).json()["attachments"]
    assert [(each["name"], each["sort"], each["size"], each["warns"]) for each in found] == [
        ("delega.pdf", "pdf", 10, False), ("fattura.pdf", "program", 3, True), ("a.html", "other", 1, True),
    ]  # fmt: skip
    page = (await technician.get(f"/posta/{one.id}")).text
    assert page.count("non lo apra") == 2
    assert "fattura.pdf" in page


async def test_c01_the_original_to_download(story: Story, browse: Browse) -> None:
    """C-01: byte for byte, as a file no browser shows; that somebody read it is a record."""
    raw = mail(titolare(story)) + b"\xff\x00"
    one = await received(story.parts, raw)
    answer = await browse(story.world.titolare).get(f"/api/post/mails/{one.id}/raw")
    assert answer.content == raw
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="{one.id}.eml"'
    assert "sandbox" in answer.headers["content-security-policy"]
    read = [r for r in await story.world.records() if isinstance(r, RecordRead)]
    assert (read[-1].what, read[-1].subject) == ("mail", one.id)
    stranger = browse(await story.stranger())
    assert (await stranger.get(f"/api/post/mails/{one.id}/raw")).status_code == 404
    assert one.id not in (await stranger.get("/posta")).text


async def test_c06_a_technician_binds_a_free_mail(story: Story, browse: Browse) -> None:
    """C-06: by hand, to a request that waits; it stays waiting, and the sender gets the confirm link."""
    one = await received(story.parts, mail(titolare(story)))
    technician = browse(story.world.technician)
    assert "ne apra una nuova" in (await technician.get(f"/posta/{one.id}")).text
    asked = await story.ask()
    assert asked.request in (await technician.get(f"/posta/{one.id}")).text
    assert (
        await browse(story.world.ads).post(f"/posta/{one.id}/lega", request=asked.request)
    ).status_code == 403
    answer = await technician.post(f"/posta/{one.id}/lega", request=asked.request)
    assert answer.status_code == 303
    (bound,) = [r for r in await story.world.records() if isinstance(r, MailBound)]
    assert (bound.by, bound.state, bound.request) == ("hand", "awaiting_approval", asked.request)
    async with story.parts.store.read() as work:
        told = [
            row.payload for row in await work.run(select(outbox.c.payload).where(outbox.c.kind == "post"))
        ]
    assert any('"mail_confirm"' in one and story.world.titolare.id in one for one in told)
    assert (await technician.post(f"/posta/{one.id}/lega", request=asked.request)).status_code == 409
    assert await story.findings() == []


async def test_a_stranger_s_mail_given_to_a_customer(story: Story, browse: Browse, site: Any) -> None:
    """It goes into his log once somebody says what it is about; nobody is written to, for nobody known wrote."""
    one = await received(story.parts, mail("cugino@altrove.example", "Sono io"))
    technician = browse(story.world.technician)
    listed = (await technician.get("/posta")).text
    assert "cugino@altrove.example" in listed
    assert "cugino" not in (await browse(story.world.titolare).get("/posta")).text
    asked = await story.ask()
    assert (await technician.post(f"/posta/{one.id}/lega", request=asked.request)).status_code == 404
    site.state.parts = receiving(story)
    answer = await technician.post(f"/posta/{one.id}/lega", request=asked.request)
    assert answer.status_code == 303
    assert "cugino" in (await browse(story.world.titolare).get("/posta")).text
    assert (await technician.get(f"/posta/{one.id}")).status_code == 404
    async with story.parts.store.read() as work:
        told = [
            row.payload for row in await work.run(select(outbox.c.payload).where(outbox.c.kind == "post"))
        ]
    assert not any('"mail_confirm"' in one for one in told)
    assert await story.findings() == []


def receiving(story: Story) -> Any:
    from dataclasses import replace

    from broker.live.mail_desk import MailDesk
    from tests.broker.mail_sample import NoDns, judge

    return replace(story.parts, mail=MailDesk(NoDns(), judge=judge))


async def test_set_aside(story: Story, browse: Browse) -> None:
    one = await received(story.parts, mail("chiunque@altrove.example", "Offerta"))
    technician = browse(story.world.technician)
    assert (await technician.post(f"/posta/{one.id}/da-parte")).status_code == 303
    assert "messa da parte" in (await technician.get(f"/posta/{one.id}")).text
    assert (await technician.post(f"/posta/{one.id}/da-parte")).status_code == 409


async def test_c07_the_customer_s_least_level(story: Story, browse: Browse) -> None:
    """C-07: E2 unless the titolare asks for more; never less; a change is a record, and holds from the next mail on."""
    page = browse(story.world.titolare)
    assert "E2: confermata con passkey" in (await page.get("/posta")).text
    for wrong in ("e1", "e0", "e9", ""):
        assert (await page.post("/posta/regole", least=wrong)).status_code == 422
    assert (await page.post("/posta/regole", least="e2")).status_code == 409
    assert "below_minimum" not in (await received(story.parts, mail(titolare(story), level=3))).reasons
    assert (await page.post("/posta/regole", least="e4")).status_code == 303
    (record,) = [r for r in await story.world.records() if isinstance(r, MailRulesChanged)]
    assert record.least == "e4"
    assert "below_minimum" in (await received(story.parts, mail(titolare(story), level=3, number=2))).reasons
    assert (await browse(story.world.ads).post("/posta/regole", least="e2")).status_code == 403


async def test_letters_and_english(story: Story, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = ListChannel("pec", "fornitore@pec.example")
    monkeypatch.setitem(story.parts.channels, "pec", channel)
    async with story.parts.store.tx(story.world.tenant, story.clock.now(), records=False) as tx:
        await post_letter(story.parts, tx, Letter("report", "a@pec.example", "Rapporto", "Testo."))
    people = [
        browse(one).speak("en") for one in (story.world.technician, story.world.owner, story.world.titolare)
    ]
    mails = [
        await received(story.parts, mail(titolare(story), "Help", "It stopped.")),
        await received(
            story.parts, mail(f"aldo-ads@{story.world.tenant}.example", "Help", "It stopped.", number=2)
        ),
    ]
    await story.ask()
    for one in people:
        assert await wrong_on(one, "/posta", *(f"/posta/{each.id}" for each in mails)) == {}
        assert "to be sent" in (await one.get("/posta")).text
    await tick(story.parts)
    assert "sent" in italian_free(await people[0].get("/posta"))


def italian_free(answer: Any) -> str:
    assert italian_in(answer.text) == []
    return str(answer.text)


async def test_s34_a_mail_that_reports_an_incident(story: Story, browse: Browse) -> None:
    """S-34: the titolare's mail, from wherever, becomes an incident whose clock runs from when it came; it still
    takes his passkey to intervene."""
    one = await received(
        story.parts, mail(titolare(story), "Gestionale fermo", "Non parte.\n", X_Mailer="iPhone Mail")
    )
    story.clock.advance(minutes=40)
    technician = browse(story.world.technician)
    assert "Non parte.</textarea>" in (await technician.get(f"/posta/{one.id}")).text
    assert (await browse(story.world.ads).post(f"/posta/{one.id}/incidente", text="x")).status_code == 403
    assert (await technician.post(f"/posta/{one.id}/incidente", text="Non parte.")).status_code == 303
    found = [r for r in await story.world.records() if isinstance(r, IncidentOpened | MailReported)]
    opened, reported = found
    assert isinstance(opened, IncidentOpened)
    assert isinstance(reported, MailReported)
    assert (opened.origin, opened.reported, opened.incident) == (
        "mail",
        "2026-11-10T08:00:00.000Z",
        reported.incident,
    )
    assert opened.incident in (await technician.get(f"/posta/{one.id}")).text
    assert (await technician.post(f"/posta/{one.id}/incidente", text="x")).status_code == 409
    stranger = await received(story.parts, mail("chiunque@altrove.example"))
    assert "Apri l’incidente" not in (await technician.get(f"/posta/{stranger.id}")).text
    assert (await technician.post(f"/posta/{stranger.id}/incidente", text="x")).status_code == 409
    assert await story.kinds("grant.issued") == []
    assert await story.findings() == []


async def test_c07_e2_is_the_mail_and_its_sender_s_passkey(story: Story, browse: Browse) -> None:
    """C-07: an aligned mail and the approval that its sender signs from the confirm link; anybody else's makes it no E2."""
    ads = f"aldo-ads@{story.world.tenant}.example"
    technician = browse(story.world.technician)
    rows = ((story.world.titolare, "E1: dominio"), (story.world.ads, "E2: confermata"))
    for number, (by, level) in enumerate(rows):
        asked = await story.ask()
        one = await received(story.parts, mail(ads, number=number))
        await technician.post(f"/posta/{one.id}/lega", request=asked.request)
        await story.approve(asked.request, by)
        page = (await technician.get(f"/posta/{one.id}")).text
        assert level in page, level
        told = (await technician.get(f"/api/post/mails/{one.id}")).json()
        assert (told["level"], told["confirmed"]) == ("e1", by is story.world.ads)


async def test_c26_by_what_mail_of_a_person_is_known(story: Story, browse: Browse) -> None:
    """C-26, C-05: the titolare alone says it; lists show the beginning of a number; what is wrong comes back with its
    reason; who leaves takes it with him."""
    page, ads = browse(story.world.titolare), story.world.ads
    address = f"/posta/mittenti/{ads.id}"
    assert "Chi scrive per lei" in (await page.get("/posta")).text
    assert "Chi scrive per lei" not in (await browse(ads).get("/posta")).text
    wrong = await page.post(address, fiscal_code="RSSMRA80A01H501V", domain="provider.example")
    assert wrong.status_code == 422
    assert "il codice fiscale" in wrong.text
    assert 'value="provider.example"' in wrong.text
    said = {"domain": "provider.example", "box": "ads@pec.example", "fiscal_code": "RSSMRA80A01H501U"}
    assert (await page.post(address, **said)).status_code == 303
    assert (await page.post(address, **said)).status_code == 409
    listed = (await page.get("/posta")).text
    assert "firma anche provider.example · PEC ads@pec.example" in listed
    assert "RSSMRA…" in listed
    assert "RSSMRA80" not in listed + (await page.get("/api/post/senders")).text
    assert (
        await page.post(f"/posta/mittenti/{story.world.titolare.id}", box="ads@pec.example")
    ).status_code == 422
    certified = await received(story.parts, mail("ads@pec.example", "Help", level=3))
    assert (certified.tenant, certified.person) == (story.world.tenant, ads.id)
    for nobody in (ads, story.world.technician):
        assert (await browse(nobody).post(address, **said)).status_code == 403
    other = browse(await story.stranger())
    assert (await other.post(address, **said)).status_code == 404
    assert await wrong_on(page.speak("en"), "/posta", address) == {}
    assert await story.findings() == []
