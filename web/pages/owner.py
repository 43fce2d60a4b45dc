"""The vendor's owner: today's figures, what is due and to whom. Never what is typed or seen in a session."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.review_accounts import see_accounts
from broker.cases.see_contests import see_contests
from broker.cases.see_duties import see_duties, see_technicians
from broker.cases.see_estate import see_hosts, see_tenants
from broker.cases.see_incidents import see_queue
from broker.cases.see_owed import see_owed
from broker.cases.see_programs import see_house_programs
from broker.cases.see_sessions import see_sessions
from broker.cases.see_standing import see_standing
from broker.cases.see_successors import see_successors
from broker.domain.people import Action
from web.pages.page import Reading, show
from web.present import owner as say
from web.present.owner_duties import Around

router = APIRouter()


@router.get("/gestione")
async def overview(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.OPEN_TENANT, who.tenant, "tenant")
    tenants = await see_tenants(parts, who)
    desk = await see_queue(parts, who)
    running = await see_sessions(parts, who, live=True)
    around = Around(
        owed=await see_owed(parts, who),
        accounts=await see_accounts(parts, who),
        contests=await see_contests(parts, who),
        hosts=[host for one in tenants for host in await see_hosts(parts, who, one.id)],
        stopped=await see_standing(parts, who),
        successors=await see_successors(parts, who),
        files=[await see_duties(parts, who, one.id) for one in tenants],
        technicians=await see_technicians(parts, who),
        programs=await see_house_programs(parts, who),
    )
    view = say.overview(who, desk, running, tenants, around, reader)
    return await show(request, parts, who, "owner.html", view, nav="owner", live=True)
