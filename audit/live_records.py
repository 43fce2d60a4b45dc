"""Records of what technician and watchers say and do beside a session that runs (R590–R595; FORMAT.md §3, *Beside the
session*). Members of the union in `records`."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Id
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class MessageSent(Record):
    """Technician and watchers write to each other in a session. The opening holds `text`."""

    KIND, CODE, IT, EN = "message.sent", "R590", "Messaggio", "Message"
    SEALED = "must"
    by: Id


@dataclass(frozen=True, slots=True, repr=False)
class MomentFlagged(Record):
    """*Segnala*: this moment of the session is to be looked at again."""

    KIND, CODE, IT, EN = "moment.flagged", "R591", "Momento segnalato", "Moment flagged"
    by: Id


@dataclass(frozen=True, slots=True, repr=False)
class FlagExplained(Record):
    """What he saw there who flagged the moment; `flag` is the index of that record. The opening holds `text`."""

    KIND, CODE, IT, EN = "flag.explained", "R592", "Motivo della segnalazione", "Flag explained"
    SEALED = "must"
    flag: int
    by: Id


@dataclass(frozen=True, slots=True, repr=False)
class FlagWithdrawn(Record):
    """He who flagged the moment takes it back: nothing was there."""

    KIND, CODE, IT, EN = "flag.withdrawn", "R593", "Segnalazione ritirata", "Flag withdrawn"
    flag: int
    by: Id


@dataclass(frozen=True, slots=True, repr=False)
class PresenceConfirmed(Record):
    """*Sono qui*: whoever has the supervision was asked, and is there."""

    KIND, CODE, IT, EN = "presence.confirmed", "R594", "Presenza confermata", "Presence confirmed"
    watcher: Id


@dataclass(frozen=True, slots=True, repr=False)
class ExtensionProposed(Record):
    """Somebody who may approve says that he would sign for so much more time. It permits nothing: the technician asks
    for it, or not."""

    KIND, CODE, IT, EN = "extension.proposed", "R595", "Estensione proposta", "Extension proposed"
    by: Id
    seconds: int


LiveRecord = (
    MessageSent | MomentFlagged | FlagExplained | FlagWithdrawn | PresenceConfirmed | ExtensionProposed
)
