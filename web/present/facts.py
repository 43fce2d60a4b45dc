"""Records as lines of a feed: what happened, in words, with its weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from audit import records as r
from audit.channel_records import (
    ChannelClosed,
    ChannelOpened,
    ChannelRefused,
    FileTransferred,
    ToolSeen,
    ToolStarted,
    ToolStopped,
    ToolTold,
)
from audit.clarification_records import ClarificationAnswered, ClarificationAsked
from audit.declared_records import DeclaredBegan, DeclaredEnded, DeclaredPresumedEnded
from audit.incident_records import IncidentAnswered, IncidentClosed, IncidentOpened, QueueJumped, SeveritySet
from audit.leaf import Leaf
from audit.live_records import (
    ExtensionProposed,
    FlagExplained,
    FlagWithdrawn,
    MomentFlagged,
    PresenceConfirmed,
)
from audit.log_records import ClockStatus
from audit.paper_records import DutiesLacking
from audit.person_records import AccessDenied
from audit.protection_records import IncidentWaitingBegan
from audit.request_records import ApprovalGiven, SupervisionTaken
from audit.resale_records import IncidentPassed
from audit.session_records import (
    DeskReported,
    SessionClosed,
    SessionEnded,
    SessionOpened,
    SessionPaused,
    SessionPresumedEnded,
    SessionRefused,
    SessionResumed,
    SessionStarted,
    StopExplained,
    StopOrdered,
    WatchJoined,
    WatchLeft,
)
from audit.warrant import Mandate, Warrant
from broker.api.refusals import agents_sentences, brokers_sentences
from web.present import files, papers, words
from web.present import incident_words as desk_words
from web.present.reader import Pair, Reader
from web.present.times import length, short
from web.views import FeedItem, Severity

_GRAVE = (
    "tool.seen_outside_grant",
    "session.refused",
    "session.paused",
    "channel.refused",
    "session.presumed_ended",
    "access.denied",
    "desk.reported",
    "moment.flagged",
)
_WARN = (
    "approval.refused", "approval.withdrawn", "grant.revoked", "host.barred", "session.stop_ordered", "request.lapsed",
    "grant.expired", "tool.started", "duties.lacking", "contact.logged", "queue.jumped",
)  # fmt: skip
_NOTED = (
    "tool.told",
    "watch.left",
    "request.withdrawn",
    "command.executed",
    "session.stop_explained",
    "flag.explained",
    "flag.withdrawn",
    "extension.proposed",
    "clipboard.copied",
    "request.solved_by_customer",
)
_FORCED = ("stopped_by_ads", "stopped_by_desk", "revoked", "clock_moved", "host_revoked", "revoked_at_host")
_DESK: dict[str, Pair] = {
    "told": ("chi è alla postazione è stato avvisato", "whoever is at the desk was told"),
    "nobody": ("nessuno alla postazione", "nobody at the desk"),
    "consented": ("con il sì di chi è alla postazione", "with the yes of whoever is at the desk"),
}
_VIA: dict[str, Pair] = {
    "ssh": ("con ssh", "by ssh"),
    "browser": ("dal browser", "from the browser"),
    "agent": ("dall’agente", "by the agent"),
    "watch": ("per chi guarda", "for whoever watches"),
}
_ALIVE: dict[str, Pair] = {
    "some": (
        "; qualche programma della sessione non si è potuto chiudere",
        "; some program of the session could not be closed",
    ),
    "unknown": (
        "; non si sa se ogni programma della sessione è chiuso",
        "; nobody knows whether every program of the session is closed",
    ),
}
_OfIncident: TypeAlias = (
    IncidentOpened
    | SeveritySet
    | IncidentAnswered
    | QueueJumped
    | IncidentClosed
    | IncidentWaitingBegan
    | IncidentPassed
)
Warrants: TypeAlias = Mapping[str, Warrant]  # by digest
# The approval says it to people; messages stand in a place of their own.
_LEFT_OUT = ("grant.issued", "declared.allowed", "message.sent")


def feed(
    leaves: Sequence[Leaf],
    names: Mapping[str, str],
    reader: Reader,
    warrants: Warrants | None = None,
    texts: Mapping[int, str] | None = None,
    *,
    declared: bool = False,
    replay: str = "",
) -> tuple[FeedItem, ...]:
    """Newest first. `replay`: the page on which each is seen again. `texts`: which files were meant, or what was written, by the index of the leaf. `declared`: the
    session that answered an incident was declared by its technician."""
    beside = texts or {}
    lines = [
        (leaf, item(leaf, names, reader, warrants, beside.get(leaf.n, ""), declared=declared))
        for leaf in reversed(leaves)
        if leaf.record.KIND not in _LEFT_OUT
    ]
    return tuple(replace(one, href=f"{replay}#fatto-{leaf.n}") if replay else one for leaf, one in lines)


def item(
    leaf: Leaf,
    names: Mapping[str, str],
    reader: Reader,
    warrants: Warrants | None = None,
    beside: str = "",
    *,
    declared: bool = False,
) -> FeedItem:
    if isinstance(leaf.record, _OfIncident):
        said = _desk(leaf.record, reader, declared=declared)
        return FeedItem(short(leaf.time, reader), severity(leaf), said, strong=label(leaf, reader))
    told = _beside_session(leaf.record, names, reader)
    text, small, code = told or _detail(leaf.record, names, reader)
    if isinstance(leaf.record, ClockStatus):
        text = _clock(leaf.record.host_offset_ms, reader)
    shown = words.first_line(beside, 300)
    if isinstance(leaf.record, DeskReported | StopExplained | FlagExplained):
        text += (": " if text else "") + f"«{shown}»" if shown else ""
    elif shown:
        code = shown
    if isinstance(leaf.record, DutiesLacking):
        text = words.both([papers.named(code, reader) for code in leaf.record.lacks], reader)
    if isinstance(leaf.record, ClarificationAsked | ClarificationAnswered):
        text = reader.say("da", "by") + f" {_name(leaf.actor.id, names, reader)}"
    if isinstance(leaf.record, ApprovalGiven):
        text += under(leaf.record.warrant, warrants or {}, reader)
    return FeedItem(
        short(leaf.time, reader), severity(leaf), text,
        strong=label(leaf, reader), small=small, code=words.clean(code),
    )  # fmt: skip


def under(warrant: str | None, warrants: Warrants, reader: Reader) -> str:
    """``, in mandato w-…``: what an approval rests on besides its passkey; nothing for most."""
    if warrant is None:
        return ""
    given = warrants.get(warrant)
    number = words.clean(warrant[:8] if given is None else given.warrant)
    if isinstance(given, Mandate):
        return reader.say(f", in mandato {number}", f", under mandate {number}")
    return reader.say(f", con delega {number}", f", under delegation {number}")


def label(leaf: Leaf, reader: Reader) -> str:
    """The record's own name."""
    return reader.say(leaf.record.IT, leaf.record.EN)


def severity(leaf: Leaf) -> Severity:
    kind = leaf.record.KIND
    if kind in _GRAVE or (isinstance(leaf.record, ChannelClosed) and leaf.record.agrees is False):
        return "grave"
    if isinstance(leaf.record, FileTransferred) and leaf.record.agrees is False:
        return "grave"
    if isinstance(leaf.record, FileTransferred) and leaf.record.result == "refused":
        return "attenzione"
    if kind in _WARN or (isinstance(leaf.record, SessionEnded) and leaf.record.reason in _FORCED):
        return "attenzione"
    return "nota" if kind in _NOTED else "fatto"


def _desk(record: _OfIncident, reader: Reader, *, declared: bool) -> str:
    """Of an incident's life: what is not in the record's own name."""
    match record:
        case IncidentOpened(origin=origin):
            return words.coded(desk_words.ORIGINS, origin, reader)
        case SeveritySet(severity=new, previous=before, reason=reason):
            why = (
                "" if reason is None else f": {words.lower(words.coded(desk_words.CHANGES, reason, reader))}"
            )
            return f"{before} → {new}{why}" if before else new
        case IncidentAnswered(how=how):
            meant = "declared" if declared and how == "session" else how
            return words.coded(desk_words.ANSWERS, meant, reader)
        case IncidentWaitingBegan(reason=reason):
            return words.lower(words.coded(desk_words.AWAITED, reason, reader))
        case QueueJumped(reason=reason):
            return words.lower(words.coded(desk_words.JUMPS, reason, reader))
        case IncidentPassed(how=how, reason=reason):
            if reason is not None:
                why = words.lower(words.coded(desk_words.TAKE_OVERS, reason, reader))
                return reader.say(f"subentra il fornitore: {why}", f"the vendor takes over: {why}")
            return reader.say("dal rivenditore", "by the reseller")
        case IncidentClosed(outcome=outcome):
            return words.lower(words.coded(desk_words.OUTCOMES, outcome, reader))


def _beside_session(
    record: r.AnyRecord, names: Mapping[str, str], reader: Reader
) -> tuple[str, str, str] | None:
    match record:
        case (
            PresenceConfirmed(watcher=who)
            | MomentFlagged(by=who)
            | FlagExplained(by=who)
            | FlagWithdrawn(by=who)
            | ExtensionProposed(by=who)
        ):
            told = reader.say("da", "by") + f" {_name(who, names, reader)}"
            return told, length(record.seconds) if isinstance(record, ExtensionProposed) else "", ""
        case _:
            return None


def _detail(record: r.AnyRecord, names: Mapping[str, str], reader: Reader) -> tuple[str, str, str]:
    """(text, small print, what is compared letter by letter)."""
    say = reader.say

    def by(who: str | None) -> str:
        return say("da", "by") + f" {_name(who, names, reader)}"

    demo = say("chiave dimostrativa", "demo key") if getattr(record, "demo_software", False) else ""
    match record:
        case ApprovalGiven():
            return by(record.approver), demo or say("con passkey", "by passkey"), ""
        case SupervisionTaken():
            return by(record.watcher), demo or say("con passkey", "by passkey"), ""
        case WatchJoined(watcher=who) | WatchLeft(watcher=who):
            return say("di", "–") + f" {_name(who, names, reader)}", "", ""
        case SessionOpened() | SessionStarted() | SessionPaused() | SessionResumed():
            return (*_going(record, reader), "")
        case DeclaredBegan() | DeclaredEnded():
            return say("parola sua, con passkey", "his own word, by passkey"), demo, ""
        case DeclaredPresumedEnded():
            return say("era autorizzato fino a lì", "he was authorised until then"), "", ""
        case SessionRefused(reason=reason) | ChannelRefused(reason=reason):
            return why(reason, reader), "", reason
        case SessionEnded():
            lasted = length(record.seconds)
            told = words.coded(words.END_REASONS, record.reason, reader)
            alive = say(*_ALIVE[record.left]) if record.left in _ALIVE else ""
            return told, say(f"dopo {lasted}", f"after {lasted}") + alive, ""
        case SessionPresumedEnded():
            silent = say("l’agente non risponde", "the agent does not answer")
            return silent, say("la fine è presunta", "the end is presumed"), ""
        case SessionClosed():
            return words.coded(words.OUTCOMES, record.outcome, reader), "", ""
        case StopOrdered():
            return by(record.by), _ordered(record, reader), ""
        case StopExplained(by=None) | DeskReported():
            return say("da chi sta alla macchina", "by whoever is at the host"), "", ""
        case StopExplained(by=who):
            return by(who), "", ""
        case ChannelOpened():
            via = reader.say(*_VIA[record.via]) if record.via in _VIA else ""
            named = f" «{words.clean(record.port)}»" if record.port is not None else ""
            return words.coded(words.CHANNELS, record.kind, reader) + named, via, ""
        case ChannelClosed():
            return words.coded(words.CHANNELS, record.kind, reader), _counted(record, reader), ""
        case FileTransferred():
            return (*files.fact(record, reader), "")
        case ToolStarted(tool=tool):
            unseen = say("il contenuto non è visto da Verbale", "Verbale does not see its content")
            return words.clean(tool), unseen, ""
        case ToolStopped():
            return words.clean(record.tool), _stopped(record, reader), ""
        case ToolTold() | ToolSeen():
            return _of_tool(record, reader)
        case AccessDenied(reason=reason):
            return _first(brokers_sentences(reason), reader), "", ""
        case _:
            return "", "", ""


def _ordered(record: StopOrdered, reader: Reader) -> str:
    signed = reader.say("con passkey", "by passkey") if record.statement else ""
    late = reader.say("annotata più tardi", "recorded later") if record.given else ""
    return ", ".join(filter(None, (signed, late)))


def _stopped(record: ToolStopped, reader: Reader) -> str:
    force = reader.say("fermato a forza", "by force") if record.forced else ""
    if not record.still:
        return force
    still = reader.say(f"processi ancora in uso: {record.still}", f"processes still running: {record.still}")
    return f"{force}; {still}" if force else still


def _of_tool(record: ToolTold | ToolSeen, reader: Reader) -> tuple[str, str, str]:
    """What a tool's own log says, and what runs without leave."""
    tool, say = words.clean(record.tool), reader.say
    if isinstance(record, ToolSeen):
        said = say("era in uso", "was running")
        if record.what == "connected":
            said = say(
                "qualcuno si è collegato, dice il suo registro", "somebody connected, its own log says"
            )
        left = say("rimasto dopo la sessione", "left behind by its session") if record.why == "left" else ""
        return f"{tool}: {said}", left, ""
    told = {
        "began": say("collegamento iniziato", "connection began"),
        "ended": say("collegamento finito", "connection ended"),
        "whole": say("collegamento, dall’inizio alla fine", "connection, from start to end"),
    }.get(record.event, "")
    times = " – ".join(words.clean(one) for one in (record.began, record.ended) if one)
    return f"{tool}: {told}", say("così il suo registro", "so its own log says"), times


def _going(
    record: SessionOpened | SessionStarted | SessionPaused | SessionResumed, reader: Reader
) -> tuple[str, str]:
    """(text, small print) of a session that begins or goes on."""
    say = reader.say
    match record:
        case SessionOpened():
            demo = say("chiave dimostrativa", "demo key") if record.demo_software else ""
            return say("dal tecnico, con passkey", "by the technician, by passkey"), demo
        case SessionStarted():
            account = words.clean(record.account)
            return say(f"come utente {account}", f"as account {account}"), words.coded(
                _DESK, record.desk, reader
            )
        case SessionPaused():
            if record.by is not None:
                return say("per ordine di chi guarda", "by whoever watches"), ""
            return say("nessuno guardava", "nobody was watching"), ""
        case SessionResumed():
            lasted = length(record.seconds)
            back = say("chi guarda è tornato", "the watcher is back")
            return back if record.by is None else say("per suo ordine", "by his order"), say(
                f"dopo {lasted}", f"after {lasted}"
            )


def _clock(off_ms: int, reader: Reader) -> str:
    """By how much a host's clock is wrong."""
    if off_ms == 0:
        return reader.say("orologio della macchina di nuovo giusto", "the host’s clock is right again")
    seconds = f"{abs(off_ms) / 1000:.1f}"
    if off_ms > 0:
        return reader.say(
            f"orologio della macchina avanti di {seconds.replace('.', ',')} s",
            f"the host’s clock is {seconds} s ahead",
        )
    return reader.say(
        f"orologio della macchina indietro di {seconds.replace('.', ',')} s",
        f"the host’s clock is {seconds} s behind",
    )


def _name(who: str | None, names: Mapping[str, str], reader: Reader) -> str:
    return words.name(names.get(who or "", who or ""), reader)


def _counted(record: ChannelClosed, reader: Reader) -> str:
    if record.agrees is False:
        return reader.say(
            "il conto dell’agente e il nostro non coincidono", "the agent’s count and ours differ"
        )
    out, into = words.octets(record.out_bytes, reader), words.octets(record.in_bytes, reader)
    return reader.say(f"{out} in uscita, {into} in entrata", f"{out} out, {into} in")


def why(reason: str, reader: Reader) -> str:
    """Why an agent, or the broker in its stead, refused; a session that ends before it has begun is refused
    with the reason of its end."""
    for pair in (
        agents_sentences(reason),
        words.END_REASONS.get(reason, ("", "")),
        brokers_sentences(reason),
    ):
        if pair[0]:
            return _first(pair, reader)
    return ""


def _first(pair: Pair, reader: Reader) -> str:
    return reader.say(*pair).partition(". ")[0].rstrip(".")
