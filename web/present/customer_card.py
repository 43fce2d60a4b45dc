"""A customer at one glance, in words."""

from __future__ import annotations

from broker.cases.see_customer_card import CustomerCard
from broker.domain.people import Who
from web import views as v
from web import views_incidents as i
from web.present import desk, estate, incidents, words
from web.present.reader import Reader


def card(found: CustomerCard, who: Who, reader: Reader) -> i.Card:
    say, contract = reader.say, found.contract
    open_ = len(found.incidents)
    state = v.State("ok", say("Nulla di aperto", "Nothing open"))
    if open_:
        state = v.State("wait", say(f"Incidenti aperti: {open_}", f"Open incidents: {open_}"))
    plan = say("nessun contratto", "no contract")
    if contract is not None:
        plan = say("senza piano", "no plan") if contract.plan is None else contract.plan.name
        plan = say(f"{plan}, fino al {contract.last:%d/%m/%Y}", f"{plan}, until {contract.last:%d/%m/%Y}")
    return i.Card(
        title=words.clean(found.customer.name),
        state=state,
        facts=(
            v.Fact(say("Contratto", "Contract"), plan),
            v.Fact(say("Fuso orario", "Time zone"), found.customer.zone),
        ),
        rows=tuple(incidents.row(one, reader) for one in found.incidents),
        hosts=tuple(
            (words.clean(one.label), f"/postazioni/{one.id}", estate.host_state(one, reader))
            for one in found.hosts
        ),
        pages=desk.ways(found.customer.id, who, reader),
    )
