"""Parts that several statements share (FORMAT.md §4): channel, host, technician, account, activity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, cast

from audit.canonical import Fields, Value, b64
from audit.errors import Malformed
from audit.folders import Direction, FolderLine, read_direction
from audit.forms import FOLDER, ID, KEY, LINE
from audit.named_ports import NamedPort
from audit.statement import one_of, without_none

ChannelKind = Literal["terminal", "exec", "files", "forward", "desktop", "tool"]
CHANNEL_KINDS: tuple[ChannelKind, ...] = ("terminal", "exec", "files", "forward", "desktop", "tool")


@dataclass(frozen=True, slots=True)
class Channel:
    """One thing the session may do. `tool` names the licensed tool of the policy, for kind tool;
    `port` is the policy's own line, for kind forward: whoever signs reads where it leads.

    One of kind files names a `folder` and in which `direction` its files may go; several may be named.
    A desktop is seen only, unless `control` lets its mouse and keyboard be used, and `clipboard` besides
    what is copied there be exchanged.
    """

    kind: ChannelKind
    tool: str | None = None
    port: NamedPort | None = None
    folder: str | None = None
    direction: Direction | None = None
    control: bool = False
    clipboard: bool = False

    def __post_init__(self) -> None:
        if (self.kind == "files") != (self.place is not None) or (self.folder is None) != (
            self.direction is None
        ):
            raise Malformed("a channel for files names its folder and direction, and no other channel does")
        if (self.kind == "tool") != (self.tool is not None):
            raise Malformed("a tool channel names its tool, and no other channel does")
        if (self.kind == "forward") != (self.port is not None):
            raise Malformed("a forward channel names its port, and no other channel does")
        if (self.control and self.kind != "desktop") or (self.clipboard and not self.control):
            raise Malformed("only a desktop is controlled, and only a controlled one has its clipboard")

    def to_value(self) -> Value:
        return without_none(
            {
                "kind": self.kind,
                "tool": self.tool,
                "port": None if self.port is None else self.port.to_value(),
                "folder": self.folder,
                "direction": self.direction,
                "control": self.control or None,
                "clipboard": self.clipboard or None,
            }
        )

    @property
    def place(self) -> FolderLine | None:
        """Where the files of a channel for files may be."""
        if self.folder is None or self.direction is None:
            return None
        return FolderLine(self.folder, self.direction)

    @classmethod
    def from_value(cls, value: Value) -> Channel:
        f = Fields(value, "channel")
        kind = one_of(f.text("kind"), CHANNEL_KINDS, "a channel")
        found = cls(
            cast(ChannelKind, kind),
            f.opt_text("tool"),
            NamedPort.from_value(f.mapping("port")) if f.has("port") else None,
            folder=f.opt_formed("folder", FOLDER),
            direction=read_direction(f.text("direction")) if f.has("direction") else None,
            control=f.flag("control"),
            clipboard=f.flag("clipboard"),
        )
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class HostKey:
    """A host as statements name it: opaque id and its agent's Ed25519 identity key (base64url)."""

    id: str
    agent_key: str

    def to_value(self) -> Value:
        return {"id": self.id, "agent_key": self.agent_key}

    @classmethod
    def from_value(cls, value: Value) -> HostKey:
        f = Fields(value, "host")
        found = cls(f.formed("id", ID), f.formed("agent_key", KEY))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class LoginCredential:
    """A technician's login passkey: credential id and COSE public key, both base64url."""

    id: str
    public_key: str
    demo_software: bool = False

    def to_value(self) -> Value:
        return without_none(
            {"id": self.id, "public_key": self.public_key, "demo_software": self.demo_software or None}
        )

    @classmethod
    def from_value(cls, value: Value) -> LoginCredential:
        f = Fields(value, "login credential")
        found = cls(f.text("id"), f.text("public_key"), f.flag("demo_software"))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Technician:
    """Who will work: pseudonym, organisation, and the keys that count as him.

    `ssh_keys` are OpenSSH fingerprints, ``SHA256:…``.
    """

    id: str
    organisation: str
    login_credentials: tuple[LoginCredential, ...]
    ssh_keys: tuple[str, ...]

    def login(self, credential: bytes) -> LoginCredential | None:
        """The passkey of his with this credential id."""
        return next((c for c in self.login_credentials if c.id == b64(credential)), None)

    def to_value(self) -> Value:
        return {
            "id": self.id,
            "organisation": self.organisation,
            "login_credentials": [c.to_value() for c in self.login_credentials],
            "ssh_keys": list(self.ssh_keys),
        }

    @classmethod
    def from_value(cls, value: Value) -> Technician:
        f = Fields(value, "technician")
        found = cls(
            f.formed("id", ID),
            f.formed("organisation", ID),
            tuple(LoginCredential.from_value(c) for c in f.items("login_credentials")),
            f.texts("ssh_keys"),
        )
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Account:
    """The local account a session runs as; `administrator`: it could change Verbale itself."""

    name: str
    administrator: bool

    def to_value(self) -> Value:
        return {"name": self.name, "administrator": self.administrator}

    @classmethod
    def from_value(cls, value: Value) -> Account:
        f = Fields(value, "account")
        found = cls(f.formed("name", LINE), f.boolean("administrator"))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity code of requirements §1.5 and whether it is assistance or training."""

    code: str
    type: Literal["ASS", "FOR"]

    CODES: ClassVar[tuple[str, ...]] = (
        "GEST", "PROC", "OFFICE", "CRED", "LAN", "CLOUD", "SERV", "BKP", "RST", "IMG", "AGG", "SCAN", "POL",
    )  # fmt: skip

    def to_value(self) -> Value:
        return {"code": self.code, "type": self.type}

    @classmethod
    def from_value(cls, value: Value) -> Activity:
        f = Fields(value, "activity")
        code = one_of(f.text("code"), cls.CODES, "an activity code")
        kind = one_of(f.text("type"), ("ASS", "FOR"), "an activity type")
        f.done()
        return cls(code, cast(Literal["ASS", "FOR"], kind))
