"""A request in words: its row, and its page for the technician."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from broker.api.refusals import sentences
from broker.cases.see_requests import Listed, RequestView
from broker.domain.declared import Underway
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.request import Approved, AwaitingApproval, Lapsed, Opened, Supervised
from broker.domain.session import Live, phase
from web import views as v
from web.present import bare, clarifying, facts, papers, signatures, words
from web.present.declaring import written
from web.present.reader import Reader
from web.present.times import clock_time, length, moment, short, span, until

NEAR = timedelta(minutes=60)


def state_of(line: Listed, reader: Reader) -> v.State:
    """Of the request, or of its session once there is one."""
    session = line.session
    if isinstance(line.found, Opened) and line.declared is not None:
        return bare.state(line.declared, reader)
    if isinstance(line.found, Opened) and session is not None:
        return words.state(words.SESSION_STATES, phase(session), reader)
    if isinstance(line.found, Approved):
        if line.found.supervision == "waived":
            return words.state(words.REQUEST_STATES, "supervised", reader)
        return v.State("wait", reader.say("Manca la supervisione", "Nobody is watching"))
    return words.state(words.REQUEST_STATES, line.found.STATE, reader)


def clock_of(line: Listed, reader: Reader) -> v.Clock:
    """Time left in the window; no response time is agreed in this version, and none is invented."""
    end = line.found.asked.statement.not_after
    if not waits(line):
        asked = short(line.found.asked.statement.created, reader)
        return v.Clock("", reader.say(f"chiesta {asked}", f"asked {asked}"), "none")
    if end <= reader.now:
        return v.Clock(reader.say("finestra finita", "window over"), moment(end, reader), "late")
    left = end - reader.now
    return v.Clock(length(left.total_seconds()), until(end, reader, zone=True), "near" if left < NEAR else "")


def waits(line: Listed) -> bool:
    """Whether it has yet to be answered, or to be used: no session has come of it."""
    return line.found.STATE in ("awaiting_approval", "approved", "supervised")


def title_of(line: Listed, reader: Reader) -> str:
    fault = words.fault(line.texts.incident_text, reader, erased=line.erased)
    return words.first_line(fault) or reader.say("Richiesta di accesso", "Access request")


def row(line: Listed, reader: Reader, *, current: bool = False, place: str = "") -> v.QueueRow:
    statement = line.found.asked.statement
    kinds = dict.fromkeys(
        words.lower(words.coded(words.CHANNELS, c.kind, reader)) for c in statement.channels
    )
    return v.QueueRow(
        href=f"/richieste/{line.found.asked.id}",
        tenant=words.clean(line.customer),
        title=title_of(line, reader),
        state=state_of(line, reader),
        clock=clock_of(line, reader),
        badges=(
            *clarifying.badge(line.line.clarification, reader),
            *(v.Badge(kind) for kind in kinds),
            *_unattested(line, reader),
        ),
        place=place,
        since=clock_time(statement.created),
        current=current,
        icon="right" if current else "",
    )


def _unattested(line: Listed, reader: Reader) -> tuple[v.Badge, ...]:
    if not line.found.asked.declared:
        return ()
    return (v.Badge(reader.say("senza agente", "without an agent")),)


# -------------------------------------------------------------------------- Posso intervenire?


def may(view: RequestView, who: Who, reader: Reader) -> v.May:
    """Posso intervenire? The first thing missing, who can give it, and the button for it if it is his."""
    line, say = view.line, reader.say
    statement, session = line.found.asked.statement, line.session
    checks = _checks(view, reader)
    if isinstance(line.declared, Underway):
        at = until(line.declared.ends, reader, zone=True)
        done = v.Act(
            say("Ho finito", "I have finished"), blocked=say("Lo dichiari qui sopra.", "Declare it above.")
        )
        return v.May(
            "yes", say("Il tecnico dichiara di", "The technician declares to"), say("lavorare", "be at work"),
            f" {at}.", None, done, checks,
        )  # fmt: skip
    start = v.Act(
        say("Avvia sessione", "Start session"),
        href="" if session is None else f"/sessioni/{session.permit.id}",
        icon="terminal",
    )
    if isinstance(session, Live):
        go = v.Act(
            say("Vai alla sessione", "Go to the session"), href=start.href, kind="act", icon="terminal"
        )
        return v.May(
            "yes", say("La", "The"), say("sessione è aperta", "session is open"), ".", None, go, checks
        )
    no = _missing(view, reader) or _turn(view, reader)
    if no is None and statement.technician.id != who.person:
        technician = words.name(line.texts.technician_name, reader)
        no = _No(
            "no",
            say("La avvia solo", "Only"),
            technician,
            say(", che l’ha chiesta.", ", who asked for it, can start it."),
            say("Non è una sua richiesta.", "It is not a request of yours."),
        )
    if no is not None:
        off = v.Act(start.label, icon=start.icon, blocked=no.blocked)
        return v.May(no.answer, no.before, no.missing, no.after, no.main, off, checks)
    if line.found.asked.declared:
        start = v.Act(
            start.label, icon=start.icon, blocked=say("Lo dichiari qui sopra.", "Declare it above.")
        )
    end, lasts = until(statement.not_after, reader, zone=True), length(statement.longest_s)
    after = say(f" {end}, al massimo {lasts}.", f" {end}, at most {lasts}.")
    go = (
        start
        if line.found.asked.declared
        else v.Act(start.label, href=start.href, kind="act", icon="terminal")
    )
    host = words.clean(line.texts.host_label)
    return v.May("yes", say("Può lavorare su", "You may work on"), host, after, None, go, checks)


SCHOOLS = (Why.SCHOOL_NOT_IN_SERVICE, Why.ARCHIVES_DELEGATION_MISSING)


@dataclass(frozen=True, slots=True)
class _No:
    """Why not yet: a sentence around the missing thing, and why the button does not work."""

    answer: Literal["wait", "no"]
    before: str
    missing: str
    after: str
    blocked: str
    main: v.Act | None = None


def _missing(view: RequestView, reader: Reader) -> _No | None:
    """The first thing that is missing, in words; None where nothing is."""
    say = reader.say
    match view.line.line.lacks[:1]:
        case (Why.WRONG_STATE,):
            again = v.Act(
                say("Nuova richiesta", "New request"), href="/richieste/nuova", kind="act", icon="pen"
            )
            return _No(
                "no",
                say("Questa richiesta è", "This request is"),
                state_of(view.line, reader).word.lower(),
                say(". Serve una nuova richiesta.", ". It takes a new request."),
                say("Serve una nuova firma.", "It takes a new signature."),
                again,
            )
        case (Why.AUTHORISATION_MISSING,):
            return _No(
                "no",
                say("Manca", "There is no"),
                say("l’autorizzazione", "authorisation"),
                _who_authorises(view, reader),
                say("Si attiva dopo la firma.", "It works after the signature."),
            )
        case (Why.SUPERVISION_MISSING,):
            watcher = words.name(view.line.line.watcher, reader)
            return _No(
                "wait",
                say("Manca la", "There is no"),
                say("supervisione", "supervision"),
                say(
                    f": la prende in carico {watcher}, dalla sua pagina.",
                    f": {watcher} takes it over, on his page.",
                ),
                say(
                    "Si attiva quando chi guarda preme «Prendo in carico la supervisione».",
                    "It works once the watcher presses “I take over supervision”.",
                ),
            )
        case (Why.WINDOW_CLOSED,):
            opens = moment(view.line.found.asked.statement.not_before, reader, zone=True)
            works = say(f"Si attiva {opens}.", f"It works {opens}.")
            return _No("wait", say("La finestra si apre", "The window opens"), opens, ".", works)
        case (Why.HOST_UNREACHABLE,):
            return _No(
                "no",
                say("La", "The"),
                say("macchina non è collegata", "host is not connected"),
                say(
                    ". Chi è sul posto controlli che sia accesa e in rete.",
                    ". Somebody on site should check that it is on and online.",
                ),
                say("Si attiva quando l’agente risponde.", "It works once the agent answers."),
            )
        case _:
            return _paper_missing(view, reader)


def _paper_missing(view: RequestView, reader: Reader) -> _No | None:
    """The first paper whose lack blocks; None where nothing is missing."""
    why = next(iter(view.line.line.lacks), None)
    if why is None or why not in papers.LACKS:
        return None
    say = reader.say
    said = say(*sentences(Refused(why)))
    if why in SCHOOLS:
        blocked = say("Si attiva quando c’è.", "It works once it is there.")
        return _No("no", say("Manca", "Missing:"), say(*papers.LACKS[why]), ". " + said, blocked)
    blocked = say("Si attiva quando è agli atti.", "It works once it is on file.")
    see = v.Act(say("Vedi gli adempimenti", "See the duties"), href=f"/adempimenti/{view.line.line.tenant}")
    return _No("no", say("Manca", "Missing:"), say(*papers.LACKS[why]), ". " + said, blocked, see)


def _turn(view: RequestView, reader: Reader) -> _No | None:
    """Nothing else is missing, and others stand before it in the queue, or somebody else has it."""
    if view.turn:
        return None
    say, statement = reader.say, view.line.found.asked.statement
    page = f"/incidenti/{view.line.line.tenant}/{statement.incident}"
    return _No(
        "wait",
        say("Non è il", "It is not"),
        say("prossimo della coda", "next in the queue"),
        say(": lo prenda in carico, con un motivo.", ": take it, with a reason."),
        say("Si attiva quando l’ha preso in carico.", "It works once you have taken it."),
        v.Act(say("Vai all’incidente", "Go to the incident"), href=page, kind="act", icon="right"),
    )


def _who_authorises(view: RequestView, reader: Reader) -> str:
    have, need = len(view.given), 1 if view.policy is None else view.policy.approvals
    some = reader.say(f" ({have} firme su {need})", f" ({have} of {need} signatures)") if need > 1 else ""
    if view.policy is not None and have and view.policy.roles:
        said = signatures.missing(view, reader)
        some += reader.say(f", serve ancora {said}", f", still needed {said}") if said else ""
    customer = words.clean(view.line.customer)
    if not view.mails:
        return some + reader.say(
            f": la danno il titolare o l’ADS di {customer}. Questo server non invia posta: li avvisi lei.",
            f": the titolare or the ADS of {customer} can give it. This server sends no mail: tell them yourself.",
        )
    return some + reader.say(
        f": la danno il titolare o l’ADS di {customer}, già avvisati per posta.",
        f": the titolare or the ADS of {customer} can give it; they have been told by mail.",
    )


def _checks(view: RequestView, reader: Reader) -> tuple[v.Check, ...]:
    """The six, and a seventh of a school that lacks something, in the order in which what is missing is named."""
    found, statement, say = view.line.found, view.line.found.asked.statement, reader.say
    signed = words.both(
        [
            words.name(view.names.get(g.approval.approver, "?"), reader)
            + facts.under(g.approval.warrant, view.warrants, reader)
            for g in view.given
        ],
        reader,
    )
    answered = not isinstance(found, AwaitingApproval | Lapsed)
    authorised = found.STATE in ("approved", "supervised", "opened")
    inside = statement.not_before <= reader.now < statement.not_after
    line = bare.bare_of(view)
    connected = view.host is not None and view.host.connected
    seen = say("collegato", "connected") if connected else say("non collegato", "not connected")
    if view.host is not None and view.host.confirmed is False:
        seen += say(", chiavi non confermate", ", keys not confirmed")
    host = words.clean(view.line.texts.host_label)
    return (
        v.Check(
            say("Autorizzazione", "Authorisation"),
            "ok" if authorised else "stop" if answered else "wait",
            say(f"{signed}, con passkey", f"{signed}, by passkey")
            if signed
            else say("nessuna firma", "no signature"),
        ),
        _watch_check(view, reader, authorised=authorised),
        v.Check(
            say("Finestra", "Window"),
            "ok" if inside else "wait",
            span(statement.not_before, statement.not_after, reader),
        ),
        _paper_check("DPA", view, (Why.DPA_MISSING,), reader),
        _paper_check(
            say("Riservatezza e formazione", "Confidentiality and training"),
            view,
            (Why.CONFIDENTIALITY_MISSING, Why.TRAINING_MISSING),
            reader,
        ),
        *_school_checks(view, reader),
        v.Check(say("Agente", "Agent"), "ok" if connected else "stop", f"{host}, {seen}")
        if line is None
        else v.Check(
            say("Agente", "Agent"),
            "off",
            say("non c’è: nulla è attestato", "there is none: nothing is attested"),
        ),
    )


def _paper_check(name: str, view: RequestView, codes: tuple[Why, ...], reader: Reader) -> v.Check:
    """Of a request something can still come of; what lacks is told, or blocks."""
    say = reader.say
    if not waits(view.line):
        return v.Check(name, "off", say("non serve più", "no longer needed"))
    lacks = [one for one in view.line.line.papers if one.code in codes]
    if not lacks:
        return v.Check(name, "ok", say("agli atti", "on file"))
    said = papers.short(lacks, reader)
    if any(one.blocks for one in lacks):
        return v.Check(name, "stop", say(f"manca {said}", f"{said} is missing"))
    since = f"{view.terms.block:%d/%m/%Y}"
    return v.Check(
        name, "wait", say(f"manca {said}: blocca dal {since}", f"{said} is missing: blocks from {since}")
    )


def _school_checks(view: RequestView, reader: Reader) -> tuple[v.Check, ...]:
    """What keeps somebody from working at a school; nothing where nothing does."""
    lacks = [one for one in view.line.line.papers if one.code in SCHOOLS] if waits(view.line) else []
    said = papers.short(lacks, reader)
    name = reader.say("Scuola", "School")
    return (v.Check(name, "stop", reader.say(f"manca {said}", f"{said} is missing")),) if lacks else ()


def _watch_check(view: RequestView, reader: Reader, *, authorised: bool) -> v.Check:
    found, say = view.line.found, reader.say
    name = say("Supervisione", "Supervision")
    if found.asked.declared:
        return v.Check(name, "off", say("nessuno può guardare", "nobody can watch"))
    watcher = words.name(view.names.get(getattr(found, "watcher", None) or "", ""), reader)
    if getattr(found, "supervision", None) == "waived":
        chosen = say("chi ha firmato ha scelto: nessuno guarda", "the signer’s choice: nobody watches")
        return v.Check(name, "off", chosen)
    if isinstance(found, Supervised):
        return v.Check(name, "ok", say(f"presa in carico da {watcher}", f"taken over by {watcher}"))
    if watcher:
        due = say(f"la deve prendere {watcher}", f"{watcher} is to take it")
        return v.Check(name, "wait" if authorised else "off", due)
    return v.Check(name, "wait" if authorised else "off", say("dopo la firma", "after the signature"))


# ---------------------------------------------------------------------------------- one request


def incident(view: RequestView, who: Who, reader: Reader, slip: v.Slip | None = None) -> v.Incident:
    line, statement, say = view.line, view.line.found.asked.statement, reader.say
    asked = moment(statement.created, reader)
    kinds = tuple(
        v.Badge(
            words.lower(words.coded(words.CHANNELS, c.kind, reader))
            + (f": {name}" if (name := c.tool or c.folder or (c.port and c.port.id)) else "")
        )
        for c in statement.channels
    )
    return v.Incident(
        code=statement.incident,
        tenant=words.clean(line.customer),
        heard=say(f"chiesta {asked}", f"asked {asked}"),
        title=title_of(line, reader),
        text=written(line, reader),
        badges=(papers.badge(view.terms.category, reader), *kinds, v.Badge(state_of(line, reader).word)),
        may=may(view, who, reader),
        feed=facts.feed(view.feed, view.names, reader, view.warrants, view.paths | view.said),
        roles=_roles(view, reader),
        acts=_acts(view, who, reader),
        digest=words.digest(line.found.asked.digest),
        warning=bare.notice(reader) if line.found.asked.declared else None,
        step=bare.step(view, who, reader),
        thread=clarifying.thread(view, who, reader, slip),
    )


def _roles(view: RequestView, reader: Reader) -> tuple[v.Fact, ...]:
    line, statement, say = view.line, view.line.found.asked.statement, reader.say
    account = statement.account.name
    if statement.account.administrator:
        account += say(" (amministratore)", " (administrator)")
    codes = [f"{a.code}" + ("/FOR" if a.type == "FOR" else "") for a in statement.activities]
    lasts, host = length(statement.longest_s), bare.bare_of(view)
    found = [
        v.Fact(
            say("Chiede", "Asks"),
            words.name(line.texts.technician_name, reader),
            words.clean(line.texts.organisation_name),
        ),
        v.Fact(say("Macchina", "Host"), words.clean(line.texts.host_label), mono=True),
        v.Fact(say("Utente", "Account"), account, mono=True)
        if host is None
        else v.Fact(say("Senza agente", "Without an agent"), bare.place_of(host, reader)),
        v.Fact(say("Finestra", "Window"), span(statement.not_before, statement.not_after, reader)),
        v.Fact(say("Sessione", "Session"), say(f"al massimo {lasts}", f"at most {lasts}")),
        v.Fact(say("Attività", "Activities"), words.both(codes, reader)),
    ]
    found += papers.matrix_lines(view.terms, view.names, reader)
    if view.note:
        found.append(v.Fact(say("Motivo", "Reason"), words.clean(view.note)))
    of = line.session or line.declared
    if of is not None:
        found.append(v.Fact(say("Sessione n.", "Session no."), of.permit.id, mono=True))
    return tuple(found)


def mandated(view: RequestView, who: Who) -> bool:
    """Whether the customer appointed this technician for his mandates."""
    lines = () if view.approvers is None else view.approvers.approvers
    if view.line.found.asked.declared:
        return False  # under no mandate does the vendor allow what nobody attests
    return any(line.person == who.person and line.role == "vendor_ads" for line in lines)


def _acts(view: RequestView, who: Who, reader: Reader) -> tuple[v.Act, ...]:
    line, say = view.line, reader.say
    incident = line.found.asked.statement.incident
    acts = [
        v.Act(
            say(f"Vai all’incidente {incident}", f"Go to incident {incident}"),
            href=f"/incidenti/{line.line.tenant}/{incident}",
            icon="link",
        )
    ]
    if isinstance(line.found, AwaitingApproval) and mandated(view, who):
        word = say("Autorizza in mandato", "Authorise under the mandate")
        acts.append(v.Act(word, href=f"/richieste/{line.found.asked.id}/approva", icon="pen"))
    if isinstance(line.found, AwaitingApproval) and who.role == "technician":
        word = say("Chiedi di nuovo l’autorizzazione", "Ask for the authorisation again")
        acts.append(v.Act(word, post=f"/richieste/{line.found.asked.id}/sollecito", icon="mail"))
    if waits(line) and who.role == "technician":
        mine = line.found.asked.technician == who.person
        blocked = say("La ritira solo chi l’ha chiesta.", "Only whoever asked can withdraw it.")
        acts.append(
            v.Act(
                say("Ritira la richiesta", "Withdraw the request"),
                href=f"/richieste/{line.found.asked.id}/ritiro",
                icon="undo",
                blocked="" if mine else blocked,
            )
        )
    if line.session is not None:
        go = say("Vai alla sessione", "Go to the session")
        acts.append(v.Act(go, href=f"/sessioni/{line.session.permit.id}", icon="terminal"))
    if isinstance(line.found, Approved | Supervised):
        word = reader.say("Aggiungi al calendario", "Add to calendar")
        acts.append(v.Act(word, href=f"/api/requests/{line.found.asked.id}/calendar.ics"))
    return tuple(acts)
