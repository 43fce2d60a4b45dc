"""A session in words: rows, the technician's page, its close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit import instant
from audit.channel_records import ToolStarted, ToolStopped
from audit.statement_parts import CHANNEL_KINDS
from broker.cases.see_sessions import SessionLine, SessionView
from broker.domain.declared import AnyDeclared
from broker.domain.people import Who
from broker.domain.session import (
    Active,
    Ended,
    Expired,
    Granted,
    NotAdmitted,
    Ordered,
    Paused,
    PresumedEnded,
    Running,
    Void,
    phase,
)
from web import views as v
from web import views_estate as e
from web import views_session as vs
from web.present import bare, facts, files, talk, words
from web.present.approving import entered
from web.present.reader import Pair, Reader
from web.present.times import clock_time, figure, length, moment, zone_of
from web.present.times import until as until_moment
from web.present.work import doing

_SHOWN_KINDS = ("terminal", "exec", "tool", "files", "desktop")
_PANELS = {"terminal": "pannello-terminale", "desktop": "pannello-schermo", "files": "file"}
_SEEN = frozenset({"terminal", "desktop"})  # of these, what a watcher sees too
_ALONE: Pair = (
    "Si chiude da sola alla scadenza. «Interrompi» alla postazione funziona senza server.",
    "It closes by itself at its end. “Stop” at the desk works without any server.",
)
_NOTHING_STARTED: Pair = ("Nessuna sessione è partita", "No session was started")


def row(one: SessionLine, who: Who, reader: Reader) -> e.SessionRow:
    found = one.found
    if isinstance(found, AnyDeclared):
        return _declared(one, found, reader)
    watches = who.role in ("ads", "titolare")
    return e.SessionRow(
        href=f"/sessioni/{found.permit.id}" + ("/diretta" if watches else ""),
        code=found.permit.id,
        tenant=words.clean(one.line.customer),
        host=words.clean(one.line.host),
        technician=words.clean(one.line.technician),
        state=state_of(found, reader),
        until=until(found, reader),
        watcher=words.both([words.clean(name) for name in one.watching], reader)
        or reader.say("nessuno", "nobody"),
    )


def _declared(one: SessionLine, found: AnyDeclared, reader: Reader) -> e.SessionRow:
    return e.SessionRow(
        href=f"/richieste/{found.permit.request}",
        code=found.permit.id,
        tenant=words.clean(one.line.customer),
        host=words.clean(one.line.host),
        technician=words.clean(one.line.technician),
        state=bare.state(found, reader),
        until=bare.ends(found, reader),
        watcher=reader.say("nessuno può", "nobody can"),
    )


def state_of(found: object, reader: Reader) -> v.State:
    if isinstance(found, Running) and found.stop is not None:
        return v.State("wait", reader.say("Si chiude", "Closing"))
    return words.state(words.SESSION_STATES, phase(found), reader)  # type: ignore[arg-type]


def until(found: object, reader: Reader) -> str:
    say = reader.say
    match found:
        case Active(ends=ends) | Paused(ends=ends):
            return until_moment(ends, reader, zone=True)
        case Ended(ended=ended):
            return say(f"finita {moment(ended, reader)}", f"ended {moment(ended, reader)}")
        case PresumedEnded(last_seen=seen):
            return say(f"vista {moment(seen, reader)}", f"seen {moment(seen, reader)}")
        case Granted(permit=permit):
            return until_moment(permit.grant.not_after, reader)
        case _:
            return "–"


def left(found: object, reader: Reader) -> vs.Left:
    match found:
        case Active(ends=ends) | Paused(ends=ends):
            at = f"{clock_time(ends)} {zone_of(ends)}"
            return vs.Left(
                instant.to_text(ends),
                figure((ends - reader.now).total_seconds()),
                reader.say(f"alle {at}", f"at {at}"),
            )
        case Ended(started=started, ended=ended) if started is not None:
            return vs.Left("", length((ended - started).total_seconds()), moment(ended, reader, zone=True))
        case _:
            return vs.Left("", "–", "")


def over(found: object, reader: Reader) -> str:
    """How it is over, in one sentence; empty while it is not. Without a start there was no session."""
    match found:
        case NotAdmitted() | Void() | Expired() | Ended(started=None):
            return reader.say(*_NOTHING_STARTED)
        case Ended() | PresumedEnded():
            return reader.say("La sessione è finita", "The session is over")
        case _:
            return ""


def notice(view: SessionView, reader: Reader) -> v.Notice | None:
    say, alone = reader.say, reader.say(*_ALONE)
    match view.found:
        case Active(stop=stop) | Paused(stop=stop) if stop is not None:
            by = words.name(view.request.names.get(stop.by, ""), reader)
            if view.connected:
                return v.Notice(
                    "wait",
                    say(f"Fine ordinata da {by}.", f"End ordered by {by}."),
                    say("Aspetto la conferma della macchina.", "Waiting for the host to confirm."),
                    "stop",
                )
            silent = say(
                f"Fine ordinata da {by}: la macchina non risponde.",
                f"End ordered by {by}: the host does not answer.",
            )
            return v.Notice("stop", silent, alone, "alert")
        case Active() | Paused() if not view.connected:
            return v.Notice(
                "stop", say("L’agente non risponde.", "The agent does not answer."), alone, "alert"
            )
        case Paused(since=since):
            holder = talk.held_by(view, reader)
            return _paused(since, reader) if holder is None else _held(since, holder, reader)
        case Ordered():
            return v.Notice(
                "wait",
                say(
                    "In avvio: aspetto la risposta dell’agente.", "Starting: waiting for the agent’s answer."
                ),
                say("Di solito pochi secondi.", "Usually a few seconds."),
                "hourglass",
            )
        case PresumedEnded(last_seen=seen):
            when = moment(seen, reader, zone=True)
            silent = say(
                f"L’agente non risponde da {when}. La fine è presunta.",
                f"The agent has been silent since {when}. The end is presumed.",
            )
            return v.Notice("stop", silent, alone, "alert")
        case NotAdmitted(reason=reason):
            why = facts.why(reason, reader) or reason
            return v.Notice(
                "stop",
                say(
                    f"Rifiutata dall’agente: {words.lower(why)}.",
                    f"Refused by the agent: {words.lower(why)}.",
                ),
                say(*_NOTHING_STARTED) + ".",
                "x",
            )
        case Ended(reason=reason):
            return _ended(view.found, reason, reader)
        case _:
            return None


def _held(since: datetime, by: str, reader: Reader) -> v.Notice:
    when = clock_time(since)
    return v.Notice(
        "wait",
        reader.say(f"In pausa dalle {when}, per ordine di {by}.", f"Paused since {when} by {by}."),
        reader.say(
            "La macchina non lascia passare nulla; ciò che si scrive va perso. Riprende con «Riprendi».",
            "The host lets nothing through; what is typed is lost. “Resume” lets it go on.",
        ),
        "pause",
    )


def _paused(since: datetime, reader: Reader) -> v.Notice:
    when = clock_time(since)
    return v.Notice(
        "stop",
        reader.say(f"In pausa dalle {when}: nessuno guarda.", f"Paused since {when}: nobody is watching."),
        reader.say(
            "La macchina non lascia passare nulla; ciò che si scrive va perso. Riprende da sola quando "
            "la pagina di chi guarda risponde.",
            "The host lets nothing through; what is typed is lost. It goes on by itself when the "
            "watcher’s page answers.",
        ),
        "eye-off",
    )


def _ended(found: Ended, reason: str, reader: Reader) -> v.Notice:
    told = words.coded(words.END_REASONS, reason, reader)
    return v.Notice(
        "" if reason == "closed_by_technician" else "stop",
        f"{over(found, reader)}: {told}.",
        reader.say("La macchina ha confermato la fine.", "The host has confirmed the end."),
        "check",
    )


def tabs(view: SessionView, reader: Reader, panels: frozenset[str] = _SEEN) -> tuple[vs.Tab, ...]:
    """`panels`: kinds that the page shows in a place of their own, one at a time where there are several."""
    granted = {c.kind for c in view.found.permit.grant.channels}
    several = [kind for kind in _PANELS if kind in granted and kind in panels]
    shown = [kind for kind in CHANNEL_KINDS if kind in granted or kind in _SHOWN_KINDS]
    return tuple(
        vs.Tab(
            kind,
            words.coded(words.CHANNELS, kind, reader),
            words.CHANNEL_ICONS[kind],
            kind in granted,
            kind in several[:1],
            _PANELS[kind] if kind in several and len(several) > 1 else "",
        )
        for kind in shown
    )


def screen(view: SessionView, path: str) -> vs.ScreenView | None:
    """The host's screen as it was approved; None where it was not."""
    permit = view.found.permit
    granted = next((c for c in permit.grant.channels if c.kind == "desktop"), None)
    if granted is None:
        return None
    return vs.ScreenView(f"/api/sessions/{permit.id}/{path}", granted.control, granted.clipboard)


# -------------------------------------------------------------------------- the technician's page


def technician(
    view: SessionView,
    who: Who,
    reader: Reader,
    *,
    ssh: str,
    host_key: str,
    apps: tuple[str, ...] = (),
    slip: v.Slip | None = None,
) -> vs.Session:
    found, permit = view.found, view.found.permit
    mine, kinds = permit.technician == who.person, {c.kind for c in permit.grant.channels}
    running = mine and isinstance(found, Running) and found.stop is None
    state = (
        "open" if isinstance(found, Running) else "ready" if isinstance(found, Granted | Ordered) else "ended"
    )
    api = f"/api/sessions/{permit.id}"
    ready = isinstance(found, Granted) and mine
    return vs.Session(
        code=permit.id,
        request_code=permit.request,
        request_href="" if who.role == "auditor" else f"/richieste/{permit.request}",
        host=words.clean(view.request.line.line.host),
        tenant=words.clean(view.request.line.customer),
        state=state,  # type: ignore[arg-type]
        facts=_bar(view, reader),
        left=left(found, reader),
        tabs=tabs(view, reader, frozenset(_PANELS)),
        ssh=ssh if mine and kinds & {"terminal", "exec", "forward"} and state != "ended" else "",
        ports=_ports(view, reader, ssh) if mine and state != "ended" else (),
        host_key=host_key,
        ends=_ends(view, reader),
        outside="" if over(found, reader) else " · ".join(words.absent(permit.grant.channels, reader)),
        activation=v.Ceremony(f"{api}/activation/begin", f"{api}/activation/finish") if ready else None,
        files=files.panel(view, f"{api}/files" if running else "", reader),
        socket=f"{api}/terminal" if running and "terminal" in kinds else "",
        screen=screen(view, "desktop") if running else None,
        closing=closing(view, reader, apps=apps) if mine and _can_close(found) else None,
        tools=tuple(_tool(view, tool, reader, running=running) for tool in _tools(view)),
        notice=notice(view, reader),
        receipt=_receipt(view, reader),
        over=over(found, reader),
        back="/sessioni" if who.role == "auditor" else "/richieste",
        recordings=v.Act(
            reader.say("Registrazioni", "Recordings"), href=f"/sessioni/{permit.id}/registrazioni"
        )
        if recorded(view) and who.role != "technician"
        else None,
        extend=talk.ask_extension(view, reader) if running else None,
        proposal=talk.proposal(view, reader) if running else None,
        pause=talk.own_pause(view, who, held_by=talk.holder(view), reader=reader) if mine else None,
        chat=talk.chat(view, who, reader),
        slip=slip,
    )


def extension_reason(session: str, reader: Reader) -> str:
    """What the approver reads of why it is asked for anew."""
    return reader.say(
        f"Serve altro tempo: continua il lavoro della sessione {session}.",
        f"More time is needed: the work of session {session} goes on.",
    )


def _ports(view: SessionView, reader: Reader, ssh: str) -> tuple[vs.PortLine, ...]:
    """How each granted port is opened on the technician's own computer; `ssh` is ``ssh -p 2222 s-…@server``."""
    _, _, number, place = ssh.split(" ")
    ports = [one.port for one in view.found.permit.grant.channels if one.port is not None]
    return tuple(
        vs.PortLine(
            words.capital(words.port(one, reader)),
            f"verbale connect {place}:{number} --port {one.id}",
            f"{ssh} -N -L {_here(one.port)}:{one.id}:{one.port}",
        )
        for one in ports
    )


def _here(port: int) -> int:
    """A number that this computer hardly uses itself: 13389 for 3389."""
    return port + 10_000 if port < 55_000 else port - 10_000


def _can_close(found: object) -> bool:
    return isinstance(found, Running | Ended | PresumedEnded) and found.outcome is None


def _bar(view: SessionView, reader: Reader) -> tuple[tuple[str, v.State, str], ...]:
    say = reader.say
    here = words.both([words.clean(name) for name in view.watching], reader)
    if over(view.found, reader):
        watch, small = v.State("off", say("nessuno guarda", "nobody watches")), ""
    elif here:
        watch, small = v.State("ok", say(f"guarda {here}", f"{here} watching")), ""
    elif view.found.permit.grant.supervision == "waived":
        watch = v.State("off", say("nessuno guarda", "nobody watches"))
        small = say("così ha scelto chi ha firmato", "as the signer chose")
    else:
        watch = v.State("wait", say("nessuno guarda adesso", "nobody is watching now"))
        small = say("dopo due minuti la macchina ferma tutto", "after two minutes the host stops everything")
    size = words.records(view.size, reader)
    return (
        (say("Stato", "State"), state_of(view.found, reader), ""),
        (say("Supervisione", "Supervision"), watch, small),
        (say("Registro", "Log"), log_state(view, reader), size),
        (say("Contenuto", "Content"), _content(view, reader), ""),
    )


def recorded(view: SessionView) -> bool:
    """As it was approved."""
    return view.request.line.found.asked.statement.recording


def _content(view: SessionView, reader: Reader) -> v.State:
    if recorded(view):
        return v.State("ok", reader.say("registrato", "recorded"))
    return v.State("off", reader.say("non registrato", "not recorded"))


def log_state(view: SessionView, reader: Reader) -> v.State:
    """What an agent has not yet told stands in no log: while it is silent, nobody knows that all is written."""
    heard = view.connected or isinstance(view.found, Ended | NotAdmitted | Void | Expired | Granted)
    if heard:
        return v.State("ok", reader.say("tutto scritto", "all recorded"))
    return v.State(
        "wait",
        reader.say(
            "manca ciò che l’agente non ha ancora detto", "what the agent has not told yet is missing"
        ),
    )


def _ends(view: SessionView, reader: Reader) -> tuple[str, ...]:
    say, found, longest = reader.say, view.found, length(view.found.permit.grant.longest_s)
    if over(found, reader):
        return ()
    when = say(f"Dopo {longest}", f"After {longest}")
    if isinstance(found, Running):
        when = say(f"Alle {clock_time(found.ends)}", f"At {clock_time(found.ends)}")
    return (
        say(
            f"{when} l’agente chiude tutto da solo, anche a metà.",
            f"{when} the agent closes everything by itself, also half-way.",
        ),
        say(
            "Chi ha autorizzato, o chi è alla postazione, può chiuderla in ogni momento.",
            "Whoever authorised it, or is at the desk, can close it at any moment.",
        ),
        say(
            "Quando lei la chiude. Per rientrare serve una nuova firma.",
            "When you close it. Coming back takes a new signature.",
        ),
    )


def _tools(view: SessionView) -> list[str]:
    return [c.tool for c in view.found.permit.grant.channels if c.tool is not None]


def _tool(view: SessionView, tool: str, reader: Reader, *, running: bool) -> vs.ToolView:
    say, base = reader.say, f"/sessioni/{view.found.permit.id}/strumento"
    last = next(
        (leaf.record for leaf in reversed(view.feed) if isinstance(leaf.record, ToolStarted | ToolStopped) and leaf.record.tool == tool),
        None,
    )  # fmt: skip
    started = isinstance(last, ToolStarted)
    stopped = say("fermo", "stopped") if last else say("non avviato", "not started")
    state = v.State("ok", say("avviato", "started")) if started else v.State("off", stopped)
    act = None
    if running and started:
        act = v.Act(say("Ferma lo strumento", "Stop the tool"), post=f"{base}/ferma", icon="stop")
    elif running:
        act = v.Act(say("Avvia lo strumento", "Start the tool"), post=f"{base}/avvia/{tool}", icon="plug")
    name = words.clean(tool)
    return vs.ToolView(say(f"Strumento {name}", f"Tool {name}"), state, act)


@dataclass(frozen=True, slots=True)
class Wrote:
    """What the technician wrote on closing, and why it could not be taken."""

    outcome: str
    activities: tuple[str, ...]
    note: str
    error: str
    beside: tuple[tuple[str, str], ...] = ()
    apps: tuple[str, ...] = ()


def closing(
    view: SessionView, reader: Reader, wrote: Wrote | None = None, *, apps: tuple[str, ...] = ()
) -> v.Closing:
    found, base, say = view.found, f"/sessioni/{view.found.permit.id}/chiudi", reader.say
    asked = {a.code for a in view.request.line.found.asked.statement.activities}
    done = asked if wrote is None else set(wrote.activities)
    opened = ""
    if isinstance(found, Running):
        lasted = length((reader.now - found.started).total_seconds())
        opened = say(
            f"Aperta da {lasted}. Dopo la chiusura serve una nuova firma per rientrare.",
            f"Open for {lasted}. Once closed, coming back takes a new signature.",
        )
    return v.Closing(
        post=base,
        page=base,
        opened=opened,
        outcomes=tuple(
            v.Option(code, say(*pair), chosen=wrote is not None and wrote.outcome == code)
            for code, pair in words.OUTCOMES.items()
        ),
        doing=doing(
            asked,
            apps,
            reader,
            done,
            () if wrote is None else wrote.beside,
            () if wrote is None else wrote.apps,
        ),
        counted=say("Solo le attività autorizzate.", "Authorised activities only."),
        note="" if wrote is None else wrote.note,
        error="" if wrote is None else wrote.error,
    )


def _receipt(view: SessionView, reader: Reader) -> v.Receipt | None:
    ends = ("session.ended", "session.presumed_ended")
    leaf = next((one for one in reversed(view.feed) if one.record.KIND in ends), None)
    if leaf is None:
        return None
    text = f"{facts.label(leaf, reader)}: {moment(leaf.time, reader, zone=True)}."
    if view.note:
        note = words.clean(view.note).replace("*", "∗")
        text += reader.say(f" Nota del tecnico: «{note}»", f" The technician’s note: “{note}”")
    return v.Receipt(
        reader.say("Verbale della sessione", "Record of the session"),
        f"{leaf.record.CODE} · {words.ordinal(leaf.n, reader)}",
        text,
        words.digest(view.found.permit.digest),
        entered(view.request.line.customer, reader),
    )
