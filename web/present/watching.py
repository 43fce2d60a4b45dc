"""The page of those who watch a session, in words."""

from __future__ import annotations

from typing import Literal

from audit.session_records import StopExplained, StopOrdered
from broker.cases.see_sessions import SessionLine, SessionView
from broker.domain.declared import AnyDeclared
from broker.domain.people import APPROVING_ROLES, Who
from broker.domain.session import Active, AnySession, Granted, Live, Ordered, Paused, Running, Stoppable
from web import views as v
from web import views_session as vs
from web.present import bare, facts, talk, words
from web.present.approving import revoke, supervise
from web.present.declaring import declared, last_hour, written
from web.present.reader import Reader
from web.present.sessions import (
    left,
    log_state,
    notice,
    over,
    recorded,
    screen,
    state_of,
    tabs,
    until,
)
from web.present.times import clock_time, span


def live(
    view: SessionView,
    who: Who,
    others: tuple[SessionLine, ...],
    masked: int,
    reader: Reader,
    slip: v.Slip | None = None,
) -> vs.Live:
    found, permit, say = view.found, view.found.permit, reader.say
    base = f"/sessioni/{permit.id}"
    host = words.clean(view.request.line.line.host)
    name = words.clean(view.request.line.line.technician)
    word, moderates = state_of(found, reader), who.role in APPROVING_ROLES
    if isinstance(found, Active) and found.stop is None and view.connected:
        word = v.State("ok", say("In diretta", "Live"))
    return vs.Live(
        state=_state(found),
        word=word,
        title=say(f"{name} è su {host}", f"{name} is on {host}")
        if isinstance(found, Running)
        else say(f"{name} su {host}", f"{name} on {host}"),
        technician=name,
        host=host,
        recorded=recorded(view),
        recordings=_recordings(view, base, reader),
        contest=_contest(found, reader) if moderates else None,
        left=left(found, reader),
        presence=_presence(view, who, reader),
        facts=_card(view, reader),
        digest=words.digest(permit.digest),
        log=log_state(view, reader),
        log_line=words.records(view.size, reader),
        feed=_feed(view, base, reader),
        tabs=tabs(view, reader),
        others=tuple(other(one, reader) for one in others if one.found.permit.id != permit.id),
        masked=masked,
        stop_post=f"{base}/termina" if isinstance(found, Stoppable) and moderates else "",
        hold=_hold(view, base, reader) if moderates else None,
        sign_stop=_sign_stop(base, reader) if isinstance(found, Stoppable) and moderates else None,
        revoke=revoke(f"/richieste/{permit.request}", reader)
        if isinstance(found, Granted) and moderates
        else None,
        socket=f"/api/sessions/{permit.id}/live" if isinstance(found, Live) else "",
        screen=screen(view, "desktop/watch") if isinstance(found, Live) else None,
        page_key=view.page_key if _watches(view, who) else "",
        check_in=view.check_in if _watches(view, who) else "",
        notice=notice(view, reader),
        explain=_explain(view, who, base, reader),
        slip=slip,
        back="/",
        flag=talk.flag(view, who, reader),
        flags=talk.flags(view, who, reader),
        extend=talk.extend(view, who, reader),
        propose=talk.propose(view, who, reader),
        chat=talk.chat(view, who, reader),
    )


def _recordings(view: SessionView, base: str, reader: Reader) -> v.Act | None:
    if not recorded(view):
        return None
    return v.Act(reader.say("Registrazioni di sessione", "Recordings"), href=f"{base}/registrazioni")


def _feed(view: SessionView, base: str, reader: Reader) -> tuple[v.FeedItem, ...]:
    """Once it is over each fact leads to its moment, where there is a recording."""
    request = view.request
    replay = f"{base}/registrazioni" if recorded(view) and _state(view.found) == "ended" else ""
    texts = request.paths | request.said
    return facts.feed(view.feed, request.names, reader, request.warrants, texts, replay=replay)


def _state(found: object) -> Literal["live", "waiting", "ended"]:
    match found:
        case Active() | Paused():
            return "live"
        case Ordered() | Granted():
            return "waiting"
        case _:
            return "ended"


def _hold(view: SessionView, base: str, reader: Reader) -> v.Act | None:
    """*Pausa*, or *Riprendi* where somebody ordered the pause; no way out of one because nobody watches."""
    found = view.found
    if found.permit.grant.watcher is None or not isinstance(found, Active | Paused) or found.stop is not None:
        return None
    if isinstance(found, Active):
        return v.Act(reader.say("Pausa", "Pause"), post=f"{base}/pausa", icon="pause", key="p")
    if talk.held_by(view, reader) is None:
        return None
    return v.Act(reader.say("Riprendi", "Resume"), post=f"{base}/riprendi", icon="right", key="p")


def _sign_stop(base: str, reader: Reader) -> v.Act:
    word = reader.say("Firma la fine", "Sign the end")
    return v.Act(word, post=f"{base}/termina-firmando", kind="stop-line", icon="passkey", sign=True)


def _explain(view: SessionView, who: Who, base: str, reader: Reader) -> v.Act | None:
    """Of whoever ordered the end and has not said why."""
    told = [leaf.record for leaf in view.feed if isinstance(leaf.record, StopOrdered | StopExplained)]
    mine = {type(one) for one in told if one.by == who.person}
    return (
        v.Act(reader.say("Invia il motivo", "Send the reason"), post=f"{base}/motivo")
        if mine == {StopOrdered}
        else None
    )


def _watches(view: SessionView, who: Who) -> bool:
    """He is the one who took supervision last, or whom the approvers chose, and there is something to watch, now
    or later."""
    chosen: str | None = view.supervisor or getattr(view.request.line.found, "watcher", None)
    return chosen == who.person and isinstance(view.found, Granted | Live)


def _may_take_over(view: SessionView, who: Who) -> bool:
    """Another of the customer, while somebody has the supervision of a session that runs."""
    return (
        who.role in APPROVING_ROLES
        and isinstance(view.found, Running)
        and view.supervisor not in ("", who.person)
    )


def _contest(found: AnySession, reader: Reader) -> v.Act | None:
    """Of a session that is over."""
    if isinstance(found, Granted | Ordered | Active):
        return None
    label = reader.say("Contesto questa sessione", "I contest this session")
    return v.Act(label, href=f"/contestazioni?sessione={found.permit.id}")


def _presence(view: SessionView, who: Who, reader: Reader) -> vs.Presence:
    request, say = view.request.line.found, reader.say
    here = [words.clean(name) for name in view.watching]
    take = supervise(f"/richieste/{request.asked.id}", reader) if _watches(view, who) else None
    again = take if view.page_key else None
    over_to = _take_over(request.asked.id, reader) if _may_take_over(view, who) else None
    hand_on = _hand_on(view, who, reader)
    if here:
        mine, names = words.clean(who.name) in here, words.both(here, reader)
        watch = say(f"Guarda {names}", f"{names} watching")
        own = (
            say("Lei sta supervisionando", "You are supervising")
            if view.supervisor == who.person
            else say("Lei sta guardando", "You are watching")
        )
        text = own if mine else watch
        joined = [leaf.time for leaf in view.feed if leaf.record.KIND == "watch.joined"]
        since = clock_time(joined[-1]) if joined else ""
        return vs.Presence(
            watching=True,
            text=text,
            since=_since(since, reader, asked=view.supervisor == who.person and mine),
            again=again,
            take=over_to,
            hand_on=hand_on,
            here=talk.here(view, who, reader),
        )
    nobody = say("Nessuno guarda", "Nobody is watching")
    if take is not None and again is None:
        return vs.Presence(watching=False, text=nobody, take=take)
    text = over(view.found, reader) or nobody
    return vs.Presence(
        watching=False,
        text=text,
        again=again,
        take=over_to,
        hand_on=hand_on,
        here=talk.here(view, who, reader),
    )


def _since(since: str, reader: Reader, *, asked: bool) -> str:
    text = reader.say(f"Dalle {since}.", f"Since {since}.") if since else ""
    every = reader.say("Confermi ogni 20 minuti.", "Confirm every 20 minutes.")
    return f"{text} {every}".strip() if asked else text


def _take_over(request: str, reader: Reader) -> v.Act:
    return supervise(f"/richieste/{request}", reader)


def _hand_on(view: SessionView, who: Who, reader: Reader) -> v.Act | None:
    """*Passa la supervisione*: the others are asked to take it; he has it until one of them does."""
    if not (isinstance(view.found, Running) and view.supervisor == who.person):
        return None
    word = reader.say("Passa la supervisione", "Hand over supervision")
    return v.Act(word, post=f"/sessioni/{view.found.permit.id}/passa")


def _card(view: SessionView, reader: Reader) -> tuple[v.Fact, ...]:
    line, grant, say = view.request.line, view.found.permit.grant, reader.say
    can, _ = words.powers(grant.channels, last_hour(declared(line, reader), reader), reader)
    names = view.request.names
    given = words.both(
        [
            words.name(names.get(g.approval.approver, "?"), reader)
            + facts.under(g.approval.warrant, view.request.warrants, reader)
            for g in view.request.given
        ],
        reader,
    )
    return (
        v.Fact(
            say("Tecnico", "Technician"),
            words.name(line.texts.technician_name, reader),
            words.clean(line.texts.organisation_name),
        ),
        v.Fact(say("Perché", "Why"), written(line, reader), line.found.asked.statement.incident),
        v.Fact(say("Può", "May"), "; ".join(words.lower(one) for one in can)),
        v.Fact(
            say("Autorizzata da", "Authorised by"),
            given,
            say("prova E2 (passkey), ", "evidence E2 (passkey), ")
            + span(grant.not_before, grant.not_after, reader),
        ),
    )


def other(one: SessionLine, reader: Reader) -> vs.Other:
    if isinstance(one.found, AnyDeclared):
        return bare.other(one.found, one.line.host, one.line.technician, reader)
    state = (
        v.State("ok", reader.say("Guardata", "Watched"))
        if one.watching
        else v.State("wait", reader.say("Nessuno guarda", "Nobody is watching"))
    )
    return vs.Other(
        f"/sessioni/{one.found.permit.id}/diretta", state, words.clean(one.line.host),
        words.clean(one.line.technician), until(one.found, reader),
    )  # fmt: skip
