"""Leads in words: the public form with its information notice, and the owner's list."""

from __future__ import annotations

from collections.abc import Sequence

from broker.domain.plans import PLANS
from broker.domain.sales_lead import STAY, SalesLead
from web import views as v
from web import views_leads as w
from web.present import words
from web.present.reader import Reader
from web.present.times import date_of, moment


def contact(vendor: str, reader: Reader, *, sent: bool = False, slip: v.Slip | None = None) -> w.Contact:
    say, name = reader.say, words.clean(vendor).rstrip(".")
    chosen = "" if slip is None else slip.value("plan")
    plans = (
        v.Option("", say("Non so ancora", "I do not know yet")),
        *(v.Option(one.id, one.name, chosen=one.id == chosen) for one in PLANS.values()),
    )
    notice = (
        say(
            f"Titolare del trattamento: {name}. I dati servono solo a risponderle (art. 6, par. 1, lett. b GDPR): non "
            "vanno a terzi e non escono da questo server se non nella risposta.",
            f"Controller: {name}. The data serve to answer you alone (art. 6(1)(b) GDPR): they go to no third party, "
            "and leave this server in the answer alone.",
        ),
        say(
            "Si cancellano da soli dopo un anno, o prima se lo chiede rispondendo: può sempre chiedere di vederli, "
            "correggerli o cancellarli, e reclamare al Garante.",
            "They are erased by themselves after a year, or sooner if you ask in your reply: you can always ask to see, "
            "correct or erase them, and complain to the supervisory authority.",
        ),
    )
    return w.Contact(name, plans, notice, sent, slip)


def leads(found: Sequence[SalesLead], origin: str, reader: Reader) -> w.Leads:
    return w.Leads(
        address=f"{origin}/contatti",
        stays=reader.say(
            "Chi ha chiesto di essere ricontattato: nessuna scadenza corre, e dopo un anno si cancella da solo.",
            "Who asked to be contacted: no deadline runs, and after a year it is erased by itself.",
        ),
        rows=tuple(_row(one, reader) for one in found),
    )


def _row(one: SalesLead, reader: Reader) -> w.LeadRow:
    say, form = reader.say, one.form
    plan = PLANS[form.plan].name if form.plan in PLANS else ""
    until = say(f"fino al {date_of(one.came + STAY, reader)}", f"until {date_of(one.came + STAY, reader)}")
    base = f"/gestione/contatti/{one.id}"
    drop = v.Act(say("Cancella", "Erase"), post=f"{base}/cancella")
    answer = v.Act(say("Ho risposto", "I answered"), post=f"{base}/risposto", kind="act")
    return w.LeadRow(
        name=words.name(form.name, reader),
        line=" · ".join(filter(None, (words.clean(form.company), words.clean(form.phone), plan, until))),
        email=words.clean(form.email),
        text=words.clean(form.text),
        when=moment(one.came, reader),
        state=v.State("wait", say("da rispondere", "to be answered"))
        if one.answered is None
        else v.State("ok", say("risposto", "answered")),
        acts=(answer, drop) if one.answered is None else (drop,),
    )


def too_often(reader: Reader) -> str:
    return reader.say(
        "In questo momento non possiamo prendere altre richieste. Riprovi tra quindici minuti, o ci telefoni.",
        "Just now we cannot take more requests. Try again in fifteen minutes, or ring us.",
    )
