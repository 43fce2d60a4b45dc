"""The vendor's owner: today's figures, what is due and to whom. Never what is typed or seen in a session."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.review_accounts import see_accounts
from broker.cases.see_answers import see_answers
from broker.cases.see_contests import see_contests
from broker.cases.see_duties import see_all_duties
from broker.cases.see_estate import see_tenants
from broker.cases.see_first_steps import see_first_steps
from broker.cases.see_hosts import see_all_hosts
from broker.cases.see_house_hours import see_house_hours
from broker.cases.see_incidents import see_queue
from broker.cases.see_owed import see_owed
from broker.cases.see_programs import see_house_programs
from broker.cases.see_sessions import see_live_sessions
from broker.cases.see_standing import see_standing
from broker.cases.see_successors import see_successors
from broker.cases.see_technicians import see_technicians
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.parts import Parts
from web.pages.page import Reading, show
from web.present import first_steps
from web.present import owner as say
from web.present.owner_duties import Around
from web.present.owner_hours import hours as say_hours
from web.present.owner_table import exported
from web.present.reader import Reader
from web.views import Act
from web.views_owner import Owner

router = APIRouter()


@router.get("/gestione")
async def overview(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view, steps = await _overview(reader, who, parts), await see_first_steps(parts, who)
    if not steps.over:
        n = first_steps.now(steps)
        label = reader.say(f"Primi passi: {n} di 8", f"First steps: {n} of 8")
        view = replace(view, guide=Act(label, href="/primi-passi", kind="act", icon="right"))
    return await show(request, parts, who, "owner.html", view, nav="owner", live=True)


@router.get("/gestione/ore")
async def hours(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    """Reads six months of every log: a page of its own, which *Gestione* brings in once it stands itself."""
    view = say_hours(await see_house_hours(parts, who), reader)
    return await show(request, parts, who, "owner_hours.html", view, nav="owner")


@router.get("/primi-passi")
async def guide(request: Request, reader: Reading, who: Caller, parts: PartsOf, passo: str = "") -> Response:
    chosen = int(passo) if passo in {"1", "2", "3", "4", "5", "6", "7", "8"} else None
    view = first_steps.guide(await see_first_steps(parts, who), chosen, reader)
    return await show(request, parts, who, "guide.html", view, nav="owner")


@router.get("/gestione/esporta.csv")
async def export(reader: Reading, who: Caller, parts: PartsOf) -> Response:
    """What the page shows, as it stands, for a spreadsheet."""
    name = f"gestione-{day_of(reader.now, parts.settings.zone)}.csv"
    return Response(
        exported(
            await _overview(reader, who, parts), say_hours(await see_house_hours(parts, who), reader), reader
        ),
        media_type="text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


async def _overview(reader: Reader, who: Who, parts: Parts) -> Owner:
    await allow(parts, who, Action.OPEN_TENANT, who.tenant, "tenant")
    tenants = await see_tenants(parts, who)
    desk = await see_queue(parts, who)
    running = await see_live_sessions(parts, who)
    around = Around(
        owed=await see_owed(parts, who),
        accounts=await see_accounts(parts, who),
        contests=await see_contests(parts, who),
        hosts=await see_all_hosts(parts, who),
        stopped=await see_standing(parts, who),
        successors=await see_successors(parts, who),
        files=await see_all_duties(parts, who),
        technicians=await see_technicians(parts, who),
        programs=await see_house_programs(parts, who),
    )
    return say.overview(who, desk, running, tenants, around, reader, await see_answers(parts, who))
