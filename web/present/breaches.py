"""One breach in words: how long the titolare still has, what is known, what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from broker.cases.see_breaches import BreachView
from broker.domain.breach import OUTCOMES, Breach
from broker.domain.people import Who
from web import views as v
from web import views_protection as p
from web.present import protection, words
from web.present.reader import Pair, Reader
from web.present.times import in_full, length

_ENDS: Mapping[str, Pair] = {
    "contained": ("È contenuta", "It is contained"),
    "no_breach": ("Non era una violazione", "It was no breach"),
}


def page(
    view: BreachView, hosts: Mapping[str, str], who: Who, reader: Reader, slip: v.Slip | None = None
) -> p.Breach:
    say, found = reader.say, view.breach
    base, owner = f"/protezione/{view.customer.id}/violazioni/{found.id}", who.role == "owner"
    told = say("Comunica al titolare", "Tell the titolare")
    again = say("Comunica ciò che si è saputo dopo", "Tell what became known since")
    return p.Breach(
        title=say(f"Violazione dei dati {found.id}", f"Data breach {found.id}"),
        customer=words.clean(view.customer.name),
        state=protection.state(found, reader),
        countdown=_countdown(found, view.now, reader),
        facts=_facts(found, hosts, reader),
        said=tuple(
            p.Section(say(*protection.FIELD_WORDS[name][0]), tuple(words.clean(view.texts[name]).split("\n")))
            for name in protection.FIELD_WORDS
            if name in view.texts
        ),
        sessions=tuple(v.Act(one, href=f"/sessioni/{one}/diretta") for one in found.sessions),
        tell=v.Act(again if found.told else told, post=f"{base}/comunicazioni")
        if owner and found.closed is None
        else None,
        fields=protection.fields(view.texts, reader),
        high_risk=found.high_risk,
        ends=tuple(v.Option(one, say(*_ENDS[one])) for one in OUTCOMES),
        close=v.Act(say("Chiudi la violazione", "Close the breach"), post=f"{base}/fine")
        if owner and found.state == "told"
        else None,
        back=v.Act(say("Protezione dei dati", "Data protection"), href=f"/protezione/{view.customer.id}"),
        slip=slip,
    )


def _countdown(found: Breach, now: datetime, reader: Reader) -> v.Notice:
    """The titolare's 72 hours towards the authority; while he was not told, the vendor's own term too."""
    say, end = reader.say, in_full(found.due, reader)
    if found.closed is not None:
        return v.Notice(
            "ok",
            say("Chiusa.", "Closed."),
            say(f"Le 72 ore finivano il {end}.", f"The 72 hours ended on {end}."),
        )
    left = (found.due - now).total_seconds()
    strong = (
        say(f"Restano {length(left)}.", f"{length(left)} left.")
        if left > 0
        else say("Le 72 ore sono passate.", "The 72 hours are over.")
    )
    text = say(
        f"Il titolare può notificare al Garante fino al {end}: 72 ore trascorse da quando lo si è saputo (art. 33).",
        f"The titolare can tell the authority until {end}: 72 elapsed hours from when it became known (art. 33).",
    )
    if not found.told:
        by = in_full(found.tell_by, reader)
        text += say(f" Va comunicata a lui entro il {by}.", f" He is to be told by {by}.")
    return v.Notice("stop" if not found.told else "wait", strong, text)


def _facts(found: Breach, hosts: Mapping[str, str], reader: Reader) -> tuple[tuple[str, str], ...]:
    say, chosen = reader.say, found.chosen
    rows = [
        (say("Conosciuta il", "Known on"), in_full(found.aware, reader)),
        (
            say("Comunicata al titolare", "The titolare was told"),
            in_full(found.told[0], reader) if found.told else say("Non ancora", "Not yet"),
        ),
        (
            say("Tempo cercato", "Time searched"),
            f"{in_full(chosen.first, reader)} – {in_full(chosen.until, reader)}",
        ),
        (say("Rischio elevato", "High risk"), say("Sì", "Yes") if found.high_risk else "No"),
    ]
    if found.told and found.late(found.told[0]):
        rows.append(
            (say("Avviso", "Notice"), say("dopo il termine del fornitore", "after the vendor’s term"))
        )
    if chosen.host is not None:
        rows.append((say("Macchina", "Host"), words.clean(hosts.get(chosen.host, chosen.host))))
    if found.outcome is not None:
        rows.append((say("Com’è finita", "How it ended"), say(*_ENDS[found.outcome])))
    return tuple(rows)
