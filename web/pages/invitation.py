"""An invitation: who invites to what, and the first passkey. The link is spent by the passkey alone."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.invite import InvitationView, read_invitation
from broker.cases.see_estate import see_tenants
from broker.domain.people import Action
from web import views
from web.pages.page import show
from web.present import words
from web.present.times import moment

router = APIRouter()

_CAN: dict[str, tuple[str, ...]] = {
    "technician": ("Chiedere accesso, e lavorare solo dopo la firma del cliente",),
    "owner": ("Invitare persone e clienti, vedere code e stato",),
    "titolare": (
        "Autorizzare, guardare, fermare",
        "Nominare gli amministratori di sistema",
        "Scaricare i rapporti",
    ),
    "ads": ("Autorizzare, guardare, fermare",),
}
_CANNOT: dict[str, tuple[str, ...]] = {
    "technician": ("Entrare senza autorizzazione", "Approvare ciò che chiede"),
    "owner": ("Autorizzare collegamenti", "Guardare le sessioni"),
    "titolare": ("Collegarsi alle macchine da qui",),
    "ads": ("Nominare altri", "Collegarsi alle macchine da qui"),
}


@router.get("/invito")
async def second_step(request: Request, who: Caller, parts: PartsOf) -> Response:
    """Right after the first passkey: an approver makes the second one, with which he signs."""
    await allow(parts, who, Action.REGISTER_SIGNING_KEY, who.tenant, "signing_key")
    own = await see_tenants(parts, who)
    view = views.Invitation(
        name=words.clean(who.name),
        role=words.ROLES[who.role],
        tenant=words.clean(own[0].name),
        invited_by="",
        until="",
        step="sign",
        can=(),
        cannot=(),
        approver=True,
        ceremony=views.Ceremony("", ""),
        sign=views.Act(
            "Crea la passkey per firmare",
            post="/persone/passkey-di-firma",
            kind="sign",
            icon="passkey",
            sign=True,
        ),
        onward=views.Act("Più tardi", href="/"),
    )
    return await show(request, parts, who, "invitation.html", view)


@router.get("/invito/{token}")
async def invitation(token: str, request: Request, parts: PartsOf) -> Response:
    found = await read_invitation(parts, token)
    return await show(request, parts, None, "invitation.html", _view(found, token, parts.clock.now()))


def _view(found: InvitationView, token: str, now: datetime) -> views.Invitation:
    name = f"{words.clean(found.name)}"
    return views.Invitation(
        name=name,
        role=words.ROLES[found.role],
        tenant=words.clean(found.organisation),
        invited_by=words.clean(found.invited_by or "chi ha avviato il server"),
        until=moment(found.expires, now, zone=True),
        step="login",
        can=_CAN[found.role],
        cannot=_CANNOT[found.role],
        approver=found.role in ("titolare", "ads"),
        ceremony=views.Ceremony(
            f"/api/invitations/{token}/passkey/begin", f"/api/invitations/{token}/passkey/finish"
        ),
    )
