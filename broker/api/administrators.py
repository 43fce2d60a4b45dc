"""The register of administrators over HTTP: as of a day, appointments, the notice for people at work, the staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from broker.api.answers import Appointed
from broker.api.forms import Form, Id, Name
from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.appoint_administrator import appoint_administrator
from broker.cases.change_notice import change_notice
from broker.cases.end_appointment import end_appointment
from broker.cases.print_administrators import Form as Printed
from broker.cases.print_administrators import PrintedFile, print_appointment, print_register
from broker.cases.see_administrators import see_administrators
from broker.cases.see_notice import Notice, see_notice
from broker.cases.see_staff import StaffLine, see_staff
from broker.domain.appointments import MAX_TEXT, AppointmentDraft, Listed, Shows

router = APIRouter(prefix="/api/administrators")
Area = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}$")]


class AdministratorForm(Form):
    """Without `evaluation`, `evaluated_by` and `evaluated` the answer is `evaluation_missing`. No `hosts`: all."""

    tenant: Id
    person: Id
    function: Name
    areas: list[Area] = Field(max_length=13)
    hosts: list[Id] = Field(default_factory=list, max_length=1000)
    first: date
    last: date
    evaluation: Annotated[str, StringConstraints(max_length=2 * MAX_TEXT)] = ""
    evaluated_by: Annotated[str, StringConstraints(max_length=240)] = ""
    evaluated: date | None = None


class NoticeForm(Form):
    shows: Shows


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """Who was administrator at any time of `day`."""

    tenant: str
    day: date
    shows: Shows
    administrators: list[Listed]


def download(file: PrintedFile) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(file.data, media_type=file.media, headers=headers)


@router.get("")
async def register(tenant: str, who: Caller, parts: PartsOf, day: date | None = None) -> RegisterAnswer:
    view = await see_administrators(parts, who, tenant, day)
    return RegisterAnswer(tenant, view.day, view.shows, view.lines)


@router.post("", status_code=201)
async def appoint(form: AdministratorForm, who: FreshCaller, parts: PartsOf) -> Appointed:
    draft = AppointmentDraft(
        form.person, form.function, form.areas, form.hosts, form.first, form.last,
        form.evaluation, form.evaluated_by, form.evaluated,
    )  # fmt: skip
    return {"appointment": await appoint_administrator(parts, who, form.tenant, draft)}


@router.get("/staff")
async def staff(who: Caller, parts: PartsOf) -> list[StaffLine]:
    return await see_staff(parts, who)


@router.get("/notice")
async def notice(tenant: str, who: Caller, parts: PartsOf) -> Notice:
    return await see_notice(parts, who, tenant)


@router.put("/notice", status_code=204)
async def switch_notice(form: NoticeForm, who: Caller, parts: PartsOf) -> None:
    await change_notice(parts, who, form.shows)


@router.get("/list.{form}")
async def print_list(
    form: Printed, tenant: str, who: Caller, parts: PartsOf, day: date | None = None
) -> Response:
    return download(await print_register(parts, who, tenant, day, form))


@router.get("/{tenant}/{appointment}.pdf")
async def letter(tenant: str, appointment: str, who: Caller, parts: PartsOf) -> Response:
    return download(await print_appointment(parts, who, tenant, appointment))


@router.delete("/{tenant}/{appointment}", status_code=204)
async def end(tenant: str, appointment: str, who: FreshCaller, parts: PartsOf) -> None:
    await end_appointment(parts, who, tenant, appointment)
