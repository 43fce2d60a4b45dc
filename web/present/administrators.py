"""The register of administrators in words: who was one on a day, the form of an appointment, the notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from audit.statement_parts import Activity
from broker.cases.see_administrators import RegisterView
from broker.cases.see_notice import Notice
from broker.cases.see_staff import StaffLine
from broker.domain.appointments import SHOWS, AppointmentDraft, Listed, Shows
from broker.domain.estate import Tenant
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from web import views as v
from web import views_access as a
from web.present import words
from web.present.reader import Pair, Reader
from web.present.typed_days import read_day

USUAL = timedelta(days=364)
_SHOWS: dict[Shows, Pair] = {
    "nothing": ("Nulla", "Nothing"),
    "functions": ("Solo le funzioni", "Functions alone"),
    "names": ("Nomi e funzioni", "Names and functions"),
}
_SOURCES: dict[str, Pair] = {
    "set": ("dall’elenco firmato di chi autorizza", "by the signed list of who may authorise"),
    "appointment": ("nomina", "appointment"),
}


def day(values: Mapping[str, str]) -> date | None:
    text = values.get("giorno", "")
    return read_day(text, "giorno") if text else None


def page(
    view: RegisterView, tenants: Sequence[Tenant], staff: Sequence[StaffLine], who: Who, reader: Reader
) -> a.Administrators:
    say, tenant = reader.say, view.tenant.id
    appoints = who.role in ("titolare", "owner")
    files, at = "/api/administrators/list", f"tenant={tenant}&day={view.day.isoformat()}"
    return a.Administrators(
        title=say("Amministratori di sistema", "System administrators"),
        post="/amministratori",
        tenant=tenant,
        logs=tuple(v.Option(one.id, words.clean(one.name), chosen=one.id == tenant) for one in tenants)
        if who.house
        else (),
        day=view.day.isoformat(),
        rows=tuple(_row(one, tenant, view, who, reader) for one in view.lines),
        files=(
            (say("Elenco di quel giorno (PDF)", "List of that day (PDF)"), f"{files}.pdf?{at}"),
            (say("Tabella (CSV)", "Table (CSV)"), f"{files}.csv?{at}"),
        ),
        appoint=_form(view, reader) if appoints and view.candidates else None,
        shows=tuple(v.Option(one, say(*_SHOWS[one]), chosen=one == view.shows) for one in SHOWS),
        may_switch=who.role == "titolare",
        notice=None
        if who.house
        else v.Act(
            say("L’avviso per chi lavora da lei", "The notice for your people at work"),
            href="/amministratori/avviso",
        ),
        staff=tuple(
            (
                words.name(one.name, reader),
                words.clean(one.function),
                ", ".join(words.clean(c) for c in one.customers),
            )
            for one in staff
        ),
    )


def _row(one: Listed, tenant: str, view: RegisterView, who: Who, reader: Reader) -> a.AdministratorRow:
    say = reader.say
    acts: list[v.Act] = []
    able = who.role == "titolare" or (
        who.role == "owner" and any(one.person == c.id for c in view.candidates)
    )
    if one.appointment is not None and able:
        base = f"/amministratori/{tenant}/{one.appointment}"
        acts = [
            v.Act(
                say("Lettera (PDF)", "Letter (PDF)"),
                href=f"/api/administrators/{tenant}/{one.appointment}.pdf",
            ),
            v.Act(say("Fine anticipata", "End early"), href=f"{base}/fine", icon="undo"),
        ]
    return a.AdministratorRow(
        name=words.name(one.name, reader),
        function=words.clean(one.function),
        areas=", ".join(words.coded(words.ACTIVITIES, code, reader) for code in one.areas)
        or say("non limitati", "not restricted"),
        hosts=", ".join(words.clean(host) for host in one.hosts) or say("ogni macchina", "every host"),
        days=say(f"dal {_day(one.first)} al {_day(one.last)}", f"from {_day(one.first)} to {_day(one.last)}"),
        source=say(*_SOURCES[one.source]),
        acts=tuple(acts),
    )


def _day(one: date) -> str:
    return f"{one:%d/%m/%Y}"


def _form(view: RegisterView, reader: Reader) -> a.AppointForm:
    today = reader.now.date()
    return a.AppointForm(
        f"/amministratori/{view.tenant.id}",
        tuple(v.Option(one.id, words.name(one.name, reader)) for one in view.candidates),
        tuple(v.Option(code, words.coded(words.ACTIVITIES, code, reader)) for code in Activity.CODES),
        tuple(v.Option(host, words.clean(label)) for host, label in view.hosts.items()),
        today.isoformat(),
        (today + USUAL).isoformat(),
    )


def read(values: Mapping[str, Sequence[str]]) -> AppointmentDraft:
    """The form as it was typed; what may be in it the case judges."""

    def one(name: str) -> str:
        return "".join(values.get(name, [""])[-1:]).strip()

    def typed(name: str) -> date:
        return read_day(one(name), name)

    return AppointmentDraft(
        person=one("person"),
        function=one("function"),
        areas=tuple(dict.fromkeys(values.get("area", ()))),
        hosts=tuple(dict.fromkeys(values.get("host", ()))),
        first=typed("first"),
        last=typed("last"),
        evaluation=one("evaluation"),
        evaluated_by=one("evaluated_by"),
        evaluated=typed("evaluated") if one("evaluated") else None,
    )


def shows(text: str) -> Shows:
    if text not in SHOWS:
        raise Refused(Why.BAD_INPUT, field="shows")
    return text


def notice(found: Notice, organisation: str, reader: Reader) -> a.Notice:
    return a.Notice(
        words.clean(organisation),
        _day(found.day),
        tuple(
            (words.name(name, reader) if name else "", words.clean(function))
            for name, function in found.lines
        ),
        v.Act(reader.say("Torna al registro", "Back to the register"), href="/amministratori"),
    )


def confirm(tenant: str, appointment: str, reader: Reader) -> v.Confirm:
    say = reader.say
    return v.Confirm(
        say("Far finire prima questa nomina?", "End this appointment early?"),
        say(
            "Da adesso questa persona non è più amministratore di sistema per effetto di questa nomina. Ciò che è stato "
            "resta nel registro.",
            "From now on this person is no system administrator by this appointment any more. What was stays in the log.",
        ),
        v.Act(
            say("Falla finire", "End it"),
            post=f"/amministratori/{tenant}/{appointment}/fine",
            kind="stop",
            icon="undo",
        ),
        v.Act(say("Torna al registro", "Back to the register"), href="/amministratori"),
    )
