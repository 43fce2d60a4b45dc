"""A session's beginning and end: activate, close, stop."""

from __future__ import annotations

from fastapi import APIRouter

from broker.api.answers import AskedMore, Next, NextCovered, NextOrdered, Ordered, PasskeyOptions, ToSign
from broker.api.request_forms import ActivationForm, CloseForm, ExtensionForm, SignedStopForm
from broker.api.who import Caller, PartsOf, RestedCaller
from broker.cases.ask_extension import ask_extension
from broker.cases.close_session import close_session
from broker.cases.open_session import begin_activation, open_session
from broker.cases.pause import pause
from broker.cases.sign_stop import begin_signed_stop
from broker.cases.stop import stop

router = APIRouter(prefix="/api/sessions/{session}")


@router.post("/activation/begin")
async def begin(session: str, who: Caller, parts: PartsOf) -> PasskeyOptions:
    """Options for the technician's passkey, or what is still missing."""
    return {"options": await begin_activation(parts, who, session)}


@router.post("/activation/finish", status_code=202)
async def finish(session: str, form: ActivationForm, who: Caller, parts: PartsOf) -> Next:
    """Ordered; that it began is told by the agent, in a moment."""
    await open_session(parts, who, session, form.answer)
    return {"next": f"/sessioni/{session}"}


@router.post("/close")
async def close(session: str, form: CloseForm, who: Caller, parts: PartsOf) -> NextCovered:
    activities = [a.activity() for a in form.activities]
    covered = await close_session(
        parts, who, session, outcome=form.outcome, activities=activities, note=form.note, beside=form.beside()
    )
    return {"next": f"/sessioni/{session}", "covered": covered}


@router.post("/extension", status_code=201)
async def ask_for_more(session: str, form: ExtensionForm, who: Caller, parts: PartsOf) -> AskedMore:
    """A new request for the same; the session that runs stays as it was signed."""
    receipt = await ask_extension(parts, who, session, form.reason, form.longest_s)
    return {"request": receipt.request, "digest": receipt.digest, "covered": receipt.covered}


@router.post("/pause")
async def hold(session: str, who: RestedCaller, parts: PartsOf) -> Ordered:
    """The host holds the session until somebody of the customer resumes it."""
    await pause(parts, who, session, hold=True)
    return {"sent": True}


@router.post("/resume")
async def let_go(session: str, who: Caller, parts: PartsOf) -> Ordered:
    await pause(parts, who, session, hold=False)
    return {"sent": True}


@router.post("/stop/begin")
async def begin_to_stop(session: str, form: SignedStopForm, who: Caller, parts: PartsOf) -> ToSign:
    """The address of the signing page for an end that the host obeys whatever the broker says."""
    return {"url": await begin_signed_stop(parts, who, session, demo_software=form.demo_software)}


@router.post("/stop")
async def end_now(session: str, who: RestedCaller, parts: PartsOf) -> NextOrdered:
    """`sent` False: the host is out of reach; it ends by its own clock, or somebody at the desk ends it."""
    return {"next": f"/sessioni/{session}", "sent": await stop(parts, who, session)}
