"""What an agent says about its host: canonical JSON in a signed note, logged verbatim as evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit import instant
from audit.canonical import Fields, Value, decode, encode
from audit.errors import BadSignature, Malformed
from audit.forms import ID
from audit.keys import PublicKey, SigningKey
from audit.note import Note, VerifierKey, parse_note, sign_note

HOST_KINDS = (
    "host.enrolled",
    "host.heartbeat",
    "host.revoked",
    "sessions.listed",
    "host.barred",
    "session.started",
    "session.refused",
    "session.paused",
    "session.resumed",
    "session.ended",
    "session.stop_explained",
    "desk.reported",
    "channel.opened",
    "channel.refused",
    "channel.closed",
    "clipboard.copied",
    "command.executed",
    "file.transferred",
    "tool.started",
    "tool.stopped",
    "tool.told",
    "tool.seen_outside_grant",
)


def key_name(origin: str, host: str) -> str:
    """The name an agent's keys carry in notes and cosignatures."""
    return f"{origin}/host/{host}"


@dataclass(frozen=True, slots=True)
class HostNote:
    """One fact. `host_n` is gap-free per host; `body` is the record's body without what the broker adds."""

    tenant: str
    host: str
    host_n: int
    time: datetime
    kind: str
    session: str | None
    body: dict[str, Value]

    def __post_init__(self) -> None:
        if self.kind not in HOST_KINDS or self.host_n < 0:
            raise Malformed("a host's note is of a kind or number no agent writes")

    @property
    def text(self) -> str:
        value: dict[str, Value] = {
            "v": 1,
            "type": "host_note",
            "tenant": self.tenant,
            "host": self.host,
            "host_n": self.host_n,
            "time": instant.to_text(self.time),
            "kind": self.kind,
            "body": self.body,
        }
        if self.session is not None:
            value["session"] = self.session
        return encode(value).decode() + "\n"

    @classmethod
    def parse(cls, text: str) -> HostNote:
        if not text.endswith("\n"):
            raise Malformed("a host's note ends in a newline")
        f = Fields(decode(text[:-1].encode()), "host note")
        f.exactly("v", 1)
        f.exactly("type", "host_note")
        found = cls(
            f.formed("tenant", ID),
            f.formed("host", ID),
            f.integer("host_n"),
            instant.parse(f.text("time")),
            f.text("kind"),
            f.opt_formed("session", ID),
            f.mapping("body"),
        )
        f.done()
        return found

    def sign(self, key: SigningKey, origin: str) -> bytes:
        """The signed note's bytes, under `key_name(origin, host)`."""
        return sign_note(self.text, key_name(origin, self.host), key)


def _one_signature(data: bytes) -> Note:
    note = parse_note(data)
    if len(note.signatures) != 1:
        raise Malformed("a host's note has exactly one signature")
    return note


def claimed(data: bytes) -> HostNote:
    """What a note says, its signature unchecked: to learn whose key to ask for, and for nothing else."""
    return HostNote.parse(_one_signature(data).text)


def open_host_note(data: bytes, key: VerifierKey | tuple[str, PublicKey]) -> HostNote:
    """The note, if this host's agent signed it: by its vkey, or by (log origin, agent's key)."""
    note = _one_signature(data)
    found = HostNote.parse(note.text)
    if isinstance(key, VerifierKey):
        vkey = key
        if not vkey.name.endswith(key_name("", found.host)):
            raise BadSignature("the note speaks of another host than its signature")
    else:
        vkey = VerifierKey.log(key_name(key[0], found.host), key[1])
    note.check(vkey)
    return found
