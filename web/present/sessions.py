"""A session in words: rows, the technician's page, the page of those who watch."""

from __future__ import annotations

from datetime import datetime

from audit import instant
from audit.records import ToolStarted, ToolStopped
from audit.statement import CHANNEL_KINDS
from broker.cases.see_sessions import SessionLine, SessionView
from broker.domain.people import Who
from broker.domain.session import Active, Ended, Granted, NotAdmitted, Ordered, PresumedEnded, phase
from web import views as v
from web import views_estate as e
from web.present import facts, words
from web.present.times import clock_time, figure, length, moment, zone_of

_SHOWN_KINDS = ("terminal", "exec", "tool", "files", "desktop")


def row(one: SessionLine, who: Who, now: datetime) -> e.SessionRow:
    found = one.found
    watches = who.role in ("ads", "titolare")
    return e.SessionRow(
        href=f"/sessioni/{found.permit.id}" + ("/diretta" if watches else ""),
        code=found.permit.id,
        tenant=words.clean(one.line.customer),
        host=words.clean(one.line.host),
        technician=words.clean(one.line.technician),
        state=state_of(found),
        until=until(found, now),
        watcher=words.both([words.clean(name) for name in one.watching]) or "nessuno",
    )


def state_of(found: object) -> v.State:
    if isinstance(found, Active) and found.stop is not None:
        return v.State("wait", "Si chiude")
    return v.State(*words.SESSION_STATES[phase(found)])  # type: ignore[arg-type]


def until(found: object, now: datetime) -> str:
    match found:
        case Active(ends=ends):
            return f"fino alle {clock_time(ends)} {zone_of(ends)}"
        case Ended(ended=ended):
            return f"finita {moment(ended, now)}"
        case PresumedEnded(last_seen=seen):
            return f"vista {moment(seen, now)}"
        case Granted(permit=permit):
            return f"fino {moment(permit.grant.not_after, now)}"
        case _:
            return "–"


def left(found: object, now: datetime) -> v.Left:
    match found:
        case Active(ends=ends):
            return v.Left(
                instant.to_text(ends),
                figure((ends - now).total_seconds()),
                f"alle {clock_time(ends)} {zone_of(ends)}",
            )
        case Ended(started=started, ended=ended) if started is not None:
            return v.Left("", length((ended - started).total_seconds()), f"{moment(ended, now, zone=True)}")
        case _:
            return v.Left("", "–", "")


def notice(view: SessionView, now: datetime) -> v.Notice | None:
    match view.found:
        case Active(stop=stop) if stop is not None:
            by = words.clean(view.request.names.get(stop.by, ""))
            if view.connected:
                return v.Notice(
                    "wait", f"Fine ordinata da {by}.", "Aspetto la conferma della macchina.", "stop"
                )
            return v.Notice("stop", f"Fine ordinata da {by}: la macchina non risponde.", _ALONE, "alert")
        case Active() if not view.connected:
            return v.Notice("stop", "L’agente non risponde.", _ALONE, "alert")
        case Ordered():
            return v.Notice(
                "wait", "In avvio: aspetto la risposta dell’agente.", "Di solito pochi secondi.", "hourglass"
            )
        case PresumedEnded(last_seen=seen):
            when = moment(seen, now, zone=True)
            return v.Notice("stop", f"L’agente non risponde da {when}. La fine è presunta.", _ALONE, "alert")
        case NotAdmitted(reason=reason):
            return v.Notice(
                "stop",
                f"Rifiutata dall’agente: {facts.why(reason) or reason}.",
                "Nessuna sessione è partita.",
                "x",
            )
        case Ended(reason=reason):
            told = words.END_REASONS.get(reason, reason)
            return v.Notice(
                "" if reason == "closed_by_technician" else "stop",
                f"La sessione è finita: {told}.",
                "La macchina ha confermato la fine.",
                "check",
            )
        case _:
            return None


_ALONE = "Si chiude da sola alla scadenza. «Interrompi» alla postazione funziona senza server."


def tabs(view: SessionView) -> tuple[v.Tab, ...]:
    granted = {c.kind for c in view.found.permit.grant.channels}
    shown = [kind for kind in CHANNEL_KINDS if kind in granted or kind in _SHOWN_KINDS]
    return tuple(
        v.Tab(
            kind,
            words.CHANNELS[kind],
            words.CHANNEL_ICONS[kind],
            kind in granted,
            kind == "terminal" and kind in granted,
        )
        for kind in shown
    )


def technician(view: SessionView, who: Who, now: datetime, *, ssh: str, host_key: str) -> v.Session:
    found, permit = view.found, view.found.permit
    base, mine = f"/sessioni/{permit.id}", permit.technician == who.person
    running = isinstance(found, Active) and found.stop is None
    terminal = any(c.kind == "terminal" for c in permit.grant.channels)
    kinds = {c.kind for c in permit.grant.channels}
    state = (
        "open" if isinstance(found, Active) else "ready" if isinstance(found, Granted | Ordered) else "ended"
    )
    ready = isinstance(found, Granted) and mine
    return v.Session(
        code=permit.id,
        request_code=permit.request,
        request_href=f"/richieste/{permit.request}",
        host=words.clean(view.request.line.line.host),
        tenant=words.clean(view.request.line.customer),
        state=state,  # type: ignore[arg-type]
        facts=_bar(view),
        left=left(found, now),
        tabs=tabs(view),
        ssh=ssh if mine and kinds & {"terminal", "exec"} and state != "ended" else "",
        host_key=host_key,
        ends=_ends(view, now),
        outside=_outside(view),
        activation=v.Ceremony(
            f"/api{base}/activation/begin".replace("sessioni", "sessions"),
            f"/api/sessions/{permit.id}/activation/finish",
        )
        if ready
        else None,
        socket=f"/api/sessions/{permit.id}/terminal" if mine and running and terminal else "",
        closing=closing(view, now) if mine and _can_close(found) else None,
        tools=tuple(_tool(view, tool, base, running=running and mine) for tool in _tools(view)),
        notice=notice(view, now),
        receipt=_receipt(view, now),
        back="/richieste",
    )


def _can_close(found: object) -> bool:
    return isinstance(found, Active | Ended | PresumedEnded) and found.outcome is None


def _bar(view: SessionView) -> tuple[tuple[str, v.State, str], ...]:
    grant = view.found.permit.grant
    here = words.both([words.clean(name) for name in view.watching])
    if here:
        watch = ("Supervisione", v.State("ok", f"guarda {here}"), "")
    elif grant.supervision == "waived":
        watch = ("Supervisione", v.State("off", "nessuno guarda"), "così ha scelto chi ha firmato")
    else:
        watch = ("Supervisione", v.State("wait", "nessuno guarda adesso"), "può collegarsi in ogni momento")
    return (
        ("Stato", state_of(view.found), ""),
        watch,
        ("Registro", v.State("ok", "tutto scritto"), f"{words.thousands(view.size)} voci"),
        ("Contenuto", v.State("off", "non registrato"), ""),
    )


def _ends(view: SessionView, now: datetime) -> tuple[str, ...]:
    grant, found = view.found.permit.grant, view.found
    when = (
        f"alle {clock_time(found.ends)}" if isinstance(found, Active) else f"dopo {length(grant.longest_s)}"
    )
    return (
        f"{words.capital(when)} l’agente chiude tutto da solo, anche a metà.",
        "Chi ha autorizzato, o chi è alla postazione, può chiuderla in ogni momento.",
        "Quando lei la chiude. Per rientrare serve una nuova firma.",
    )


def _outside(view: SessionView) -> str:
    grant = view.found.permit.grant
    _, cannot = words.powers(grant.channels, grant.account)
    return " · ".join(cannot[:-1])


def _tools(view: SessionView) -> list[str]:
    return [c.tool for c in view.found.permit.grant.channels if c.tool is not None]


def _tool(view: SessionView, tool: str, base: str, *, running: bool) -> v.ToolView:
    last = next(
        (leaf.record for leaf in reversed(view.feed) if isinstance(leaf.record, ToolStarted | ToolStopped) and leaf.record.tool == tool),
        None,
    )  # fmt: skip
    started = isinstance(last, ToolStarted)
    state = v.State("ok", "avviato") if started else v.State("off", "fermo" if last else "non avviato")
    act = None
    if running and started:
        act = v.Act("Ferma lo strumento", post=f"{base}/strumento/ferma", icon="stop")
    elif running:
        act = v.Act("Avvia lo strumento", post=f"{base}/strumento/avvia/{tool}", icon="plug")
    return v.ToolView(f"Strumento {words.clean(tool)}", state, act)


def closing(view: SessionView, now: datetime) -> v.Closing:
    found, base = view.found, f"/sessioni/{view.found.permit.id}/chiudi"
    asked = {a.code for a in view.request.line.found.asked.statement.activities}
    started = found.started if isinstance(found, Active) else None
    opened = ""
    if started is not None:
        opened = f"Aperta da {length((now - started).total_seconds())}. Dopo la chiusura serve una nuova firma per rientrare."
    return v.Closing(
        post=base,
        page=base,
        opened=opened,
        outcomes=tuple(v.Option(code, label) for code, label in words.OUTCOMES.items()),
        activities=tuple(
            v.Option(code, words.ACTIVITIES[code], chosen=code in asked)
            for code in words.ACTIVITIES
            if code in asked
        ),
        counted="Solo le attività autorizzate.",
    )


def _receipt(view: SessionView, now: datetime) -> v.Receipt | None:
    leaf = next(
        (
            one
            for one in reversed(view.feed)
            if one.record.KIND in ("session.ended", "session.presumed_ended")
        ),
        None,
    )
    if leaf is None:
        return None
    text = f"{leaf.record.IT}: {moment(leaf.time, now, zone=True)}."
    if view.note:
        text += f" Nota del tecnico: «{words.clean(view.note).replace('*', '∗')}»"
    return v.Receipt(
        "Verbale della sessione", f"{leaf.record.CODE} · n. {words.thousands(leaf.n)}", text,
        words.digest(view.found.permit.digest), words.stop(f"Iscritta nel registro di {words.clean(view.request.line.customer)}"),
    )  # fmt: skip
