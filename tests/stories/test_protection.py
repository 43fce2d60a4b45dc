"""Data protection beside the work itself: the impact assessment, relays, corrections, instructions held unlawful."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.policy import Tool
from audit.protection_records import InstructionQuestioned, RecordRectified
from audit.recording_rules import demanded
from broker.cases.change_policy import begin_policy
from broker.cases.note_relay import note_relay
from broker.cases.processing_facts import see_processing
from broker.cases.question_instruction import question_instruction
from broker.cases.rectify import rectify
from broker.cases.see_beside import see_beside
from broker.domain.refusal import Refused, Why
from broker.jobs.deliver import deliver
from tests.broker.world import ACCOUNT, DRAFT
from tests.doubles import ListMailer
from tests.stories.telling import Story
from tests.stories.test_months import worked
from tests.stories.test_recordings import RULES, assess
from web.present.rules import DEFAULT

MARKER = "La cartella del personale non c’entra con l’anomalia."


async def test_l39_recording_asks_for_the_impact_assessment(story: Story) -> None:
    """L-39: without its reference on file no rules that record are signed; the titolare files it himself."""
    titolare = story.world.titolare
    draft = replace(DRAFT, accounts=((story.world.host.id, ACCOUNT),), recording=RULES, witnesses=0)
    with pytest.raises(Refused) as no:
        await begin_policy(story.parts, titolare.who, draft)
    assert no.value.why is Why.DPIA_MISSING
    await assess(story)
    await titolare.sign(await begin_policy(story.parts, titolare.who, draft))
    found = await see_processing(story.parts, titolare.who, story.world.tenant)
    assert found.recording == RULES
    assert found.paper("dpia") is not None
    await titolare.sign(await begin_policy(story.parts, titolare.who, replace(draft, approvals=1)))


async def test_l40_the_owner_notes_where_a_relay_sits(story: Story) -> None:
    """L-40: of a program that the rules allow; the last word counts."""
    world, parts = story.world, story.parts
    tool = Tool("supremo", ("/opt/supremo/supremo",), ("supremo",), 5)
    draft = replace(DRAFT, accounts=((world.host.id, ACCOUNT),), channels=("terminal", "tool"), tools=(tool,))
    await world.titolare.sign(await begin_policy(parts, world.titolare.who, draft))
    await note_relay(parts, world.owner.who, world.tenant, tool.id, "Stati Uniti")
    await note_relay(parts, world.owner.who, world.tenant, tool.id, "  Germania ")
    found = await see_processing(parts, world.titolare.who, world.tenant)
    assert [one.relay for one in found.tools if one.tool == tool.id] == ["Germania"]
    assert "Germania" in found.transfers
    for name, place in (("unknown", "Italia"), (tool.id, " ")):
        with pytest.raises(Refused) as no:
            await note_relay(parts, world.owner.who, world.tenant, name, place)
        assert no.value.why is Why.BAD_INPUT
    with pytest.raises(Refused) as no:
        await note_relay(parts, world.titolare.who, world.tenant, tool.id, "Italia")
    assert no.value.why is Why.NOT_ALLOWED


async def test_l31_what_the_vendor_holds_unlawful_is_told_to_the_titolare(story: Story) -> None:
    """L-31: a record and a letter, which does not say why; the request stays as it is."""
    world, parts = story.world, story.parts
    request = (await story.session(await worked(story))).permit.request
    await question_instruction(parts, world.technician.who, request, MARKER)
    record = (await story.last("instruction.questioned")).record
    assert record == InstructionQuestioned(request)
    mailer = ListMailer()
    await deliver(parts, mailer)
    [letter] = [text for text in map(str, mailer.sent) if "28(3)" in text]
    assert MARKER not in letter
    [said] = (await see_beside(parts, world.titolare.who, request)).lines
    assert (said.kind, said.text) == ("questioned", MARKER)
    with pytest.raises(Refused) as no:
        await question_instruction(parts, world.titolare.who, request, MARKER)
    assert no.value.why is Why.NOT_ALLOWED


async def test_l29_a_correction_stands_beside_what_it_corrects(story: Story) -> None:
    """L-29: both are read, the old value still verifies."""
    world, parts = story.world, story.parts
    request = (await story.session(await worked(story))).permit.request
    await rectify(parts, world.titolare.who, request, "request", "Era il server, non il PC.")
    leaf = await story.last("record.rectified")
    assert isinstance(leaf.record, RecordRectified)
    opened = next(one for one in await story.leaves() if one.record.KIND == "request.opened")
    assert (leaf.record.corrects, leaf.refs) == (opened.n, (opened.n,))
    view = await see_beside(parts, world.technician.who, request)
    assert [one.text for one in view.lines] == ["Era il server, non il PC."]
    assert view.titles[opened.n][0] == opened.record.IT
    assert await story.findings() == []
    for who, what, why in (
        (world.technician.who, "request", Why.NOT_ALLOWED),
        (world.owner.who, "name", Why.BAD_INPUT),
    ):
        with pytest.raises(Refused) as no:
            await rectify(parts, who, request, what, "x")
        assert no.value.why is why


def test_l30_by_default_nothing_of_content_is_kept() -> None:
    """L-30: no recording, no screen, no file content; a fresh install begins with these."""
    assert DEFAULT.recording is None
    assert not demanded(DEFAULT.recording, ("terminal", "exec", "desktop"), administrator=True)
    assert set(DEFAULT.channels) <= {"terminal", "exec"}
    assert (DEFAULT.tools, DEFAULT.folders, DEFAULT.ports, DEFAULT.environment) == ((), (), (), ())


async def test_l21_no_session_without_its_incident(story: Story) -> None:
    """L-21: the purpose is one anomaly, written down; without it nothing is asked for, and so nothing opens."""
    for text in ("", "  "):
        with pytest.raises(Refused) as no:
            await story.ask(text=text)
        assert no.value.why is Why.BAD_INPUT
    assert await story.kinds("request.opened") == []
