"""Records as lines of a feed: what happened, in words, with its weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit import records as r
from audit.records import Leaf
from broker.api.refusals import agents_sentence, brokers_sentence
from web.present import words
from web.present.times import clock_time, day_of, length
from web.views import FeedItem, Severity

_GRAVE = ("session.refused", "channel.refused", "session.presumed_ended", "access.denied")
_WARN = (
    "approval.refused", "approval.withdrawn", "grant.revoked", "session.stop_ordered", "request.lapsed",
    "grant.expired", "tool.started",
)  # fmt: skip
_NOTED = ("watch.left", "request.withdrawn", "command.executed", "request.solved_by_customer")
_DESK = {"told": "chi è alla postazione è stato avvisato", "nobody": "nessuno alla postazione", "consented": "con il sì di chi è alla postazione"}  # fmt: skip
_VIA = {"ssh": "con ssh", "browser": "dal browser", "agent": "dall’agente"}
_ALIVE = {
    "some": "; qualche programma della sessione non si è potuto chiudere",
    "unknown": "; non si sa se ogni programma della sessione è chiuso",
}
_LEFT_OUT = ("grant.issued",)  # the approval says it to people


def feed(leaves: Sequence[Leaf], names: Mapping[str, str], now: datetime) -> tuple[FeedItem, ...]:
    """Newest first."""
    return tuple(item(leaf, names, now) for leaf in reversed(leaves) if leaf.record.KIND not in _LEFT_OUT)


def item(leaf: Leaf, names: Mapping[str, str], now: datetime) -> FeedItem:
    day = day_of(leaf.time, now)
    time = clock_time(leaf.time) if day == "oggi" else f"{day} {clock_time(leaf.time)}"
    text, small, code = _detail(leaf.record, names)
    return FeedItem(time, severity(leaf), text, strong=leaf.record.IT, small=small, code=words.clean(code))


def severity(leaf: Leaf) -> Severity:
    kind = leaf.record.KIND
    if kind in _GRAVE or (isinstance(leaf.record, r.ChannelClosed) and leaf.record.agrees is False):
        return "grave"
    if kind in _WARN or (isinstance(leaf.record, r.SessionEnded) and leaf.record.reason in _FORCED):
        return "attenzione"
    return "nota" if kind in _NOTED else "fatto"


_FORCED = ("stopped_by_ads", "stopped_by_desk", "revoked", "clock_moved", "host_revoked")


def _detail(record: r.AnyRecord, names: Mapping[str, str]) -> tuple[str, str, str]:
    """(text, small print, what is compared letter by letter)."""

    def name(who: str | None) -> str:
        return words.clean(names.get(who or "", who or ""))

    match record:
        case r.ApprovalGiven():
            demo = "chiave dimostrativa" if record.demo_software else "con passkey"
            return f"da {name(record.approver)}", demo, ""
        case r.SupervisionTaken(watcher=who) | r.WatchJoined(watcher=who) | r.WatchLeft(watcher=who):
            return name(who), "", ""
        case r.SessionOpened():
            return "dal tecnico, con passkey", "", ""
        case r.SessionStarted():
            return f"come utente {words.clean(record.account)}", _DESK.get(record.desk, record.desk), ""
        case r.SessionRefused(reason=reason) | r.ChannelRefused(reason=reason):
            return why(reason), "", reason
        case r.SessionEnded():
            told = words.END_REASONS.get(record.reason, record.reason)
            return told, f"dopo {length(record.seconds)}{_ALIVE.get(record.left or '', '')}", ""
        case r.SessionPresumedEnded():
            return "l’agente non risponde", "la fine è presunta", ""
        case r.SessionClosed():
            return words.OUTCOMES.get(record.outcome, record.outcome), "", ""
        case r.StopOrdered():
            return f"da {name(record.by)}", "", ""
        case r.ChannelOpened():
            return words.CHANNELS.get(record.kind, record.kind), _VIA.get(record.via, ""), ""
        case r.ChannelClosed():
            differs = "il conto dell’agente e il nostro non coincidono" if record.agrees is False else ""
            amounts = (
                f"{words.octets(record.out_bytes)} in uscita, {words.octets(record.in_bytes)} in entrata"
            )
            return words.CHANNELS.get(record.kind, record.kind), differs or amounts, ""
        case r.ToolStarted(tool=tool):
            return words.clean(tool), "il contenuto non è visto da Verbale", ""
        case r.ToolStopped():
            return words.clean(record.tool), "fermato a forza" if record.forced else "", ""
        case r.AccessDenied(reason=reason):
            return _first(brokers_sentence(reason)), "", ""
        case _:
            return "", "", ""


def why(reason: str) -> str:
    """Why an agent, or the broker in its stead, refused; a session that ends before it has begun is refused
    with the reason of its end."""
    return _first(agents_sentence(reason) or words.END_REASONS.get(reason, "") or brokers_sentence(reason))


def _first(sentences: str) -> str:
    return sentences.partition(". ")[0].rstrip(".")
