"""A technician asks for access: the form, its preview, and the sending."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.ask import ask
from broker.cases.deny import allow
from broker.cases.see_estate import see_own, see_policy, see_tenants
from broker.cases.see_hosts import see_hosts
from broker.cases.see_incidents import see_incident
from broker.cases.see_school import see_beforehand
from broker.cases.see_warrants import see_mandated
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web.pages.page import Fields, FormFields, Reading, html, lead, shell, show
from web.present import asking, words
from web.present.asking import HOURS, Scene, Typed
from web.present.reader import Reader

router = APIRouter(prefix="/richieste")


@router.get("/nuova")
async def blank(
    request: Request, reader: Reading, who: Caller, parts: PartsOf, cliente: str = "", incidente: str = ""
) -> Response:
    """`incidente`: the number of the incident on which it hangs; none, and it opens one of its own."""
    scene = await _scene(parts, who, cliente, reader)
    typed = asking.blank(scene)
    if incidente:
        seen = (await see_incident(parts, who, scene.customer.id, incidente)).seen
        title = "" if seen.told is None else words.first_line(seen.told.incident_text, 160)
        typed = replace(typed, incident=seen.found.known.id, title=title)
    view = asking.form(scene, typed)
    return await show(request, parts, who, "request.html", view, nav="queue")


@router.post("")
async def send(request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    scene = await _scene(parts, who, form.one("customer"), reader)
    typed = _typed(form)
    found = asking.read(typed, scene)
    if found.draft is not None:
        try:
            receipt = await ask(parts, who, found.draft)
        except Refused as no:
            name, sentence = asking.wrong_field(no, reader)
            found.errors[name] = sentence
        else:
            return lead(request, f"/richieste/{receipt.request}", covered=receipt.covered)
    view = asking.form(scene, typed, tuple(found.errors.items()))
    return await show(request, parts, who, "request.html", view, nav="queue", status=422)


@router.post("/anteprima")
async def preview(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    """Only the sheet: what the approver will read."""
    scene = await _scene(parts, who, form.one("customer"), reader)
    view = asking.form(scene, _typed(form))
    return html(request, "parts/sheet.html", view, await shell(request, parts, who))


def _typed(form: Fields) -> Typed:
    return Typed(
        host=form.one("host")[:64],
        title=form.one("title")[:4000],
        reason=form.one("reason")[:8000],
        channels=tuple(form.many("channel"))[:16],
        tool=form.one("tool")[:64],
        ports=tuple(form.many("port"))[:16],
        activities=tuple(form.many("activity"))[:26],
        not_before=form.one("not_before")[:32],
        not_after=form.one("not_after")[:32],
        longest_s=form.whole("longest_s", 0),
        folders_from_host=form.one("folders_from_host")[:4000],
        folders_to_host=form.one("folders_to_host")[:4000],
        screen=form.one("screen")[:8],
        incident=form.one("incident")[:64],
        zones=tuple((name, form.one(f"{name}_zone")[:4]) for name in HOURS),
    )


async def _scene(parts: Parts, who: Who, customer: str, reader: Reader) -> Scene:
    """The customer asked for, or the first; one that isn't there is not found."""
    await allow(parts, who, Action.ASK, customer or who.tenant, "request")
    customers = await see_tenants(parts, who)
    chosen = next((t for t in customers if not customer or t.id == customer), None)
    if chosen is None:
        raise Refused(Why.NOT_FOUND if customer else Why.HOST_NOT_ENROLLED)
    hosts = await see_hosts(parts, who, chosen.id)
    policy, house = await see_policy(parts, who, chosen.id), await see_own(parts, who)
    mandated = await see_mandated(parts, who, chosen.id)
    school = await see_beforehand(parts, who, chosen.id)
    return Scene(chosen, customers, hosts, policy, who.name, house.name, reader, mandated, school)
