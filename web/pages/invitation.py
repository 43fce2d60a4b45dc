"""An invitation: who invites to what, and the first passkey. The link is spent by the passkey alone."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.invite import InvitationView, read_invitation
from broker.cases.see_estate import see_own
from broker.domain.people import Action
from web import views
from web.pages.page import Reading, show
from web.present import words
from web.present.estate import signing_key
from web.present.reader import Pair, Reader
from web.present.times import moment

router = APIRouter()

_CAN: dict[str, tuple[Pair, ...]] = {
    "technician": (
        (
            "Chiedere accesso, e lavorare solo dopo la firma del cliente",
            "Ask for access, and work only after the customer’s signature",
        ),
    ),
    "owner": (
        (
            "Invitare persone e clienti, vedere code e stato",
            "Invite people and customers, see queues and state",
        ),
    ),
    "titolare": (
        ("Autorizzare, guardare, fermare", "Authorise, watch, stop"),
        ("Nominare gli amministratori di sistema", "Appoint the system administrators"),
        ("Scaricare i rapporti", "Download the reports"),
    ),
    "ads": (("Autorizzare, guardare, fermare", "Authorise, watch, stop"),),
    "auditor": (
        ("Leggere registro, rapporti e pacchetti", "Read log, reports and bundles"),
        ("Guardare le registrazioni, dicendo perché", "Play recordings, saying why"),
    ),
}
_CANNOT: dict[str, tuple[Pair, ...]] = {
    "technician": (
        ("Entrare senza autorizzazione", "Connect without authorisation"),
        ("Approvare ciò che chiede", "Approve what he asks for"),
    ),
    "owner": (
        ("Autorizzare collegamenti", "Authorise connections"),
        ("Guardare le sessioni", "Watch sessions"),
    ),
    "titolare": (("Collegarsi alle macchine da qui", "Connect to hosts from here"),),
    "ads": (
        ("Nominare altri", "Appoint others"),
        ("Collegarsi alle macchine da qui", "Connect to hosts from here"),
    ),
    "auditor": (
        ("Autorizzare, guardare dal vivo, fermare", "Authorise, watch live, stop"),
        ("Cambiare qualcosa", "Change anything"),
    ),
}


@router.get("/invito")
async def second_step(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    """Right after the first passkey: an approver makes the second one, with which he signs."""
    await allow(parts, who, Action.REGISTER_SIGNING_KEY, who.tenant, "signing_key")
    own = await see_own(parts, who)
    view = views.Invitation(
        name=words.clean(who.name),
        role=words.coded(words.ROLES, who.role, reader),
        tenant=words.clean(own.name),
        invited_by="",
        until="",
        step="sign",
        can=(),
        cannot=(),
        approver=True,
        ceremony=views.Ceremony("", ""),
        sign=signing_key(reader, first=True),
        onward=views.Act(reader.say("Più tardi", "Later"), href="/"),
    )
    return await show(request, parts, who, "invitation.html", view)


@router.get("/invito/{token}")
async def invitation(token: str, request: Request, reader: Reading, parts: PartsOf) -> Response:
    found = await read_invitation(parts, token)
    return await show(request, parts, None, "invitation.html", _view(found, token, reader))


def _view(found: InvitationView, token: str, reader: Reader) -> views.Invitation:
    starter = reader.say("chi ha avviato il server", "whoever started the server")
    return views.Invitation(
        name=words.clean(found.name),
        role=words.coded(words.ROLES, found.role, reader),
        tenant=words.clean(found.organisation),
        invited_by=words.clean(found.invited_by or starter),
        until=moment(found.expires, reader, zone=True),
        step="login",
        can=tuple(reader.say(*pair) for pair in _CAN[found.role]),
        cannot=tuple(reader.say(*pair) for pair in _CANNOT[found.role]),
        approver=found.role in ("titolare", "ads"),
        ceremony=views.Ceremony(
            f"/api/invitations/{token}/passkey/begin", f"/api/invitations/{token}/passkey/finish"
        ),
    )
