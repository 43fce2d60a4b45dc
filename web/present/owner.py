"""The owner's overview in words: counts, the queue, what needs doing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from broker.cases.see_estate import HostView
from broker.cases.see_requests import Listed
from broker.cases.see_sessions import SessionLine
from broker.domain.people import Who
from web import views as v
from web import views_estate as e
from web.present import estate, requests, sessions, words
from web.present.times import clock_time, date_of, length, zone_of


def overview(
    who: Who,
    lines: Sequence[Listed],
    running: Sequence[SessionLine],
    hosts: Sequence[HostView],
    customers: int,
    now: datetime,
) -> e.Owner:
    waiting = [
        one
        for one in reversed(lines)
        if not requests.is_over(one) and one.session not in [r.found for r in running]
    ]
    blocked = [one for one in waiting if one.found.STATE == "awaiting_approval"]
    watched = sum(bool(one.watching) for one in running)
    silent = [h for h in hosts if h.state == "enrolled" and not h.connected]
    oldest = ""
    if waiting:
        passed = now - waiting[0].found.asked.statement.created
        oldest = f"la più vecchia da {length(passed.total_seconds())}"
    return e.Owner(
        title=f"{date_of(now)}, {clock_time(now)} {zone_of(now)}",
        figures=(
            e.Figure("In coda", str(len(waiting)), oldest or "nessuno aspetta", href="/richieste"),
            e.Figure(
                "Sessioni aperte",
                str(len(running)),
                f"{watched} guardate" if running else "nessuna",
                None,
                "/sessioni",
            ),
            e.Figure(
                "Aspettano il cliente",
                str(len(blocked)),
                "autorizzazioni",
                "wait" if blocked else None,
                "/richieste",
            ),
            e.Figure(
                "Macchine",
                str(len(hosts)),
                f"{len(silent)} non rispondono" if silent else "tutte rispondono",
                "stop" if silent else "ok",
                "/postazioni",
            ),
            e.Figure("Clienti", str(customers), "un registro ciascuno", None, "/persone"),
        ),
        waiting=tuple(requests.row(one, now, place=str(place)) for place, one in enumerate(waiting, 1)),
        sessions=tuple(sessions.row(one, who, now) for one in running),
        duties=_duties(hosts),
        confirmed=estate.confirmed(hosts),
    )


def _duties(hosts: Sequence[HostView]) -> tuple[tuple[v.State, str, str], ...]:
    found = []
    for one in hosts:
        label = words.clean(one.label)
        if one.state == "enrolled" and not one.confirmed:
            found.append(
                (
                    v.State("wait", "manca"),
                    f"Chiavi non confermate su {label}",
                    "Una persona del cliente digiti l’impronta su quella macchina.",
                )
            )
        elif one.state == "prepared":
            found.append(
                (v.State("wait", "manca"), f"{label} da iscrivere", "Il titolare ne firmi l’iscrizione.")
            )
        elif one.state == "signed":
            found.append(
                (
                    v.State("wait", "manca"),
                    f"{label} aspetta il suo agente",
                    "Qualcuno porti lì file, codice e impronta.",
                )
            )
    return tuple(found)
