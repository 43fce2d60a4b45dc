"""A customer's contract in words: plan, from when to when, paid or not (S-19, S-21)."""

from __future__ import annotations

from collections.abc import Sequence

from broker.cases.agree_contract import Agreed
from broker.domain.contract import Contract
from broker.domain.people import Who
from broker.domain.plans import PLANS, Plan
from broker.domain.product import Product
from web import views as v
from web import views_incidents as i
from web.present import incident_words as w
from web.present import words
from web.present.reader import Reader
from web.present.times import length
from web.present.typed_days import patron_words


def page(
    agreed: Agreed,
    tenant: str,
    who: Who,
    reader: Reader,
    products: Sequence[Product] = (),
    slip: v.Slip | None = None,
) -> i.Contract:
    """`products`: the vendor's catalogue."""
    say, now = reader.say, agreed.now
    customer = words.clean(agreed.customer)
    owner = who.role == "owner"
    wrote = None if slip is None else dict(slip.typed)
    covered = () if wrote is None else wrote["product"].split()
    return i.Contract(
        title=say(f"Contratto di {customer}", f"Contract of {customer}"),
        state=_state(now, reader),
        facts=() if now is None else _facts(now, products, reader),
        notice=_notice(now, reader),
        earlier=tuple(_line(one, reader) for one in reversed(agreed.every) if one is not now),
        post=f"/clienti/{tenant}/contratto" if owner else "",
        plans=(
            *(
                v.Option(one.id, _promise(one, reader), chosen=wrote is not None and wrote["plan"] == one.id)
                for one in PLANS.values()
            ),
            v.Option(
                "",
                say("Senza piano: nessun tempo di risposta", "No plan: no response time"),
                chosen=wrote is not None and not wrote["plan"],
            ),
        ),
        back=v.Act(say("Torna indietro", "Go back"), href="/gestione" if owner else "/"),
        products=tuple(
            v.Option(one.id, words.clean(one.name), chosen=one.id in covered)
            for one in products
            if one.listed
        ),
        slip=slip,
        prepaid=wrote is None or wrote["prepaid"] == "yes",
        half_shifts=wrote is not None and wrote["half_shifts"] == "yes",
        some_products=wrote is not None and wrote["some_products"] == "yes",
    )


def _promise(plan: Plan, reader: Reader) -> str:
    times = ", ".join(f"{one.value} {length(time.total_seconds())}" for one, time in plan.response.items())
    return f"{plan.name}: {times}"


def _state(now: Contract | None, reader: Reader) -> v.State:
    if now is None:
        return v.State("off", reader.say("Nessun contratto in corso", "No contract running"))
    if now.plan is not None and not now.guaranteed:
        return v.State("wait", reader.say("In attesa di pagamento", "Payment awaited"))
    return v.State("ok", reader.say("In corso", "Running"))


def _notice(now: Contract | None, reader: Reader) -> v.Notice | None:
    if now is None or now.plan is None or now.guaranteed:
        return None
    return v.Notice(
        "wait",
        reader.say("In attesa di pagamento.", "Payment awaited."),
        reader.say(
            "I tempi di risposta si contano lo stesso e non sono garantiti. Nessun intervento autorizzato viene fermato.",
            "Response times are counted all the same, and not guaranteed. No authorised intervention is stopped.",
        ),
    )


def _facts(one: Contract, products: Sequence[Product], reader: Reader) -> tuple[v.Fact, ...]:
    say = reader.say
    names = {each.id: words.clean(each.name) for each in products}
    found = [
        v.Fact(say("Piano", "Plan"), say(*w.NO_PLAN) if one.plan is None else one.plan.name, strong=True),
        v.Fact(say("Dal", "From"), f"{one.first:%d/%m/%Y}"),
        v.Fact(say("Al", "To"), f"{one.last:%d/%m/%Y}"),
    ]
    if one.plan is not None:
        found += [
            v.Fact(say("Orario", "Hours"), say(*w.HOURS[one.plan.id])),
            v.Fact(say("Risposta entro", "Answer within"), _promise(one.plan, reader).partition(": ")[2]),
        ]
    if one.prepaid:
        paid = say("non ancora", "not yet") if one.paid is None else f"{one.paid:%d/%m/%Y}"
        found.append(v.Fact(say("Pagato in anticipo", "Paid in advance"), paid))
    if one.patron is not None:
        found.append(v.Fact(say("Santo patrono", "Patron saint’s day"), patron_words(one.patron, reader)))
    if one.closures:
        days = ", ".join(f"{day:%d/%m/%Y}" for day in sorted(one.closures))
        found.append(v.Fact(say("Chiusure", "Days closed"), days))
    if one.half_shifts:
        half = say("per semiturni interi", "by whole half shifts")
        found.append(v.Fact(say("Lettura dei tempi", "Reading of the times"), half))
    if one.included is not None:
        year = say(f"{one.included // 60} l’anno", f"{one.included // 60} a year")
        found.append(v.Fact(say("Ore comprese", "Hours included"), year))
    if one.step is not None or one.least is not None:
        step, least = one.step or 1, one.least or 0
        rule = say(f"a scatti di {step} min, minimo {least}", f"by steps of {step} min, {least} at least")
        found.append(v.Fact(say("Come si conta", "How it is counted"), rule))
    if one.products is not None:
        covered = ", ".join(sorted(names.get(each, each) for each in one.products))
        found.append(v.Fact(say("Prodotti", "Products"), covered or say("nessuno", "none")))
    return tuple(found)


def _line(one: Contract, reader: Reader) -> str:
    plan = reader.say(*w.NO_PLAN) if one.plan is None else one.plan.name
    return f"{one.number}. {plan}, {one.first:%d/%m/%Y} – {one.last:%d/%m/%Y}"
