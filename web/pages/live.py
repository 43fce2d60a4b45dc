"""For those who watch: the live view beside the facts, and *Termina*, which needs no script."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf, RestedCaller, WatchingCaller
from broker.cases.deny import allow
from broker.cases.explain_stop import explain_stop
from broker.cases.hand_over import hand_over
from broker.cases.pause import pause
from broker.cases.see_live import see_live
from broker.cases.see_sessions import see_session
from broker.cases.sign_stop import begin_signed_stop
from broker.cases.stop import stop
from broker.domain.people import Action, Who
from broker.domain.session import Live
from broker.parts import Parts
from web import views as v
from web.pages.page import FormFields, Reading, lead, show, to_signing
from web.pages.reason import take_reason
from web.present import watching, words
from web.present.reader import Reader

router = APIRouter(prefix="/sessioni/{session}")


@router.get("/diretta")
async def watch(
    session: str, request: Request, reader: Reading, who: WatchingCaller, parts: PartsOf
) -> Response:
    return await live_page(request, session, who, parts, reader)


async def live_page(
    request: Request,
    session: str,
    who: Who,
    parts: Parts,
    reader: Reader,
    *,
    slip: v.Slip | None = None,
    status: int = 200,
) -> Response:
    found = await see_session(parts, who, session)
    await allow(parts, who, Action.WATCH, found.found.permit.tenant, "watch")
    others = tuple(one.line for one in await see_live(parts, who))
    running = isinstance(found.found, Live)
    masked = parts.hub.audience(session).masked() if running else 0
    view = watching.live(found, who, others, masked, reader, slip)
    return await show(request, parts, who, "live.html", view, live=True, status=status)


@router.get("/termina")
async def about_to_stop(
    session: str, request: Request, reader: Reading, who: RestedCaller, parts: PartsOf
) -> Response:
    found = await see_session(parts, who, session)
    await allow(parts, who, Action.STOP_SESSION, found.found.permit.tenant, "session")
    base, say = f"/sessioni/{session}", reader.say
    name = words.clean(found.request.line.line.technician)
    view = v.Confirm(
        say(f"Terminare la sessione di {name}?", f"Terminate the session of {name}?"),
        say(
            "Terminale e processi si chiudono entro pochi secondi. L’autorizzazione decade: per riprendere serve "
            "una nuova firma.",
            "Terminal and processes close within seconds. The authorisation lapses: going on takes a new "
            "signature.",
        ),
        v.Act(say("Termina ora", "Terminate now"), post=f"{base}/termina", kind="stop", icon="stop"),
        v.Act(say("Continua a guardare", "Keep watching"), href=f"{base}/diretta"),
    )
    return await show(request, parts, who, "confirm.html", view)


@router.post("/termina")
async def end_now(session: str, request: Request, who: RestedCaller, parts: PartsOf) -> Response:
    await stop(parts, who, session)
    return lead(request, f"/sessioni/{session}/diretta")


@router.post("/motivo")
async def say_why(
    session: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    return await take_reason(
        request, form, reader, address=f"/sessioni/{session}/diretta",
        explain=partial(explain_stop, parts, who, session),
        again=partial(live_page, request, session, who, parts, reader),
    )  # fmt: skip


@router.post("/pausa")
async def hold(session: str, request: Request, who: RestedCaller, parts: PartsOf) -> Response:
    await pause(parts, who, session, hold=True)
    return lead(request, _home(session, who))


@router.post("/riprendi")
async def let_go(session: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await pause(parts, who, session, hold=False)
    return lead(request, _home(session, who))


def _home(session: str, who: Who) -> str:
    """His page of the session."""
    return f"/sessioni/{session}" + ("" if who.house else "/diretta")


@router.post("/passa")
async def hand_on(session: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await hand_over(parts, who, session)
    return lead(request, f"/sessioni/{session}/diretta")


@router.post("/termina-firmando")
async def end_by_signature(session: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    """For a server that does not obey *Termina*: the host obeys the signature."""
    return await to_signing(request, parts, who, partial(begin_signed_stop, parts, who, session))
