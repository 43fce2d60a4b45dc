"""A request in words: its row, its page for the technician, and the sheet that an approver signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from broker.cases.see_requests import Listed, RequestView
from broker.domain.people import Who
from broker.domain.refusal import Why
from broker.domain.request import Approved, AwaitingApproval, Lapsed, Opened, Supervised
from broker.domain.session import Active, Ordered, phase
from web import views as v
from web.present import facts, words
from web.present.times import clock_time, length, moment, short, span

NEAR = timedelta(minutes=60)


def state_of(line: Listed) -> v.State:
    """Of the request, or of its session once there is one."""
    session = line.session
    if isinstance(line.found, Opened) and session is not None:
        return v.State(*words.SESSION_STATES[phase(session)])
    if isinstance(line.found, Approved):
        waived = line.found.supervision == "waived"
        return v.State("ok", "Può intervenire") if waived else v.State("wait", "Manca la supervisione")
    return v.State(*words.REQUEST_STATES[line.found.STATE])


def clock_of(line: Listed, now: datetime) -> v.Clock:
    """Time left in the window; no response time is agreed in this version, and none is invented."""
    end = line.found.asked.statement.not_after
    if line.found.STATE not in ("awaiting_approval", "approved", "supervised"):
        return v.Clock("", f"chiesta {short(line.found.asked.statement.created, now)}", "none")
    if end <= now:
        return v.Clock("finestra finita", moment(end, now), "late")
    left = end - now
    return v.Clock(
        length(left.total_seconds()), f"fino {moment(end, now, zone=True)}", "near" if left < NEAR else ""
    )


def title_of(line: Listed) -> str:
    return words.first_line(line.texts.incident_text) or "Richiesta di accesso"


def row(line: Listed, now: datetime, *, current: bool = False, place: str = "") -> v.QueueRow:
    statement = line.found.asked.statement
    kinds = dict.fromkeys(words.CHANNELS[c.kind].lower() for c in statement.channels)
    return v.QueueRow(
        href=f"/richieste/{line.found.asked.id}",
        tenant=words.clean(line.customer),
        title=title_of(line),
        state=state_of(line),
        clock=clock_of(line, now),
        badges=tuple(v.Badge(kind) for kind in kinds),
        place=place,
        since=clock_time(statement.created),
        current=current,
        icon="right" if current else "",
    )


def may(view: RequestView, who: Who, now: datetime) -> v.May:
    """Posso intervenire? The first thing missing, who can give it, and the button for it if it is his."""
    line, found = view.line, view.line.found
    statement, session = found.asked.statement, line.session
    mine = statement.technician.id == who.person
    checks = _checks(view, now)
    start = v.Act(
        "Avvia sessione", href="" if session is None else f"/sessioni/{session.permit.id}", icon="terminal"
    )

    if isinstance(session, Active | Ordered):
        go = v.Act("Vai alla sessione", href=start.href, kind="act", icon="terminal")
        return v.May("yes", "La", "sessione è aperta", ".", None, go, checks)
    no = _missing(view, now)
    if no is None and not mine:
        technician = words.clean(line.texts.technician_name)
        no = _No("no", "La avvia solo", technician, ", che l’ha chiesta.", "Non è una sua richiesta.")
    if no is not None:
        off = v.Act(start.label, icon=start.icon, blocked=no.blocked)
        return v.May(no.answer, no.before, no.missing, no.after, no.main, off, checks)
    until = f"{clock_time(statement.not_after)}, al massimo {length(statement.longest_s)}"
    go = v.Act(start.label, href=start.href, kind="act", icon="terminal")
    host = words.clean(line.texts.host_label)
    return v.May("yes", "Può lavorare su", host, f" fino alle {until}.", None, go, checks)


@dataclass(frozen=True, slots=True)
class _No:
    """Why not yet: a sentence around the missing thing, and why the button does not work."""

    answer: Literal["wait", "no"]
    before: str
    missing: str
    after: str
    blocked: str
    main: v.Act | None = None


def _missing(view: RequestView, now: datetime) -> _No | None:
    """The first thing that is missing, in words; None where nothing is."""
    line = view.line
    match line.line.lacks[:1]:
        case (Why.WRONG_STATE,):
            again = v.Act("Nuova richiesta", href="/richieste/nuova", kind="act", icon="pen")
            what, after = state_of(line).word.lower(), ". Serve una nuova richiesta."
            return _No("no", "Questa richiesta è", what, after, "Serve una nuova firma.", again)
        case (Why.AUTHORISATION_MISSING,):
            have, need = len(view.given), 1 if view.policy is None else view.policy.approvals
            some = f" ({have} firme su {need})" if need > 1 else ""
            customer = words.clean(line.customer)
            after = f"{some}: la danno il titolare o l’ADS di {customer}, già avvisati per posta."
            return _No("no", "Manca", "l’autorizzazione", after, "Si attiva dopo la firma.")
        case (Why.SUPERVISION_MISSING,):
            after = f": la prende in carico {words.clean(line.line.watcher)}, dalla sua pagina."
            blocked = "Si attiva quando chi guarda preme «Prendo in carico la supervisione»."
            return _No("wait", "Manca la", "supervisione", after, blocked)
        case (Why.WINDOW_CLOSED,):
            opens = moment(line.found.asked.statement.not_before, now, zone=True)
            return _No("wait", "La finestra si apre", opens, ".", f"Si attiva {opens}.")
        case (Why.HOST_UNREACHABLE,):
            after = ". Chi è sul posto controlli che sia accesa e in rete."
            blocked = "Si attiva quando l’agente risponde."
            return _No("no", "La", "postazione non è collegata", after, blocked)
        case _:
            return None


def _checks(view: RequestView, now: datetime) -> tuple[v.Check, ...]:
    """The six; two of them are not kept in this version, and say so."""
    found, statement = view.line.found, view.line.found.asked.statement
    given = view.given
    signed = words.both([words.clean(view.names.get(g.approval.approver, "?")) for g in given])
    answered = not isinstance(found, AwaitingApproval | Lapsed)
    authorised = found.STATE in ("approved", "supervised", "opened")
    supervision = getattr(found, "supervision", None)
    watcher = words.clean(view.names.get(getattr(found, "watcher", None) or "", ""))
    if supervision == "waived":
        watch = v.Check("Supervisione", "off", "chi ha firmato ha scelto: nessuno guarda")
    elif isinstance(found, Supervised):
        watch = v.Check("Supervisione", "ok", f"presa in carico da {watcher}")
    else:
        watch = v.Check(
            "Supervisione",
            "wait" if authorised else "off",
            f"la deve prendere {watcher}" if watcher else "dopo la firma",
        )
    inside = statement.not_before <= now < statement.not_after
    connected = view.host is not None and view.host.connected
    seen = "collegato" if connected else "non collegato"
    if view.host is not None and view.host.confirmed is False:
        seen += ", chiavi non confermate"
    return (
        v.Check("Autorizzazione", "ok" if authorised else "stop" if answered else "wait", f"{signed}, con passkey" if signed else "nessuna firma"),
        watch,
        v.Check("Finestra", "ok" if inside else "wait", span(statement.not_before, statement.not_after, now)),
        v.Check("DPA", "off", "non tenuto in questa versione"),
        v.Check("Riservatezza e formazione", "off", "non tenute in questa versione"),
        v.Check("Agente", "ok" if connected else "stop", f"{words.clean(view.line.texts.host_label)}, {seen}"),
    )  # fmt: skip


def incident(view: RequestView, who: Who, now: datetime) -> v.Incident:
    line, found = view.line, view.line.found
    statement, texts = found.asked.statement, line.texts
    acts: list[v.Act] = []
    base = f"/richieste/{found.asked.id}"
    mine = statement.technician.id == who.person
    if found.STATE in ("awaiting_approval", "approved", "supervised") and who.role == "technician":
        blocked = "" if mine else "La ritira solo chi l’ha chiesta."
        acts.append(v.Act("Ritira la richiesta", href=f"{base}/ritiro", icon="undo", blocked=blocked))
    kinds = tuple(
        v.Badge(words.CHANNELS[c.kind].lower() + (f": {c.tool}" if c.tool else ""))
        for c in statement.channels
    )
    account = statement.account.name + (" (amministratore)" if statement.account.administrator else "")
    roles = [
        v.Fact("Chiede", words.clean(texts.technician_name), words.clean(texts.organisation_name)),
        v.Fact("Postazione", words.clean(texts.host_label), mono=True),
        v.Fact("Utente", account, mono=True),
        v.Fact("Finestra", span(statement.not_before, statement.not_after, now)),
        v.Fact("Sessione", f"al massimo {length(statement.longest_s)}"),
        v.Fact(
            "Attività",
            words.both([f"{a.code}" + ("/FOR" if a.type == "FOR" else "") for a in statement.activities]),
        ),
    ]
    if view.note:
        roles.append(v.Fact("Motivo", words.clean(view.note)))
    if line.session is not None:
        roles.append(v.Fact("Sessione n.", line.session.permit.id, mono=True))
        acts.append(v.Act("Vai alla sessione", href=f"/sessioni/{line.session.permit.id}", icon="terminal"))
    return v.Incident(
        code=statement.incident,
        tenant=words.clean(line.customer),
        heard=f"chiesta {moment(statement.created, now)}",
        title=title_of(line),
        text=written(line),
        badges=(*kinds, v.Badge(state_of(line).word)),
        may=may(view, who, now),
        feed=facts.feed(view.feed, view.names, now),
        roles=tuple(roles),
        acts=tuple(acts),
        digest=words.digest(found.asked.digest),
    )


def written(line: Listed) -> str:
    """Both texts, whole, as the technician wrote them."""
    parts = [words.clean(line.texts.incident_text), words.clean(line.texts.reason)]
    return "\n\n".join(one for one in parts if one)


def is_over(line: Listed) -> bool:
    """Whether nothing can come of it any more: refused, lapsed, or its session is over."""
    if not isinstance(line.found, Opened):
        return line.found.STATE not in ("awaiting_approval", "approved", "supervised")
    return not isinstance(line.session, Active | Ordered)
