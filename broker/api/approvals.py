"""The customer's side of a request: authorise, refuse, revoke, solve it himself, watch."""

from __future__ import annotations

from fastapi import APIRouter

from broker.api.answers import Next, NextCovered, NextSent, ToSign
from broker.api.request_forms import ApprovalForm, CheckInForm, ReasonForm
from broker.api.who import Caller, PartsOf
from broker.cases.begin_approval import begin_approval
from broker.cases.refuse import explain_refusal, refuse
from broker.cases.revoke import revoke
from broker.cases.solve_by_customer import solve_by_customer
from broker.cases.take_supervision import begin_supervision

router = APIRouter(prefix="/api/requests/{request}")


def _next(request: str) -> Next:
    return {"next": f"/richieste/{request}"}


@router.post("/approval/begin")
async def begin(request: str, form: ApprovalForm, who: Caller, parts: PartsOf) -> ToSign:
    """The address of the signing page; what it hands back goes to `/api/signing/finish`."""
    url = await begin_approval(
        parts,
        who,
        request,
        supervision=form.supervision,
        watcher=form.watcher,
        demo_software=form.demo_software,
    )
    return {"url": url}


@router.post("/refusal")
async def say_no(request: str, who: Caller, parts: PartsOf) -> Next:
    await refuse(parts, who, request)
    return _next(request)


@router.post("/refusal/reason")
async def say_why(request: str, form: ReasonForm, who: Caller, parts: PartsOf) -> NextCovered:
    covered = await explain_refusal(parts, who, request, form.reason)
    return {**_next(request), "covered": covered}


@router.post("/revocation")
async def take_yes_back(request: str, who: Caller, parts: PartsOf) -> NextSent:
    """`sent`: whether the order to end a running session left; null where none ran."""
    sent = await revoke(parts, who, request)
    return {**_next(request), "sent": sent}


@router.post("/solved")
async def solve(request: str, who: Caller, parts: PartsOf) -> Next:
    await solve_by_customer(parts, who, request)
    return _next(request)


@router.post("/supervision/begin")
async def supervise(request: str, form: CheckInForm, who: Caller, parts: PartsOf) -> ToSign:
    """The address of the signing page, as for an approval; `page_key` is what will answer the host's calls."""
    url = await begin_supervision(parts, who, request, form.page_key, demo_software=form.demo_software)
    return {"url": url}
