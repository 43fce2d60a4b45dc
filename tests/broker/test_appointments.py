"""Appointments of administrators: evaluated before, of natural persons, by who may, and whose count at an instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from audit.administrator_records import AdministratorAppointed, AdministratorEnded, NoticeChanged
from audit.person_records import AccessDenied, PersonAdmitted, PersonLeft
from broker.cases.appoint_administrator import appoint_administrator
from broker.cases.change_notice import change_notice
from broker.cases.dismiss import dismiss
from broker.cases.end_appointment import end_appointment
from broker.cases.open_tenant import open_tenant
from broker.cases.see_administrators import see_administrators
from broker.cases.see_notice import see_notice
from broker.cases.see_staff import see_staff
from broker.domain import register_csv
from broker.domain.appointments import LONGEST_DAYS, SHOWS, Appointment, AppointmentDraft
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import appointments, log, openings
from tests.broker.world import World, newcomer
from tests.doubles import MORNING, FakeClock

TODAY = date(2026, 11, 2)
DRAFT = AppointmentDraft(
    person="", function="Sistemista", areas=("BKP", "GEST"), hosts=(), first=TODAY, last=date(2027, 10, 31),
    evaluation="Dieci anni di servizio,\nnessun rilievo.", evaluated_by="Dott.ssa Rosa Prova", evaluated=date(2026, 10, 30),
)  # fmt: skip


@pytest.fixture
async def world(parts: Parts) -> World:
    return await World.make(parts)


def draft(world: World, person: str, **other: Any) -> AppointmentDraft:
    today = world.parts.clock.now().date()
    dates = {"first": today, "last": today + timedelta(days=300), "evaluated": today - timedelta(days=1)}
    return replace(DRAFT, **{"person": person, **dates, **other})


async def counts(world: World, person: str) -> bool:
    async with world.parts.store.read() as work:
        return await appointments.appointed(work, world.tenant, person, world.parts.clock.now())


@pytest.mark.parametrize("lacks", [{"evaluation": " \n"}, {"evaluated_by": ""}, {"evaluated": None}])
async def test_l01_without_an_evaluation_there_is_no_appointment(world: World, lacks: dict[str, Any]) -> None:
    with pytest.raises(Refused) as no:
        await appoint_administrator(
            world.parts, world.titolare.who, world.tenant, draft(world, world.technician.id, **lacks)
        )
    assert no.value.why is Why.EVALUATION_MISSING
    assert not await counts(world, world.technician.id)
    assert not any(isinstance(one, AdministratorAppointed | AccessDenied) for one in await world.records())


async def test_l02_an_appointment_names_one_person_his_areas_systems_and_days(
    world: World, clock: FakeClock
) -> None:
    wanted = draft(world, world.technician.id, hosts=(world.host.id,))
    made = await appoint_administrator(world.parts, world.titolare.who, world.tenant, wanted)
    records = await world.records()
    appointed = records[-1]
    assert isinstance(appointed, AdministratorAppointed)
    assert (appointed.appointment, appointed.person, appointed.hosts) == (
        made,
        world.technician.id,
        (world.host.id,),
    )
    assert appointed.areas == ("GEST", "BKP")  # in the order of the codes
    named = records[-2]  # the vendor's technician is introduced to this log
    assert isinstance(named, PersonAdmitted)
    assert named.person == world.technician.id
    async with world.parts.store.read() as work:
        size = (await log.head(work, world.tenant)).size  # type: ignore[union-attr]
        kept = await openings.get(work, world.tenant, size - 1, world.parts.store.keys.wrapping_key())
        [standing] = await appointments.standing(work, world.tenant, world.technician.id, clock.now())
    assert kept is not None
    assert kept.data == {
        "function": "Sistemista",
        "evaluation": "Dieci anni di servizio,\nnessun rilievo.",
        "evaluated_by": "Dott.ssa Rosa Prova",
    }
    assert standing.areas == ("GEST", "BKP")
    clock.advance(timedelta(days=302))
    assert not await counts(world, world.technician.id)


async def test_ended_it_counts_no_more_and_no_second_time(world: World) -> None:
    made = await appoint_administrator(
        world.parts, world.owner.who, world.tenant, draft(world, world.technician.id)
    )
    assert await counts(world, world.technician.id)
    await end_appointment(world.parts, world.titolare.who, world.tenant, made)
    assert not await counts(world, world.technician.id)
    assert (await world.records())[-1] == AdministratorEnded(made, world.technician.id, "revoked")
    with pytest.raises(Refused) as no:
        await end_appointment(world.parts, world.titolare.who, world.tenant, made)
    assert no.value.why is Why.NOT_FOUND


async def test_the_owner_appoints_and_ends_his_own_people_alone(world: World) -> None:
    with pytest.raises(Refused) as no:
        await appoint_administrator(world.parts, world.owner.who, world.tenant, draft(world, world.ads.id))
    assert no.value.why is Why.NOT_ALLOWED
    made = await appoint_administrator(
        world.parts, world.titolare.who, world.tenant, draft(world, world.ads.id)
    )
    with pytest.raises(Refused) as no:
        await end_appointment(world.parts, world.owner.who, world.tenant, made)
    assert no.value.why is Why.NOT_ALLOWED
    assert await counts(world, world.ads.id)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"areas": ()}, Why.BAD_INPUT),
        ({"areas": ("GEST", "NIENTE")}, Why.BAD_INPUT),
        ({"hosts": ("h-nobody",)}, Why.BAD_INPUT),
        ({"function": ""}, Why.BAD_INPUT),
        ({"function": "Capo\u202e"}, Why.BAD_INPUT),
        ({"first": date(2020, 1, 1)}, Why.BAD_INPUT),
        ({"last": date(2020, 1, 1)}, Why.BAD_INPUT),
        ({"evaluated": date(2999, 1, 1)}, Why.BAD_INPUT),
        ({"evaluation": "x" * 2001}, Why.TOO_LARGE),
        ({"person": "p-nobody"}, Why.NOT_FOUND),
    ],
)
async def test_what_cannot_be_appointed(world: World, wrong: dict[str, Any], why: Why) -> None:
    with pytest.raises(Refused) as no:
        await appoint_administrator(
            world.parts,
            world.titolare.who,
            world.tenant,
            draft(world, **{"person": world.technician.id, **wrong}),
        )
    assert no.value.why is why


async def test_nobody_is_appointed_for_good_nor_whoever_only_reads(world: World) -> None:
    auditor = await newcomer(world.parts, world.titolare, world.tenant, "auditor", "Augusta Auditor")
    today = world.parts.clock.now().date()
    for wanted in (
        draft(world, world.technician.id, last=today + timedelta(days=LONGEST_DAYS + 1)),
        draft(world, auditor.id),
        draft(world, world.owner.id),
    ):
        with pytest.raises(Refused) as no:
            await appoint_administrator(world.parts, world.titolare.who, world.tenant, wanted)
        assert no.value.why is Why.BAD_INPUT
    with pytest.raises(Refused) as no:
        await appoint_administrator(
            world.parts, world.owner.who, world.house, draft(world, world.technician.id)
        )
    assert no.value.why is Why.NOT_FOUND


async def test_whoever_leaves_is_appointed_nowhere(world: World) -> None:
    await appoint_administrator(
        world.parts, world.titolare.who, world.tenant, draft(world, world.technician.id)
    )
    await dismiss(world.parts, world.owner.who, world.house, world.technician.id)
    assert not await counts(world, world.technician.id)
    assert [one.reason for one in await world.records() if isinstance(one, AdministratorEnded)] == ["left"]
    assert any(isinstance(one, PersonLeft) for one in await world.records(world.house))
    async with world.parts.store.read() as work:
        assert (
            await appointments.standing(work, "t-nobody", world.technician.id, world.parts.clock.now()) == []
        )


def test_days_are_local_and_both_count() -> None:
    one = Appointment("n-1", "p-1", ("GEST",), (), date(2026, 11, 2), date(2026, 11, 3), 4)
    midnight = MORNING.replace(year=2026, month=11, day=1, hour=23, minute=0, second=0, microsecond=0)
    assert one.stands(midnight, "Europe/Rome")
    assert not one.stands(midnight, "UTC")
    assert one.stands(midnight.replace(day=3, hour=22, minute=59), "Europe/Rome")
    assert not one.stands(midnight.replace(day=3, hour=23), "Europe/Rome")


# ------------------------------------------------------------------------------------ the register


async def test_l03_the_list_is_of_who_was_valid_on_a_past_day(world: World, clock: FakeClock) -> None:
    """Sets and appointments are one list; what is over today stays true of the day it was."""
    parts, titolare = world.parts, world.titolare.who
    today = clock.now().date()
    made = await appoint_administrator(
        parts, titolare, world.tenant, draft(world, world.technician.id, hosts=(world.host.id,))
    )
    clock.advance(timedelta(days=3))
    await end_appointment(parts, titolare, world.tenant, made)
    view = await see_administrators(parts, titolare, world.tenant, today)
    assert [(one.name, one.function, one.source, one.appointment) for one in view.lines] == [
        ("Aldo Ads", "ads", "set", None), ("Tiziana Tecnica", "Sistemista", "appointment", None),
    ]  # fmt: skip
    appointed = view.lines[1]
    assert (appointed.areas, appointed.hosts) == (("GEST", "BKP"), ("srv-gestionale",))
    assert (appointed.first, appointed.last) == (today, today + timedelta(days=3))
    assert (appointed.by, appointed.evaluated) == ("Teresa Titolare", str(today - timedelta(days=1)))
    later = await see_administrators(parts, titolare, world.tenant, today + timedelta(days=4))
    assert [one.name for one in later.lines] == ["Aldo Ads"]
    before = await see_administrators(parts, titolare, world.tenant, today - timedelta(days=1))
    assert before.lines == []
    assert [one.id for one in view.candidates] == [world.ads.id, world.technician.id]
    table = register_csv.table(view.lines).decode("utf-8-sig")
    assert '"Tiziana Tecnica";"Sistemista";"nomina";"GEST, BKP";"srv-gestionale"' in table
    assert '"Aldo Ads";"ads";"elenco firmato di chi autorizza";"non limitati";"tutti"' in table
    with pytest.raises(Refused) as no:
        await see_administrators(parts, titolare, world.tenant, date(9999, 1, 1))
    assert no.value.why is Why.BAD_INPUT


async def test_one_that_stands_can_be_ended_from_the_list(world: World) -> None:
    made = await appoint_administrator(
        world.parts, world.owner.who, world.tenant, draft(world, world.technician.id)
    )
    view = await see_administrators(world.parts, world.owner.who, world.tenant)
    assert [one.appointment for one in view.lines] == [None, made]
    assert [one.id for one in view.candidates] == [world.technician.id]


async def test_l05_a_customers_list_has_only_people_appointed_for_it(world: World) -> None:
    parts = world.parts
    other = await open_tenant(parts, world.owner.who, name="Scuola Altra", details={})
    second = await newcomer(parts, world.owner, world.house, "technician", "Sergio Secondo")
    await appoint_administrator(parts, world.owner.who, other.id, draft(world, second.id))
    await appoint_administrator(parts, world.owner.who, world.tenant, draft(world, world.technician.id))
    ours = await see_administrators(parts, world.titolare.who, world.tenant)
    assert {one.person for one in ours.lines} == {world.ads.id, world.technician.id}
    with pytest.raises(Refused) as no:
        await see_administrators(parts, world.titolare.who, other.id)
    assert no.value.why is Why.NOT_FOUND
    with pytest.raises(Refused) as no:
        await see_administrators(parts, world.owner.who, world.house)
    assert no.value.why is Why.NOT_FOUND
    assert {(one.name, *one.customers) for one in await see_staff(parts, world.owner.who)} == {
        ("Tiziana Tecnica", "Albergo Esempio"), ("Sergio Secondo", "Scuola Altra"),
    }  # fmt: skip
    assert (await see_administrators(parts, world.ads.who, world.tenant)).candidates == []


async def test_l04_the_notice_names_functions_or_people_and_every_switch_is_kept(world: World) -> None:
    parts, titolare = world.parts, world.titolare.who
    assert (await see_notice(parts, titolare, world.tenant)).lines == []
    for shows in SHOWS:
        await change_notice(parts, titolare, shows)
        notice = await see_notice(parts, world.ads.who, world.tenant)
        assert notice.shows == shows
        assert (
            notice.lines == {"nothing": [], "functions": [("", "ads")], "names": [("Aldo Ads", "ads")]}[shows]
        )
    kept = [one.shows for one in await world.records() if isinstance(one, NoticeChanged)]
    assert kept == list(SHOWS)
    with pytest.raises(Refused) as no:
        await change_notice(parts, world.ads.who, "names")
    assert no.value.why is Why.NOT_ALLOWED
