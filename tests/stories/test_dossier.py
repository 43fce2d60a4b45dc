"""What the law asks beside the sessions, from the log to the paper: verification, documents, rights, leaving, review."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from audit import bundle
from audit.duty_records import DocumentIssued, RightAsked, VerificationOpened
from broker.cases.answer_right import RightDraft, answer_right, extend_right, note_right
from broker.cases.ask import Draft, ask
from broker.cases.change_policy import begin_policy
from broker.cases.issue_document import issue_document, print_document
from broker.cases.let_customer_go import begin_leaving, confirm_leaving, stop_leaving
from broker.cases.review_accounts import review_accounts, see_accounts
from broker.cases.see_verifications import see_sample, see_verifications
from broker.cases.take_person_extract import refusal_text, take_person_extract
from broker.cases.verify_year import close_verification, judge_item, open_verification
from broker.domain.refusal import Refused, Why
from broker.jobs import duties
from broker.jobs.deliver import deliver
from broker.store import documents, duty_log
from tests.broker.world import ACCOUNT, DRAFT
from tests.doubles import ListMailer
from tests.stories.telling import Story, wish
from tests.stories.test_erasure import decided, worked

FIRST, UNTIL = "2026-11-01", "2026-11-09"


async def refused(doing: Awaitable[object]) -> Why:
    with pytest.raises(Refused) as no:
        await doing
    return no.value.why


async def text_of(story: Story, n: int) -> str:
    async with story.parts.store.read() as work:
        found = await documents.text(work, story.world.tenant, n, story.parts.keys.wrapping_key())
    return json.dumps(found, ensure_ascii=False)


async def issued(story: Story, kind: str) -> list[int]:
    leaves = [leaf for leaf in await story.leaves() if isinstance(leaf.record, DocumentIssued)]
    return [leaf.n for leaf in leaves if leaf.record.document == kind]  # type: ignore[union-attr]


# --------------------------------------------------------------------------- the yearly verification


async def test_l06_a_year_is_verified_from_the_sample_to_the_minute(story: Story) -> None:
    """L-06: drawn by the log's own root, judged item by item, closed by the titolare alone; the log verifies."""
    world, parts, his = story.world, story.parts, story.world.titolare.who
    await worked(story)
    today = story.clock.now().date().isoformat()
    for by, why in ((world.owner.who, Why.NOT_ALLOWED), (world.ads.who, Why.NOT_ALLOWED)):
        assert await refused(open_verification(parts, by, world.tenant, today, today)) is why
    assert await refused(open_verification(parts, his, world.tenant, today, "2030-01-01")) is Why.BAD_INPUT
    one = await open_verification(parts, his, world.tenant, today, today)
    assert await refused(open_verification(parts, his, world.tenant, today, today)) is Why.WRONG_STATE
    view = await see_sample(parts, his, world.tenant, one)
    strata = {item.item.stratum for item in view.looked}
    assert "denied" in strata
    [session] = [item for item in view.looked if item.item.name.startswith("s-")]
    assert (session.person, session.authorised, session.supervised) == ("Tiziana Tecnica", "Aldo Ads", True)
    assert await refused(_close(story, one)) is Why.WRONG_STATE
    for item in view.looked:
        note = "Orario insolito, chiarito." if item is session else ""
        await judge_item(parts, his, world.tenant, one, item.item.name, "regular", note)
    assert await refused(judge_item(parts, his, world.tenant, one, "n=0", "regular", "")) is Why.NOT_FOUND
    n = await _close(story, one)
    minute = await text_of(story, n)
    opened = (await story.last("verification.opened")).record
    assert isinstance(opened, VerificationOpened)
    for said in ("Tiziana Tecnica", "Orario insolito, chiarito.", opened.root, opened.sample, "Aldo Ads"):
        assert said in minute
    assert (await print_document(parts, his, world.tenant, n)).data.startswith(b"%PDF-")
    assert await refused(print_document(parts, world.owner.who, world.tenant, n)) is Why.NOT_FOUND
    assert await story.findings() == []


async def _close(story: Story, one: str) -> int:
    his = story.world.titolare.who
    return await close_verification(
        story.parts, his, story.world.tenant, one, conclusion="compliant", place="Trento", remarks=""
    )


async def test_l06_overdue_for_more_than_a_year_the_titolare_is_told_once(story: Story) -> None:
    world, mailer = story.world, ListMailer()
    assert not (await see_verifications(story.parts, world.titolare.who, world.tenant)).overdue
    story.clock.advance(days=366)
    assert (await see_verifications(story.parts, world.titolare.who, world.tenant)).overdue
    for _ in range(2):
        await duties.tick(story.parts)
        await deliver(story.parts, mailer)
    letters = [one for one in mailer.sent if "fascicolo" in repr(one)]
    assert len(letters) == 1


# ------------------------------------------------------------------------------------- documents


async def test_l52_l36_documents_follow_the_settings_and_keep_their_old_versions(story: Story) -> None:
    """L-52: another term makes another version with its day; the old one is still there. L-36: (a) to (d)."""
    world, parts = story.world, story.parts
    assert await refused(issue_document(parts, world.ads.who, world.tenant, "dpa_annex")) is Why.NOT_ALLOWED
    for kind in ("dpa_annex", "processing_register", "measures", "suppliers_people"):
        assert await issue_document(parts, world.owner.who, world.tenant, kind) is not None
        assert await issue_document(parts, world.owner.who, world.tenant, kind) is None
    await duties.tick(parts)
    assert len(await issued(story, "dpa_annex")) == 1
    story.clock.advance(days=1)
    longer = replace(DRAFT, retention=(("access", 18),), accounts=((world.host.id, ACCOUNT),))
    await world.titolare.sign(await begin_policy(parts, world.titolare.who, longer))
    await duties.tick(parts)
    first, second = await issued(story, "dpa_annex")
    assert "18 mesi" not in await text_of(story, first)
    assert "18 mesi" in await text_of(story, second)
    assert "Versione 2" in await text_of(story, second)
    assert len(await issued(story, "suppliers_people")) == 1
    register = await text_of(story, (await issued(story, "processing_register"))[0])
    assert [one for one in ("a) ", "b) ", "c) ", "d) ") if one not in register] == []
    people = await text_of(story, (await issued(story, "suppliers_people"))[0])
    assert "Tiziana Tecnica" in people
    assert "Aldo Ads" not in people
    assert await story.findings() == []


# ---------------------------------------------------------------------------------------- rights


async def test_l27_the_extract_has_his_own_records_and_no_other_names(story: Story) -> None:
    """L-27: the technician's; whoever approved stands there as his role."""
    world, parts, his = story.world, story.parts, story.world.titolare.who
    await worked(story)
    today = story.clock.now().date()
    draft = RightDraft(
        "access", today.isoformat(), "Tiziana Tecnica", world.technician.id, "Vorrei i miei dati."
    )
    one = await note_right(parts, his, world.tenant, draft)
    asked = (await story.last("right.asked")).record
    assert isinstance(asked, RightAsked)
    name, data = await take_person_extract(parts, his, world.tenant, one)
    files = bundle.unpack(data)
    found = json.loads(bytes(files["registrazioni.json"]))
    assert name == f"estratto-{one}.zip"
    assert bytes(files["estratto.pdf"]).startswith(b"%PDF-")
    assert {line["kind"] for line in found["records"]} >= {"request.opened", "session.opened"}
    assert {line["by"] for line in found["records"]} <= {
        "self",
        "ads",
        "titolare",
        "owner",
        "agent",
        "broker",
    }
    for other in ("Aldo Ads", world.ads.id, "Teresa", world.titolare.id):
        assert other not in json.dumps(found, ensure_ascii=False)
    await extend_right(parts, his, world.tenant, one, "Molte registrazioni.")
    assert await refused(extend_right(parts, his, world.tenant, one, "Ancora.")) is Why.WRONG_STATE
    assert await refused(answer_right(parts, his, world.tenant, one, "refused", "")) is Why.BAD_INPUT
    await answer_right(parts, his, world.tenant, one, "granted", "")
    async with parts.store.read() as work:
        [right] = await duty_log.rights(work, world.tenant)
    assert (right.outcome, right.extended, right.late(date(2099, 1, 1))) == ("granted", True, False)
    assert await refused(note_right(parts, world.ads.who, world.tenant, draft)) is Why.NOT_ALLOWED
    assert await story.findings() == []


async def test_l28_two_months_old_accesses_stay_and_the_refusal_says_by_which_duty(story: Story) -> None:
    """L-28: the content part is erased, the access log is not."""
    world, parts, his = story.world, story.parts, story.world.titolare.who
    request = await worked(story)
    story.clock.advance(days=61)
    today = story.clock.now().date().isoformat()
    draft = RightDraft("erasure", today, "Tiziana Tecnica", world.technician.id)
    one = await note_right(parts, his, world.tenant, draft)
    await decided(story, request)
    said = await refusal_text(parts, his, world.tenant, one)
    assert "sono stati cancellati" in said
    assert "27 novembre 2008, punto 4.5 lettera f" in said
    assert "art. 17, par. 3, lett. b" in said
    await answer_right(parts, his, world.tenant, one, "in_part", said)
    assert await story.kinds("session.started") == ["session.started"]
    assert await story.findings() == []


# --------------------------------------------------------------------------------------- leaving


async def test_l35_a_customer_leaves_by_two_people_with_a_grace_and_a_certificate(story: Story) -> None:
    """L-35: what went with which keys, and what the law keeps until when; the log still verifies."""
    world, parts, owner, his = story.world, story.parts, story.world.owner.who, story.world.titolare.who
    request = await worked(story)
    await begin_leaving(parts, owner, world.tenant)
    assert await refused(confirm_leaving(parts, owner, world.tenant)) is Why.NOT_ALLOWED
    await stop_leaving(parts, his, world.tenant)
    await begin_leaving(parts, his, world.tenant)
    last = date.fromisoformat(await confirm_leaving(parts, owner, world.tenant))
    await duties.tick(parts)
    assert await story.kinds("customer.left") == []
    story.clock.at = datetime(last.year, last.month, last.day, 12, tzinfo=UTC)
    await duties.tick(parts)
    assert await story.kinds("customer.left") == []
    story.clock.advance(days=1)
    await duties.tick(parts)
    [first] = await issued(story, "closing_certificate")
    assert "resta ciò che deve essere conservato" in await text_of(story, first)
    assert "sei mesi" in await text_of(story, first)
    draft = Draft(world.host.id, "Altro.", "Altro.", wish())
    assert await refused(ask(parts, world.technician.who, draft)) is Why.WRONG_STATE
    story.clock.advance(days=400)
    await duties.tick(parts)
    await duties.tick(parts)
    _, second = await issued(story, "closing_certificate")
    assert request in await text_of(story, second)
    async with parts.store.read() as work:
        assert request not in await duty_log.keys(work, world.tenant)
    assert await refused(stop_leaving(parts, his, world.tenant)) is Why.WRONG_STATE
    assert await story.findings() == []


async def test_l72_the_owner_reviews_who_can_come_in_every_half_year(story: Story) -> None:
    """L-72: everybody is looked at; a person left out is no review."""
    owner = story.world.owner.who
    here = await see_accounts(story.parts, owner)
    assert (here.last, here.late) == (None, False)
    story.clock.advance(days=190)
    assert (await see_accounts(story.parts, owner)).late
    everybody = [one.id for one in here.people]
    assert await refused(review_accounts(story.parts, owner, everybody[1:])) is Why.WRONG_STATE
    assert await refused(review_accounts(story.parts, story.world.technician.who, [])) is Why.NOT_ALLOWED
    await review_accounts(story.parts, owner, everybody)
    assert not (await see_accounts(story.parts, owner)).late
