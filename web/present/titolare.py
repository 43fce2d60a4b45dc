"""The titolare's one page: what he has to do first, then what happened, then what he can check alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from broker.cases.see_customer import CustomerView
from broker.cases.see_estate import HostView, PersonView
from broker.cases.see_requests import Listed
from broker.cases.see_sessions import SessionLine
from broker.domain.people import Who
from web import views as v
from web import views_estate as e
from web.present import facts, words
from web.present.estate import confirmed
from web.present.requests import title_of
from web.present.times import ago, date_of, day_of, length, month_name
from web.present.watching import other

RENEW_BEFORE = timedelta(days=30)


def page(
    view: CustomerView,
    who: Who,
    open_requests: Sequence[Listed],
    running: Sequence[SessionLine],
    vendor: str,
    now: datetime,
) -> e.Titolare:
    return e.Titolare(
        vendor=words.clean(vendor),
        month=f"{words.capital(month_name(view.period))}, in corso",
        others=(),
        todos=todos(view, who, open_requests, now),
        figures=_figures(view),
        live=tuple(other(one, now) for one in running),
        exceptions=_exceptions(view, now),
        reports=tuple(
            e.ReportRow(
                month=month_name(one.period) + (", parziale" if one.partial else ""),
                verdict=v.State("ok" if not one.partial else "off", f"Firmato il {date_of(one.issued)}"),
                sessions="",
                hours="",
                pdf=f"/rapporti/{one.number}.pdf",
                bundle=f"/rapporti/{one.number}.zip",
                json=f"/rapporti/{one.number}.json",
            )
            for one in view.reports
        ),
        people=tuple(_person(one, who, now) for one in view.people),
        rules=rules(view),
        hosts=tuple(_host(one, now) for one in view.hosts if one.state != "revoked"),
        head=words.digest(view.head.root.hex()),
        head_when=f"{date_of(now)}",
        head_line=_witnesses(view),
        confirmed=confirmed(view.hosts),
        change_rules=who.role == "titolare",
    )


# ---------------------------------------------------------------------------------- what to do


def todos(view: CustomerView, who: Who, open_requests: Sequence[Listed], now: datetime) -> tuple[e.Todo, ...]:
    found = [*_to_found(view, who), *_to_answer(open_requests, who), *_to_renew(view, who, now)]
    if found:
        return tuple(found)
    waiting = sum(one.state in ("prepared", "signed") for one in view.hosts)
    text = "Nessuna richiesta aspetta lei, e le sue regole sono firmate."
    if waiting:
        text += f" {waiting} macchine non hanno ancora portato il loro agente."
    return (e.Todo("ok", "Che cosa deve fare lei: niente", text),)


def _to_found(view: CustomerView, who: Who) -> list[e.Todo]:
    """The founding steps, in their order; only the first that is missing."""
    me = next((one for one in view.people if one.id == who.person), None)
    if me is None:
        return []
    if not me.signing_passkeys:
        make = v.Act(
            "Crea la passkey per firmare",
            post="/persone/passkey-di-firma",
            kind="sign",
            icon="passkey",
            sign=True,
        )
        text = "È un’altra passkey, su un altro indirizzo: quella per entrare non può valere come firma."
        return [e.Todo("wait", "Creare la passkey con cui firma", text, (make,))]
    unsigned = [
        p for p in view.people if p.role in ("titolare", "ads") and p.signing_passkeys > p.appointed_keys
    ]
    if unsigned and who.role == "titolare":
        names = words.both([words.clean(p.name) for p in unsigned])
        read = v.Act("Leggi e firma", href="/persone/elenco", kind="act", icon="pen")
        text = f"Hanno una passkey per firmare e non sono ancora nell’elenco: {names}."
        return [e.Todo("wait", "Firmare l’elenco di chi può autorizzare", text, (read,))]
    if view.policy is None and who.role == "titolare":
        act = v.Act("Leggi e firma le regole", href="/regole", kind="act", icon="pen")
        return [
            e.Todo(
                "wait",
                "Firmare le sue regole",
                "Senza regole firmate nessuna macchina si può iscrivere.",
                (act,),
            )
        ]
    to_sign = [h for h in view.hosts if h.state == "prepared"]
    if to_sign and who.role == "titolare":
        acts = tuple(
            v.Act(f"Iscrivi {words.clean(h.label)}", href=f"/postazioni/{h.id}", icon="pen")
            for h in to_sign[:5]
        )
        return [
            e.Todo(
                "wait", "Iscrivere le sue macchine", "Ogni agente obbedisce solo a ciò che lei firma.", acts
            )
        ]
    return []


def _to_answer(open_requests: Sequence[Listed], who: Who) -> list[e.Todo]:
    found = []
    for line in open_requests:
        href = f"/richieste/{line.line.id}/approva"
        host, technician = words.clean(line.line.host), words.clean(line.line.technician)
        if line.found.STATE == "awaiting_approval":
            act = v.Act("Leggi e decidi", href=href, kind="act", icon="pen")
            found.append(e.Todo("wait", f"Rispondere a {technician}", f"{title_of(line)} · {host}", (act,)))
        elif line.found.STATE == "approved" and getattr(line.found, "watcher", None) == who.person:
            act = v.Act(
                "Prendo in carico la supervisione",
                post=f"/richieste/{line.line.id}/supervisione",
                kind="act",
                icon="eye",
            )
            found.append(
                e.Todo("wait", "Guardare una sessione", f"{technician} aspetta lei su {host}.", (act,))
            )
    return found


def _to_renew(view: CustomerView, who: Who, now: datetime) -> list[e.Todo]:
    soon = [
        p for p in view.people
        if p.appointed_until is not None and p.appointed_until - now < RENEW_BEFORE
    ]  # fmt: skip
    if not soon or who.role != "titolare":
        return []
    lines = words.both(
        [f"{words.clean(p.name)} fino al {date_of(p.appointed_until)}" for p in soon if p.appointed_until]
    )
    act = v.Act("Rinnova le nomine", href="/persone/elenco", icon="pen")
    return [e.Todo("wait", "Rinnovare chi può autorizzare", f"Nomine che finiscono: {lines}.", (act,))]


# ------------------------------------------------------------------------------- what happened


def _figures(view: CustomerView) -> tuple[e.Figure, ...]:
    f = view.figures
    watched = f.sessions - f.unsupervised
    return (
        e.Figure("Interventi", words.thousands(f.sessions), "da inizio mese"),
        e.Figure("Ore totali", length(f.seconds), "di sessioni finite"),
        e.Figure(
            "Autorizzati", f"{f.sessions} su {f.sessions}", "tutti: senza firma l’agente non apre", "ok"
        ),
        e.Figure(
            "Supervisione chiesta",
            f"{watched} su {f.sessions}",
            "tutte" if not f.unsupervised else f"{f.unsupervised} senza, per scelta di chi ha firmato",
            "ok" if not f.unsupervised else "wait",
        ),
        e.Figure("Registro", f"{words.thousands(view.head.size)} voci", _witnesses(view), "ok"),
    )


def _exceptions(view: CustomerView, now: datetime) -> tuple[e.Deviation, ...]:
    found = []
    if view.figures.unsupervised:
        count = "1 sessione" if view.figures.unsupervised == 1 else f"{view.figures.unsupervised} sessioni"
        found.append(
            e.Deviation("mese", "Senza supervisione", f"{count}, per scelta di chi ha firmato.", "/sessioni")
        )
    for one in view.notable:
        shown = facts.item(one.leaf, {}, now)
        href = f"/sessioni/{one.leaf.session}/diretta" if one.leaf.session else ""
        text = ": ".join(t for t in ("", shown.text) if t) or ""
        found.append(e.Deviation(f"{day_of(one.leaf.time, now)}", one.it, text + ".", href))
    return tuple(found)


# ------------------------------------------------------------------------------ what he can check


def _person(one: PersonView, who: Who, now: datetime) -> e.Person:
    name = words.clean(one.name) + (" (lei)" if one.id == who.person else "")
    keys = "1 passkey" if one.signing_passkeys == 1 else f"{one.signing_passkeys} passkey"
    line = f"{words.ROLES[one.role]}, {keys} per firmare"
    if one.demo_software:
        line += ", chiave dimostrativa"
    if one.appointed_until is None:
        return e.Person(name, line, "non nell’elenco")
    over = one.appointed_until <= now
    return e.Person(name, line, f"{'scaduta il' if over else 'fino al'} {date_of(one.appointed_until)}")


def rules(view: CustomerView) -> tuple[v.Fact, ...]:
    policy = view.policy
    if policy is None:
        return (v.Fact("Regole", "Non ancora firmate."),)
    kinds = words.both([words.CHANNELS[kind].lower() for kind in policy.channels])
    return (
        v.Fact("Firme necessarie", "Una" if policy.approvals == 1 else str(policy.approvals)),
        v.Fact("Supervisione", "Sempre" if policy.supervision == "required" else "La sceglie chi firma"),
        v.Fact("Canali", words.capital(kinds) or "Nessuno"),
        v.Fact("Strumenti", words.both([words.clean(t.id) for t in policy.tools]) or "Nessuno"),
        v.Fact("Durata", f"Al massimo {length(policy.longest_s)} per sessione"),
        v.Fact("Finestra", f"Al massimo {length(policy.window_s)} dall’inizio"),
        v.Fact(
            "Alla postazione",
            "Serve il sì di chi c’è" if policy.desk == "consent" else "Chi c’è viene avvisato",
        ),
        v.Fact(
            "Senza rete",
            "La sessione finisce" if policy.offline == "end" else "La sessione continua fino alla scadenza",
        ),
        v.Fact("Versione", f"n. {policy.number}", words.digest(policy.digest.hex()).short, mono=True),
    )


def _host(one: HostView, now: datetime) -> e.Person:
    keys = {
        None: "l’agente non è ancora venuto",
        True: "chiavi confermate da voi",
        False: "chiavi non confermate: nessuno ha digitato l’impronta",
    }[one.confirmed]
    right = "collegata" if one.connected else "non collegata" if one.state == "enrolled" else "da iscrivere"
    if not one.connected and one.last_seen is not None:
        right = f"vista {ago(one.last_seen, now)}"
    acts = (v.Act("Apri", href=f"/postazioni/{one.id}"),)
    return e.Person(words.clean(one.label), keys, right, acts)


def _witnesses(view: CustomerView) -> str:
    enrolled = {one.id for one in view.hosts if one.state == "enrolled"}
    held = sum(one.host in enrolled for one in view.cosigned)
    return f"testimoni: {held} su {len(enrolled)} macchine"
