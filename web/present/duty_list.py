"""Duties in one list: every customer's state, and for the owner his technicians and other companies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from broker.cases.see_duties import DutiesView
from broker.cases.see_technicians import TechnicianView
from broker.domain.preconditions import Lack
from broker.domain.register import Subprocessor
from web import views as v
from web import views_duties as d
from web.present import papers, words
from web.present.reader import Reader


def page(
    customers: Sequence[DutiesView],
    technicians: Sequence[TechnicianView],
    companies: Sequence[Subprocessor],
    today: date,
    reader: Reader,
    *,
    owner: bool,
    slip: v.Slip | None = None,
) -> d.DutyList:
    """`technicians` and `companies` are the owner's alone to see."""
    say = reader.say
    return d.DutyList(
        customers=tuple(_customer(one, reader) for one in customers),
        technicians=tuple(_technician(one, companies, today, reader) for one in technicians),
        paper=d.PaperForm(
            v.Act(say("Metti agli atti", "File it"), post="/adempimenti/tecnici"),
            papers.kinds_of_people(reader),
            tuple(v.Option(one.id, words.clean(one.name)) for one in technicians),
        )
        if owner and technicians
        else None,
        companies=tuple(d.Line(words.clean(one.name), words.clean(one.place)) for one in companies),
        add_company=v.Act(say("Registra l’azienda", "List the company"), post="/adempimenti/aziende")
        if owner
        else None,
        slip=slip,
    )


def _customer(view: DutiesView, reader: Reader) -> d.Customer:
    return d.Customer(
        words.clean(view.customer.name),
        f"/adempimenti/{view.customer.id}",
        papers.badge(view.category, reader),
        papers.state(view.lacks, view.block, reader),
        papers.short(view.lacks, reader),
    )


def _technician(
    one: TechnicianView, companies: Sequence[Subprocessor], today: date, reader: Reader
) -> d.Technician:
    say = reader.say
    lacks = [Lack(code, blocks=False) for code in one.lacks]
    state = v.State("ok", say("In regola", "In order"))
    if lacks:
        state = v.State(
            "wait", say(f"Manca {papers.short(lacks, reader)}", f"Lacks {papers.short(lacks, reader)}")
        )
    vendor = say("il fornitore", "the vendor")
    here = None if one.employer is None else one.employer.id
    return d.Technician(
        words.clean(one.name),
        state,
        vendor if one.employer is None else words.clean(one.employer.name),
        tuple(
            papers.filed(paper, today, reader, papers.withdraw("/adempimenti/tecnici", paper, reader))
            for paper in one.filed
        ),
        v.Act(say("Cambia", "Change"), post=f"/adempimenti/tecnici/{one.id}/datore") if companies else None,
        (
            v.Option("", words.capital(vendor), chosen=here is None),
            *(v.Option(c.id, words.clean(c.name), chosen=c.id == here) for c in companies),
        ),
    )
