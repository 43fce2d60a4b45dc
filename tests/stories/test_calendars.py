"""A person's calendar: his windows with their right hour over both clock changes, due dates, and nobody's name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from broker.cases.keep_calendar import close_calendar, open_calendar
from broker.cases.refuse import refuse
from broker.cases.see_calendar import calendar_by_secret, request_calendar
from broker.cases.withdraw import withdraw
from broker.domain.calendar import Entry, render
from broker.domain.refusal import Refused, Why
from broker.jobs.deliver import deliver
from broker.store.people import tenant_people
from tests.doubles import ListMailer
from tests.stories.telling import Story

NAME = ("Finestre", "Windows")


def read(data: bytes) -> dict[str, Any]:
    found = icalendar.Calendar.from_ical(data)
    return {str(one["uid"]): one for one in found.walk("VEVENT")}


@pytest.mark.parametrize(
    ("begins", "offset"),
    [
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), 2),  # the night in which summer time ends
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 2),  # half past two, the first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 1),  # and the second
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), 1),
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), 2),
    ],
)
def test_windows_stand_at_their_hour_over_both_clock_changes(begins: datetime, offset: int) -> None:
    entry = Entry("r-1", begins, begins + timedelta(hours=4), "Europe/Rome", ("Finestra", "Window"))
    data = render([entry], NAME, "registro.example", begins)
    (zone,) = icalendar.Calendar.from_ical(data).walk("VTIMEZONE")
    rules = zone.to_tz(lookup_tzid=False)  # as a program does that knows no zones but this file's
    (found,) = read(data).values()
    for name, at in (("dtstart", begins), ("dtend", begins + timedelta(hours=4))):
        told = found[name].dt
        if told.tzinfo is not UTC and told.utcoffset():
            assert told.replace(tzinfo=rules, fold=0).astimezone(UTC) == at, name
        else:  # the hour that comes twice, the second time
            assert told == at
            assert at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    shown = found["dtstart"].dt.astimezone(ZoneInfo("Europe/Rome"))
    assert shown.replace(tzinfo=None) == (begins + timedelta(hours=offset)).replace(tzinfo=None)


def test_a_day_is_one_day_and_lines_fold() -> None:
    day = date(2026, 12, 31)
    long = "Contratto: " + "àè;,\\\n" * 40
    data = render(
        [Entry("x", day, day, "Europe/Rome", (long, "C"))], NAME, "registro.example", datetime.now(UTC)
    )
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    (found,) = read(data).values()
    assert (found["dtstart"].dt, found["dtend"].dt) == (day, date(2027, 1, 1))
    assert str(found["summary"]) == long


async def feed(story: Story, someone: Any, *, english: bool = False) -> bytes:
    made = await open_calendar(story.parts, someone.who)
    token = made.address.rpartition("/")[2].removesuffix(".ics")
    return await calendar_by_secret(story.parts, token, english=english)


async def test_a_window_keeps_its_uid_and_says_when_it_is_cancelled(story: Story) -> None:
    asked = (await story.ask()).request
    uid = f"{asked}@registro.localhost"
    first = read(await feed(story, story.world.ads))[uid]
    assert (str(first["status"]), int(first["sequence"])) == ("TENTATIVE", 0)
    assert str(first["summary"]) == "Assistenza da autorizzare: srv-gestionale"
    await story.approve(asked)
    mine = await feed(story, story.world.technician, english=True)
    second = read(mine)[uid]
    assert (str(second["status"]), int(second["sequence"])) == ("CONFIRMED", 1)
    assert str(second["summary"]) == "Assistance approved: srv-gestionale, Albergo Esempio"
    own = read(await request_calendar(story.parts, story.world.ads.who, asked, english=False))
    assert list(own) == [uid]
    await withdraw(story.parts, story.world.technician.who, asked)
    third = read(await feed(story, story.world.ads))[uid]
    assert (str(third["status"]), int(third["sequence"])) == ("CANCELLED", 2)
    for person in ("Tiziana", "Teresa", "Aldo", "La stampa"):
        assert person.encode() not in mine
    house = read(await feed(story, story.world.owner))[uid]
    assert str(house["summary"]) == "Assistenza annullata: srv-gestionale, Albergo Esempio"
    other = (await story.ask(text="Altro.")).request
    await refuse(story.parts, story.world.ads.who, other)
    assert (
        str(read(await feed(story, story.world.ads))[f"{other}@registro.localhost"]["status"]) == "CANCELLED"
    )


async def mailed(story: Story) -> dict[str, tuple[str, dict[str, Any]]]:
    """By recipient: what the last letter says, and the windows that it brings."""
    mailer, found = ListMailer(), {}
    await deliver(story.parts, mailer)
    for data, _, recipient in mailer.sent:
        letter = message_from_bytes(data, policy=policy.default)
        body = letter.get_body(("plain",))
        assert body is not None
        brought = [one for one in letter.iter_attachments() if one.get_content_type() == "text/calendar"]
        windows: dict[str, Any] = {}
        for one in brought:
            assert one.get_filename() == "finestra.ics"
            assert (one.get_param("method"), one.get_param("charset")) == ("PUBLISH", "utf-8")
            windows |= read(one.get_payload(decode=True))
        found[recipient] = str(body.get_content()), windows
    return found


async def test_a_letter_brings_the_window_and_takes_it_back(story: Story) -> None:
    """The same event as in the calendar one subscribes to; nothing where no yes was given."""
    asked, told = (await story.ask()).request, "La finestra è unita, per il calendario."
    uid = f"{asked}@registro.localhost"
    world = story.world
    assert all(not windows for _, windows in (await mailed(story)).values())
    await story.approve(asked)
    found = await mailed(story)
    house = await addresses(story, world.house)
    assert set(found) - house == await addresses(story, world.tenant)
    assert len(set(found) & house) == 1
    for who, (text, windows) in found.items():
        (one,) = windows.values()
        assert (str(one["uid"]), str(one["status"]), int(one["sequence"])) == (uid, "CONFIRMED", 1)
        assert told in text
        place = "srv-gestionale, Albergo Esempio" if who in house else "srv-gestionale"
        assert str(one["summary"]) == f"Assistenza autorizzata: {place} · Assistance approved: {place}"
    await withdraw(story.parts, story.world.technician.who, asked)
    for text, windows in (await mailed(story)).values():
        assert (str(windows[uid]["status"]), int(windows[uid]["sequence"])) == ("CANCELLED", 2)
        assert told in text
    other = (await story.ask(text="Altro.")).request
    await withdraw(story.parts, story.world.technician.who, other)
    assert all(told not in text and not windows for text, windows in (await mailed(story)).values())


async def addresses(story: Story, tenant: str) -> set[str]:
    async with story.parts.store.read() as work:
        return {one.email for one in await tenant_people(work, tenant)}


async def test_what_falls_due_stands_there_for_whoever_answers_for_it(story: Story) -> None:
    titolare = read(await feed(story, story.world.titolare))
    owner = read(await feed(story, story.world.owner))
    assert [one for one in titolare if one.startswith("verifica.")]
    summaries = [str(one["summary"]) for one in owner.values()]
    assert "Verifica annuale degli amministratori: Albergo Esempio" in summaries
    assert not [one for one in read(await feed(story, story.world.technician)) if one.startswith("verifica.")]


async def test_the_address_is_a_secret_that_can_be_taken_back(story: Story) -> None:
    parts, ads = story.parts, story.world.ads.who
    old = (await open_calendar(parts, ads)).address
    new = (await open_calendar(parts, ads)).address
    token = [one.rpartition("/")[2].removesuffix(".ics") for one in (old, new)]
    with pytest.raises(Refused):
        await calendar_by_secret(parts, token[0], english=False)
    await calendar_by_secret(parts, token[1], english=False)
    await close_calendar(parts, ads)
    for one in (*token, "", "x"):
        with pytest.raises(Refused) as no:
            await calendar_by_secret(parts, one, english=False)
        assert no.value.why is Why.NOT_FOUND
    with pytest.raises(Refused):
        await close_calendar(parts, ads)
    kinds = [leaf.record.KIND for leaf in await story.leaves()][-4:]
    assert kinds == ["credential.added", "credential.removed", "credential.added", "credential.removed"]
    stranger = await story.stranger()
    asked = (await story.ask()).request
    with pytest.raises(Refused):
        await request_calendar(parts, stranger.who, asked, english=False)
