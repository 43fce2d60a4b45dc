"""A session on its pages: the technician's, the watchers', and what is left when it is over."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest

from audit.instant import whole_ms
from audit.log_records import ReportIssued
from audit.record import BROKER
from broker.cases.deny import deny
from broker.cases.presume_ended import presume_ended
from broker.domain.refusal import Why
from broker.live.heads import Heads
from broker.store import reports
from broker.store.reports import Files, Issued
from broker.store.tx import Announcement
from tests.stories.telling import Story
from tests.web.reading import seen
from tests.web.test_english import wrong_on
from web.pages import requests as requests_page
from web.pages import sessions as sessions_page

Browse = Any


async def test_technician_gets_ssh_and_terminal(story: Story, browse: Browse) -> None:
    session = await story.granted()
    technician = browse(story.world.technician)
    before = (await technician.get(f"/sessioni/{session}")).text
    assert 'data-state="ready"' in before
    assert f"/api/sessions/{session}/activation/begin" in before
    await story.activate(session)
    await story.agent.obey()
    page = (await technician.get(f"/sessioni/{session}")).text
    assert f"ssh -p 2222 {session}@localhost" in page
    assert "SHA256:AAAA" in page
    assert f'data-socket="/api/sessions/{session}/terminal"' in page


async def test_older_ones_are_a_page_further(
    story: Story, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of equal instants too; and a request of somebody else's says nothing about when it was asked."""
    monkeypatch.setattr(sessions_page, "_PAGE", 2)
    monkeypatch.setattr(requests_page, "_PAGE", 2)
    sessions = []
    for n in range(3):
        sessions.append(await story.granted())
        story.clock.advance(seconds=60 * (n == 1))
    technician, ads = browse(story.world.technician), browse(story.world.ads)
    for reader, base in ((technician, "/sessioni"), (ads, "/sessioni"), (ads, "/richieste")):
        shown, address = set[str](), base
        for _ in range(3):
            page = (await reader.get(address)).text
            shown |= set(re.findall(r'href="/(?:sessioni|richieste)/([rs]-[0-9a-f]+)', page))
            older = re.search(rf'class="btn" href="({base}\?prima=r-[0-9a-f]+)"', page)
            if older is None:
                break
            address = older[1]
        else:
            raise AssertionError("no last page")
        assert address != base
        kind = "s-" if base == "/sessioni" else "r-"
        assert len([one for one in shown if one.startswith(kind)]) == 3
    last = (await technician.get("/sessioni")).text
    theirs = browse(await story.stranger())
    request = re.findall(r"prima=(r-[0-9a-f]+)", last)[0]
    anchored = (await theirs.get(f"/sessioni?prima={request}")).text
    plain = (await theirs.get("/sessioni")).text
    assert anchored.partition("<footer")[0] == plain.partition("<footer")[0]
    assert (await technician.get("/sessioni?prima=%00")).status_code in (200, 422)
    assert await wrong_on(technician.speak("en"), "/sessioni") == {}


async def test_owner_sees_that_it_runs_and_nothing_of_it(story: Story, browse: Browse) -> None:
    session = await story.running()
    page = (await browse(story.world.owner).get(f"/sessioni/{session}")).text
    assert "In corso" in page
    assert 'data-socket="/api' not in page
    assert "ssh -p" not in page
    assert "Chiudi sessione" not in page


async def test_watch_and_stop_without_script(story: Story, browse: Browse) -> None:
    session = await story.running()
    ads = browse(story.world.ads)
    assert (await ads.get(f"/sessioni/{session}")).headers["location"] == f"/sessioni/{session}/diretta"
    page = (await ads.get(f"/sessioni/{session}/diretta")).text
    assert "In diretta" in page
    assert f'data-socket="/api/sessions/{session}/live"' in page
    assert "Termina ora" in (await ads.get(f"/sessioni/{session}/termina")).text
    done = await ads.post(f"/sessioni/{session}/termina")
    assert done.headers["location"] == f"/sessioni/{session}/diretta"
    assert "Fine ordinata da Aldo Ads" in (await ads.get(f"/sessioni/{session}/diretta")).text
    assert await story.kinds("session.stop_ordered") == ["session.stop_ordered"]


async def test_whoever_terminated_may_say_why_afterwards(story: Story, browse: Browse) -> None:
    session = await story.running()
    ads, live = browse(story.world.ads), f"/sessioni/{session}/diretta"
    asked = f'<form class="watch-why" action="/sessioni/{session}/motivo"'
    assert asked not in (await ads.get(live)).text
    await ads.post(f"/sessioni/{session}/termina")
    assert asked in (await ads.get(live)).text
    assert asked not in (await browse(story.world.titolare).get(live)).text
    assert (await ads.post(f"/sessioni/{session}/motivo", reason="")).headers["location"] == live
    assert await story.kinds("session.stop_explained") == []
    long = await ads.post(f"/sessioni/{session}/motivo", reason="Riga. " * 100)
    assert long.status_code == 413
    assert "al massimo 500 caratteri" in long.text
    assert "Riga. Riga." in long.text
    done = await ads.post(f"/sessioni/{session}/motivo", reason="Lavoro <b>finito")
    assert done.headers["location"] == live
    page = (await ads.get(live)).text
    assert asked not in page
    assert "«Lavoro &lt;b&gt;finito»" in page
    assert "finito»" not in (await browse(story.world.technician).get(f"/sessioni/{session}")).text


async def test_close_with_outcome_by_form(story: Story, browse: Browse) -> None:
    session = await story.running()
    technician = browse(story.world.technician)
    assert "Esito" in (await technician.get(f"/sessioni/{session}/chiudi")).text
    no_code = await technician.post(f"/sessioni/{session}/chiudi", outcome="solved", note="Carta finita <b>")
    assert no_code.status_code == 422
    assert "Segni almeno un’attività svolta." in no_code.text
    assert ">Carta finita &lt;b&gt;</textarea>" in no_code.text
    assert 'value="solved" required checked' in no_code.text
    long = await technician.post(
        f"/sessioni/{session}/chiudi", outcome="solved", activity="GEST", note="Riga. " * 400
    )
    assert "È troppo lungo: al massimo 2000 caratteri." in long.text
    assert "Riga. Riga." in long.text
    done = await technician.post(
        f"/sessioni/{session}/chiudi", outcome="solved", activity="GEST", note="Fatto"
    )
    assert done.headers["location"] == f"/sessioni/{session}"
    assert "session.closed" in await story.kinds()


async def test_a_note_with_a_password_is_covered_and_said(story: Story, browse: Browse) -> None:
    session = await story.running()
    technician = browse(story.world.technician)
    done = await technician.post(
        f"/sessioni/{session}/chiudi", outcome="solved", activity="GEST", note="password: Pippo1234"
    )
    assert "Sembra una password" in seen((await technician.get(done.headers["location"])).text)


async def test_what_was_not_started_can_be_revoked_not_terminated(story: Story, browse: Browse) -> None:
    session = await story.granted()
    request = (await story.session(session)).permit.request
    page = (await browse(story.world.ads).get(f"/sessioni/{session}/diretta")).text
    assert f'href="/richieste/{request}/revoca"' in page
    assert "Termina ora" not in page
    assert 'href=""' not in page


async def test_a_presumed_end_can_be_made_sure(story: Story, browse: Browse) -> None:
    """Nobody knows that it is over: the order to end stays within reach."""
    session = await story.running()
    await story.agent.cut()
    last_seen = story.clock.now()
    story.clock.advance(seconds=120)
    await presume_ended(story.parts, story.world.tenant, session, last_seen=last_seen)
    page = (await browse(story.world.ads).get(f"/sessioni/{session}/diretta")).text
    assert 'data-state="ended"' in page
    assert f'<form action="/sessioni/{session}/termina" method="post" data-stop' in page
    assert "manca ciò che l’agente non ha ancora detto" in page
    technician = (await browse(story.world.technician).get(f"/sessioni/{session}")).text
    assert "tutto scritto" not in technician


async def test_what_never_began_is_not_called_over(story: Story, browse: Browse) -> None:
    session = await story.granted()
    request = (await story.session(session)).permit.request
    await browse(story.world.ads).post(f"/richieste/{request}/revoca")
    for someone, path in (
        (story.world.technician, f"/sessioni/{session}"),
        (story.world.ads, f"/sessioni/{session}/diretta"),
    ):
        page = (await browse(someone).get(path)).text
        assert "Nessuna sessione è partita" in page
        assert "La sessione è finita" not in page
        assert "ses-side" not in page


async def test_green_is_vouched_for(story: Story, browse: Browse) -> None:
    """The titolare's figures come from what was counted: signatures, supervision, witnesses."""
    titolare = browse(story.world.titolare)
    figures = (await titolare.get("/titolare")).text.partition("tit-fig")[2].partition("</dl>")[0]
    assert "0 su 0" in figures
    assert figures.count("state-ok") == 0
    assert "testimoni: 0 su 1" in figures
    assert '<span class="state state-wait">macchine testimoni' in figures
    await story.running()
    figures = (await titolare.get("/titolare")).text.partition("tit-fig")[2].partition("</dl>")[0]
    assert figures.count("1 su 1") >= 2
    assert '<span class="state state-ok">tutti</span>' in figures
    assert '<span class="state state-ok">in tutti</span>' in figures
    assert '<span class="state state-wait">macchine testimoni: 0 su 1</span>' in figures
    heads = Heads(story.parts.hub, story.parts.store)
    await heads.noticed(Announcement(story.world.tenant, "log", "0"))
    await heads.tick()
    await story.agent.obey()
    figures = (await titolare.get("/titolare")).text
    assert '<span class="state state-ok">macchine testimoni: 1 su 1</span>' in figures


async def test_titolare_asks_about_an_order_nobody_signed(story: Story, browse: Browse) -> None:
    """The agent opened nothing, but somebody made the order; a session merely out of its hours is no such thing."""
    titolare = browse(story.world.titolare)
    session = await story.granted()
    await story.agent.note("session.refused", session, grant="a" * 64, reason="window_closed")
    assert "non autentico" not in (await titolare.get("/titolare")).text
    await story.agent.note("session.refused", session, grant="a" * 64, reason="signature_invalid")
    for n in range(60):  # anybody can knock: that hides nothing
        await deny(
            story.parts,
            what="session",
            why=Why.NOT_ALLOWED,
            terminal=f"192.0.2.{n}",
            tenant=story.world.tenant,
        )
    page = (await titolare.get("/titolare")).text
    assert "Chiedere conto al fornitore di un ordine non autentico" in page
    assert "rifiutato su srv-gestionale" in page
    assert "niente" not in page.partition("tit-fig")[0]


async def test_titolare_is_told_what_to_do(story: Story, browse: Browse) -> None:
    titolare = browse(story.world.titolare)
    assert "Che cosa deve fare lei: niente" in (await titolare.get("/titolare")).text
    await story.ask(text="Da decidere")
    page = (await titolare.get("/titolare")).text
    assert "Rispondere a Tiziana Tecnica" in page
    assert "Da decidere" in page


NOTHING = b'{"hosts":[],"people":[],"sessions":[]}'  # of a report, what its table reads


async def test_reports_are_handed_out_and_recorded(story: Story, browse: Browse) -> None:
    world, at = story.world, whole_ms(story.clock.now())
    issued = Issued(world.tenant, "2026-10", "VB-a-2026-10", False, at, 1, 1, bundled=True)
    async with story.parts.store.tx(world.tenant, at) as tx:
        await tx.append(ReportIssued("2026-10", issued.number, "0" * 64, "0" * 64, False), actor=BROKER)
        await reports.add(tx, issued, Files(b"%PDF-1.7", NOTHING, None, b"0"))
        await reports.add_bundle(tx, issued.number, b"PK")
    titolare = browse(world.titolare)
    page = (await titolare.get("/titolare")).text
    for form, media, data in (
        ("pdf", "application/pdf", b"%PDF-1.7"),
        ("pdf.p7m", "application/pkcs7-mime", b"0"),
        ("json", "application/json", NOTHING),
        ("csv", "text/csv", b'\xef\xbb\xbf"Intervento";'),
        ("zip", "application/zip", b"PK"),
    ):
        assert f"/rapporti/{issued.number}.{form}" in page
        answer = await titolare.get(f"/rapporti/{issued.number}.{form}")
        assert answer.headers["content-type"].startswith(media)
        # A kept copy that is no bundle is made anew.
        assert answer.content.startswith(data)
        assert "attachment" in answer.headers["content-disposition"]
    reads = [leaf.record for leaf in await story.leaves() if leaf.record.KIND == "record.read"]
    read = [one.what for one in reads]  # type: ignore[union-attr]
    assert read == ["log", "report", "report", "report", "report", "bundle"]


async def test_trust_file_is_his_own(story: Story, browse: Browse) -> None:
    answer = await browse(story.world.titolare).get("/trust.json")
    assert answer.json()["tenant"] == story.world.tenant
    assert answer.json()["type"] == "trust"


async def test_the_page_that_verifies_is_his_too_and_its_digest_is_on_his_page(
    story: Story, browse: Browse
) -> None:
    titolare = browse(story.world.titolare)
    answer = await titolare.get("/verifica.html")
    assert hashlib.sha256(answer.content).hexdigest() in (await titolare.get("/titolare")).text
    assert answer.headers["content-disposition"] == 'attachment; filename="verifica.html"'
