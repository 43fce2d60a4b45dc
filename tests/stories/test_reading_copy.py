"""A report to read in English: made of what was sealed, for whoever may read that, and a record like any reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.person_records import RecordRead
from broker.cases.close_month import close_month
from broker.cases.read_report import read_report
from broker.domain.refusal import Refused, Why
from broker.out.pdf import ReportFailed
from tests.broker.pdf_reading import run, text
from tests.stories.telling import Story
from tests.stories.test_months import DECEMBER, days_pass, files_of, worked
from tests.web.italian import ITALIAN


async def closed(story: Story) -> str:
    await worked(story)
    await days_pass(story, DECEMBER)
    return (await close_month(story.parts, story.world.tenant, "2026-11")).number


async def test_it_is_made_of_what_was_sealed(story: Story, tmp_path: Path) -> None:
    number = await closed(story)
    before = len(await story.world.records())
    file = await read_report(story.parts, story.world.titolare.who, number, "en.pdf")
    assert (file.name, file.media) == (f"{number}.en.pdf", "application/pdf")
    assert (await story.world.records())[before:] == [
        RecordRead(story.world.titolare.id, "report", story.world.titolare.who.terminal)
    ]
    assert b"/ByteRange" not in file.data, "nobody signs it"
    assert b"/ByteRange" in (await files_of(story, number)).pdf
    path = tmp_path / "copy.pdf"
    path.write_bytes(file.data)
    run("pdfdetach", "-save", "1", "-o", tmp_path / "data.json", path)
    assert (tmp_path / "data.json").read_bytes() == (await files_of(story, number)).json
    read = text(path)
    assert "Monthly report" in read
    sentences, _, _ = read.partition("C Legal")  # annex C quotes the vendor's texts as they are
    written = ("Un motivo", "La stampa", "Via ", "registro.")
    left = [
        line
        for line in sentences.splitlines()
        if ITALIAN.search(line) and not any(one in line for one in written)
    ]
    assert left == []


async def test_who_may_not_read_the_report_has_no_copy(story: Story) -> None:
    number = await closed(story)
    with pytest.raises(Refused) as no:
        await read_report(story.parts, story.world.technician.who, number, "en.pdf")
    assert no.value.why is Why.NOT_ALLOWED


async def test_one_that_cannot_be_made_says_so_and_records_nothing(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await closed(story)
    before = len(await story.world.records())

    def broken(*_: object, **__: object) -> bytes:
        raise ReportFailed("no")

    monkeypatch.setattr("broker.out.reporter.render", broken)
    with pytest.raises(Refused) as no:
        await read_report(story.parts, story.world.titolare.who, number, "en.pdf")
    assert no.value.why is Why.REPORT_FAILED
    assert len(await story.world.records()) == before
