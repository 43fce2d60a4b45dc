"""Records of the log's own life: heartbeats, heads, periods, reports, and one log after the other."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import (
    Code,
    Day,
    Digest,
    Id,
    Instant,
    Line,
    Listed,
    Period,
    Reported,
)
from audit.record import Record
from audit.session_list import LISTED


@dataclass(frozen=True, slots=True, repr=False)
class HostHeartbeat(Record):
    KIND, CODE, IT, EN = "host.heartbeat", "R300", "Segnale di vita della macchina", "Host heartbeat"
    EVIDENCE = ("note",)
    witnessed: int  # size of the last head this agent cosigned
    sessions: int  # sessions served since the last heartbeat
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class HostSilent(Record):
    KIND, CODE, IT, EN = "host.silent", "R301", "Postazione silenziosa", "Host silent"
    since: Instant
    until: Instant


@dataclass(frozen=True, slots=True, repr=False)
class LogHeartbeat(Record):
    KIND, CODE, IT, EN = "log.heartbeat", "R302", "Segnale di vita del registro", "Log heartbeat"
    day: Day  # YYYY-MM-DD in the tenant's zone


@dataclass(frozen=True, slots=True, repr=False)
class LogGap(Record):
    KIND, CODE, IT, EN = "log.gap", "R303", "Registro fermo", "Log gap"
    first: Day
    last: Day


@dataclass(frozen=True, slots=True, repr=False)
class ClockStatus(Record):
    """The host's clock is off the broker's by at least so much (ahead: more than 0), over a second; 0: right again."""

    KIND, CODE, IT, EN = "clock.status", "R304", "Stato dell’orologio", "Clock status"
    host_offset_ms: int


@dataclass(frozen=True, slots=True, repr=False)
class HeadStamped(Record):
    """A timestamp authority outside stamped this log's head; the token is ``heads/<size>.tsr``."""

    KIND, CODE, IT, EN = "head.stamped", "R305", "Marca temporale sulla testa", "Head timestamped"
    size: int
    token: Digest


@dataclass(frozen=True, slots=True, repr=False)
class HeadSent(Record):
    """A mail server took the letter with this head for the titolare, who keeps it."""

    KIND, CODE, IT, EN = "head.sent", "R306", "Testa inviata al titolare", "Head sent"
    size: int
    person: Id


@dataclass(frozen=True, slots=True, repr=False)
class SessionsListed(Record):
    """Every session that began, ended or was refused at the host since its last list; none, for an idle month.

    It speaks of the host's notes from `first_n` up to its own; `since` is when the last list was made, or
    the enrolment.
    """

    KIND, CODE, IT, EN = (
        LISTED,
        "R307",
        "Elenco delle sessioni della macchina",
        "Host's list of sessions",
    )
    EVIDENCE = ("note",)
    first_n: int
    since: Instant
    sessions: tuple[Listed, ...]
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class ListsMissing(Record):
    """The month is about to be closed, and these hosts have not told their sessions up to its end."""

    KIND, CODE, IT, EN = "lists.missing", "R308", "Elenchi di macchine mancanti", "Hosts' lists missing"
    period: Period
    hosts: tuple[Id, ...]


@dataclass(frozen=True, slots=True, repr=False)
class PeriodSnapshot(Record):
    """A report of a month that has not ended; the demo alone may ask for one."""

    KIND, CODE, IT, EN = "period.snapshot", "R310", "Fotografia del periodo", "Period snapshot"
    RETAIN = "report"
    period: Period  # YYYY-MM
    first: Instant
    until: Instant


@dataclass(frozen=True, slots=True, repr=False)
class PeriodClosed(Record):
    KIND, CODE, IT, EN = "period.closed", "R311", "Periodo chiuso", "Period closed"
    RETAIN = "report"
    period: Period
    first: Instant
    until: Instant


@dataclass(frozen=True, slots=True, repr=False)
class PeriodFigures(Record):
    """`sealed` commits to the commercial part of the report: names, contract, legal texts."""

    KIND, CODE, IT, EN = (
        "period.figures",
        "R312",
        "Parte commerciale del rapporto",
        "Report's commercial part",
    )
    RETAIN = "report"
    SEALED = "must"
    period: Reported


@dataclass(frozen=True, slots=True, repr=False)
class ReportIssued(Record):
    KIND, CODE, IT, EN = "report.issued", "R320", "Rapporto emesso", "Report issued"
    RETAIN = "report"
    period: Reported
    number: Id
    pdf_sha256: Digest
    json_sha256: Digest
    partial: bool


@dataclass(frozen=True, slots=True, repr=False)
class KeyRotated(Record):
    """The next log's vkey, said in the log before it: whoever holds a head of this one can follow it there."""

    KIND, CODE, IT, EN = "key.rotated", "R350", "Chiave del registro seguente", "Key of the next log"
    key: Line  # its name is the next log's origin
    reason: Code  # year | key


@dataclass(frozen=True, slots=True, repr=False)
class ShardOpened(Record):
    """The first record of a log that goes on with the tree of another, whose last head is evidence (`head`).

    `key` is the vkey of the log before and `root` (hex) that of its last head, of as many records as stand
    before this one. `cosigned` is the size of the last head of it that witnesses hold (0: none): more than
    it ends with means that the records between were lost, and a `log.recovered` follows.
    """

    KIND, CODE, IT, EN = "shard.opened", "R351", "Registro nuovo aperto", "Next log opened"
    EVIDENCE = ("head", "cosigned")
    key: Line
    root: Digest
    cosigned: int
    reason: Code  # year | key | lost


@dataclass(frozen=True, slots=True, repr=False)
class LogRecovered(Record):
    """The titolare signed that records are lost and that this log goes on; `statement` is his `recovery`'s digest."""

    KIND, CODE, IT, EN = "log.recovered", "R352", "Perdita riconosciuta dal titolare", "Loss acknowledged"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion")
    statement: Digest
    demo_software: bool
