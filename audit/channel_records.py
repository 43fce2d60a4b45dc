"""Records of what was done in a session, channel by channel, as its host reports it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from audit.forms import (
    Code,
    Digest,
    Form,
    Id,
    Instant,
    Line,
)
from audit.record import Record
from audit.statement_parts import CHANNEL_KINDS

# `other`: somebody asked for what no session knows.
CHANNEL = Form("channel", frozenset((*CHANNEL_KINDS, "other")).__contains__)
Channel = Annotated[str, CHANNEL]


@dataclass(frozen=True, slots=True, repr=False)
class ChannelOpened(Record):
    """`port` and `number` of a forward: which of the policy's, and its TCP port. `control` of a desktop: whether
    its mouse and keyboard may be used; false for whoever only watches."""

    KIND, CODE, IT, EN = "channel.opened", "R240", "Canale aperto", "Channel opened"
    RETAIN = "access"
    EVIDENCE = ("note",)
    channel: Id
    kind: Channel
    via: Code  # ssh | browser | agent
    terminal: Line
    received: Instant
    port: Line | None = None
    number: int | None = None
    control: bool | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ChannelRefused(Record):
    """`received` where the agent refused it; the broker refuses some at its own door."""

    KIND, CODE, IT, EN = "channel.refused", "R241", "Canale rifiutato", "Channel refused"
    RETAIN = "access"
    EVIDENCE = ("note",)
    kind: Channel
    reason: Code
    terminal: Line
    received: Instant | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ChannelClosed(Record):
    """Byte counts and salted digests of what crossed, counted by the agent; `agrees` says whether
    the broker counted the same, and is absent where it could not count to the end (it restarted).
    exit_status is absent where a signal or a stop ended it."""

    KIND, CODE, IT, EN = "channel.closed", "R242", "Canale chiuso", "Channel closed"
    RETAIN = "access"
    EVIDENCE = ("note",)
    channel: Id
    kind: Channel
    in_bytes: int
    out_bytes: int
    out_digest: Digest
    agrees: bool | None
    exit_status: int | None
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class CommandExecuted(Record):
    """An exec request's command line: its text is sealed, the commitment is the agent's too."""

    KIND, CODE, IT, EN = "command.executed", "R243", "Comando eseguito", "Command executed"
    EVIDENCE, SEALED = ("note",), "must"
    channel: Id
    command: Digest  # commitment, equal to `sealed` (FORMAT.md §3)
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class FileTransferred(Record):
    """A file that went through a channel, or was refused. Its path and SHA-256 are sealed; the commitment is
    the agent's too. Counted where it crossed: `bytes` from `offset` of the file on. `agrees` says whether the
    broker counted the same, and is absent where it could not."""

    KIND, CODE, IT, EN = "file.transferred", "R244", "File trasferito", "File transferred"
    EVIDENCE, SEALED = ("note",), "must"
    channel: Id
    number: int  # from 1, of this channel
    direction: Code  # to_host | from_host
    result: Code  # whole | partial | refused | made (a folder) | renamed
    offset: int
    bytes: int
    file: Digest  # commitment, equal to `sealed` (FORMAT.md §3)
    reason: Code | None  # why it was refused
    agrees: bool | None
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class ClipboardCopied(Record):
    """Text that crossed with a desktop, whose channel may have that. The text itself is kept nowhere:
    `text` is SHA-256 (hex) of the session's salt and its UTF-8 bytes, as `out_digest` is of the stream."""

    KIND, CODE, IT, EN = "clipboard.copied", "R245", "Appunti passati", "Clipboard passed on"
    EVIDENCE = ("note",)
    channel: Id
    direction: Code  # to_host | from_host
    bytes: int
    text: Digest
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class ToolStarted(Record):
    """`program` commits to the path of the executable and its publisher, which may name people."""

    KIND, CODE, IT, EN = "tool.started", "R250", "Programma con licenza avviato", "Licensed tool started"
    RETAIN = "access"
    EVIDENCE, SEALED = ("note",), "may"
    tool: Line
    binary: Digest  # SHA-256 hex of the executable
    content: Code  # always "not_seen"
    received: Instant
    program: Digest | None = None  # commitment, equal to `sealed`


@dataclass(frozen=True, slots=True, repr=False)
class ToolStopped(Record):
    """`log`: what was read of its own log: read | skipped (not every line) | missing, absent where none is
    known. `still`: processes of its names that live on, whoever started them; absent for none."""

    KIND, CODE, IT, EN = "tool.stopped", "R251", "Programma con licenza fermato", "Licensed tool stopped"
    RETAIN = "access"
    EVIDENCE = ("note",)
    tool: Line
    processes: int
    forced: bool
    content: Code
    received: Instant
    log: Code | None = None
    still: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ToolTold(Record):
    """The tool's own word, from its log, on a connection through it: `event` is began | ended | whole.

    Times are texts as that log spells them. `peer` commits to whoever it says connected.
    """

    KIND, CODE, IT, EN = "tool.told", "R252", "Detto dal programma con licenza", "Told by the licensed tool"
    RETAIN = "access"
    EVIDENCE, SEALED = ("note",), "may"
    tool: Line
    event: Code
    received: Instant
    began: Line | None = None
    ended: Line | None = None
    peer: Digest | None = None  # commitment, equal to `sealed`


@dataclass(frozen=True, slots=True, repr=False)
class ToolSeen(Record):
    """A licensed tool ran, or by its own log took a connection, with no session that allowed it.

    Of no session. `what`: running | connected; `why`: no_grant, or left (a session's own tool that did
    not end). `program` commits to path and publisher or, of a connection, to what the log says.
    """

    KIND, CODE = "tool.seen_outside_grant", "R253"
    IT, EN = "Programma con licenza fuori autorizzazione", "Licensed tool outside any authorisation"
    RETAIN = "access"
    EVIDENCE, SEALED = ("note",), "may"
    tool: Line
    what: Code
    why: Code
    received: Instant
    binary: Digest | None = None  # where the executable could be read
    program: Digest | None = None  # commitment, equal to `sealed`
