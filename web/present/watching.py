"""The page of those who watch a session, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from broker.cases.see_sessions import SessionLine, SessionView
from broker.domain.people import Who
from broker.domain.session import Active, Granted, Ordered, PresumedEnded
from web import views as v
from web.present import facts, words
from web.present.requests import written
from web.present.sessions import left, notice, state_of, tabs, until
from web.present.times import clock_time, span


def live(view: SessionView, who: Who, others: tuple[SessionLine, ...], masked: int, now: datetime) -> v.Live:
    found, permit = view.found, view.found.permit
    base = f"/sessioni/{permit.id}"
    host = words.clean(view.request.line.line.host)
    name = words.clean(view.request.line.line.technician)
    running = isinstance(found, Active | Ordered)
    word = state_of(found)
    if isinstance(found, Active) and found.stop is None and view.connected:
        word = v.State("ok", "In diretta")
    state = (
        "live"
        if isinstance(found, Active)
        else "waiting"
        if isinstance(found, Ordered | Granted)
        else "ended"
    )
    stoppable = isinstance(found, Active | Ordered | PresumedEnded)
    return v.Live(
        state=state,  # type: ignore[arg-type]
        word=word,
        title=f"{name} è su {host}" if isinstance(found, Active) else f"{name} su {host}",
        technician=name,
        host=host,
        recorded=False,
        left=left(found, now),
        presence=_presence(view, who),
        facts=_card(view, now),
        digest=words.digest(permit.digest),
        log=v.State("ok", "tutto scritto"),
        log_line=f"{words.thousands(view.size)} voci",
        feed=facts.feed(view.feed, view.request.names, now),
        tabs=tabs(view),
        others=tuple(other(one, now) for one in others if one.found.permit.id != permit.id),
        masked=masked,
        stop_post=f"{base}/termina" if stoppable else "",
        stop_page=f"{base}/termina" if stoppable else "",
        socket=f"/api/sessions/{permit.id}/live" if running else "",
        notice=notice(view, now),
        back="/",
    )


def _presence(view: SessionView, who: Who) -> v.Presence:
    request = view.request.line.found
    here = [words.clean(name) for name in view.watching]
    if here:
        mine = words.clean(who.name) in here
        text = "Lei sta guardando" if mine else f"Guarda {words.both(here)}"
        joined = [leaf.time for leaf in view.feed if leaf.record.KIND == "watch.joined"]
        since = joined[-1] if joined else None
        return v.Presence(
            watching=True, text=text, since="" if since is None else f"Dalle {clock_time(since)}."
        )
    if request.STATE == "approved" and getattr(request, "watcher", None) == who.person:
        take = v.Act(
            "Prendo in carico la supervisione",
            post=f"/richieste/{request.asked.id}/supervisione",
            kind="act",
            icon="eye",
        )
        return v.Presence(watching=False, text="Nessuno guarda", take=take)
    over = not isinstance(view.found, Active | Ordered | Granted)
    return v.Presence(watching=False, text="La sessione è finita" if over else "Nessuno guarda")


def _card(view: SessionView, now: datetime) -> tuple[v.Fact, ...]:
    line, grant = view.request.line, view.found.permit.grant
    names: Mapping[str, str] = view.request.names
    can, _ = words.powers(grant.channels, grant.account)
    given = words.both([words.clean(names.get(g.approval.approver, "?")) for g in view.request.given])
    return (
        v.Fact("Tecnico", words.clean(line.texts.technician_name), words.clean(line.texts.organisation_name)),
        v.Fact("Perché", written(line), line.found.asked.statement.incident),
        v.Fact("Può", "; ".join(can)),
        v.Fact("Autorizzata da", given, span(grant.not_before, grant.not_after, now)),
    )


def other(one: SessionLine, now: datetime) -> v.Other:
    state = v.State("ok", "Guardata") if one.watching else v.State("wait", "Nessuno guarda")
    return v.Other(
        f"/sessioni/{one.found.permit.id}/diretta", state, words.clean(one.line.host),
        words.clean(one.line.technician), until(one.found, now),
    )  # fmt: skip
