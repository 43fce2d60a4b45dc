"""The customer's rules, which his titolare signs (FORMAT.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, cast

from audit import terms
from audit.approvers import APPROVER_ROLES, ApproverRole
from audit.bare_host import BareHost, read_bare_hosts
from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.external_witness import ExternalWitness, read_external
from audit.folders import FolderLine, allowed, read_folders
from audit.forms import CODE, DIGEST, ID, LINE, RECIPIENT
from audit.named_ports import NamedPort, read_environment, read_ports
from audit.recording_rules import RecordingRules
from audit.statement import MAX_LENGTH_S, Statement, chained, one_of, without_none
from audit.statement_parts import CHANNEL_KINDS, Account, ChannelKind

Preset = Literal["nis2", "pci_dss"]
PRESETS: tuple[Preset, ...] = ("nis2", "pci_dss")  # whose demands the rules keep


@dataclass(frozen=True, slots=True)
class Tool:
    """A licensed remote-control tool the customer allows: how to start, watch and stop it.

    `adapter` names what the agent knows of it, and may then say how it is started. `resident`: it may
    run always; only a connection through it needs a grant.
    """

    id: str
    start: tuple[str, ...]
    watch: tuple[str, ...]
    stop_grace_s: int
    adapter: str | None = None
    resident: bool = False

    def to_value(self) -> Value:
        value: dict[str, Value] = {
            "id": self.id,
            "start": list(self.start),
            "watch": list(self.watch),
            "stop_grace_s": self.stop_grace_s,
        }
        if self.adapter is not None:
            value["adapter"] = self.adapter
        if self.resident:
            value["resident"] = True
        return value

    @classmethod
    def from_value(cls, value: Value) -> Tool:
        f = Fields(value, "tool")
        found = cls(
            f.formed("id", LINE),
            f.texts("start"),
            f.texts("watch"),
            f.integer("stop_grace_s"),
            f.opt_formed("adapter", CODE),
            f.flag("resident"),
        )
        f.done()
        if not (found.start or found.adapter) or not 0 <= found.stop_grace_s <= 60:
            raise Malformed(
                "a tool needs a command, or an adapter that has one, and a stop grace of 0 to 60 s"
            )
        return found


@dataclass(frozen=True, slots=True)
class Policy(Statement):
    """The customer's rules, numbered and chained; its digest stands in every request.

    `witnesses` is how many a head needs, of the hosts and of `external` together.
    `accounts` maps host id to the local account sessions run as there. `desk` is what the person at
    the desk gets: `inform` or `consent`. `offline` is what the agent does when the broker is gone
    during a session: `end` or `continue` (never past the grant). So many people approve a request as
    `approvals` says, among them at least so many of a role as `roles` says.
    """

    TYPE: ClassVar[str] = "policy"

    tenant: str
    number: int
    previous: str | None
    channels: tuple[ChannelKind, ...]
    tools: tuple[Tool, ...]
    accounts: tuple[tuple[str, Account], ...]
    supervision: Literal["required", "waivable"]
    desk: Literal["inform", "consent"]
    offline: Literal["end", "continue"]
    longest_s: int
    window_s: int
    approvals: int
    witnesses: int
    external: tuple[ExternalWitness, ...] = ()
    retention: tuple[tuple[str, int], ...] = ()  # months by class (audit.terms), where not the usual
    recipient: str | None = None  # the titolare's own, age1…: what is sealed is sealed for him too
    roles: tuple[tuple[ApproverRole, int], ...] = ()
    recording: RecordingRules | None = None
    folders: tuple[FolderLine, ...] = ()  # where files of a session may be, at most
    ports: tuple[NamedPort, ...] = ()
    environment: tuple[str, ...] = ()  # variables that a technician's ssh may send
    bare_hosts: tuple[BareHost, ...] = ()  # without an agent: sessions there are declared only
    presets: tuple[Preset, ...] = ()

    def to_value(self) -> Value:
        return without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "number": self.number,
                "previous": self.previous,
                "channels": list(self.channels),
                "tools": [t.to_value() for t in self.tools],
                "accounts": [{"host": host, "account": a.to_value()} for host, a in self.accounts],
                "supervision": self.supervision,
                "desk": self.desk,
                "offline": self.offline,
                "longest_s": self.longest_s,
                "window_s": self.window_s,
                "approvals": self.approvals,
                "witnesses": self.witnesses,
                "external_witnesses": [w.to_value() for w in self.external] or None,
                "retention": dict(self.retention) or None,
                "recipient": self.recipient,
                "roles": [{"role": role, "count": count} for role, count in self.roles] or None,
                "recording": None if self.recording is None else self.recording.to_value(),
                "folders": [line.to_value() for line in self.folders] or None,
                "ports": [p.to_value() for p in self.ports] or None,
                "environment": list(self.environment) or None,
                "bare_hosts": [one.to_value() for one in self.bare_hosts] or None,
                "presets": list(self.presets) or None,
            }
        )

    def lets(self, place: FolderLine) -> bool:
        """Whether files may be in this folder, and go that way."""
        return allowed(place, self.folders)

    def account_of(self, host: str) -> Account | None:
        return dict(self.accounts).get(host)

    def tool(self, tool_id: str) -> Tool | None:
        return next((t for t in self.tools if t.id == tool_id), None)

    def port(self, port_id: str) -> NamedPort | None:
        return next((p for p in self.ports if p.id == port_id), None)

    def bare_host(self, host: str) -> BareHost | None:
        return next((one for one in self.bare_hosts if one.id == host), None)

    @classmethod
    def from_fields(cls, f: Fields) -> Policy:
        tools = tuple(Tool.from_value(t) for t in f.items("tools"))
        found = cls(
            tenant=f.formed("tenant", ID),
            number=f.integer("number"),
            previous=f.opt_formed("previous", DIGEST),
            channels=tuple(
                cast(ChannelKind, one_of(c, CHANNEL_KINDS, "a channel")) for c in f.texts("channels")
            ),
            tools=tools,
            accounts=tuple(_account_line(line) for line in f.items("accounts")),
            supervision=cast(
                Literal["required", "waivable"],
                one_of(f.text("supervision"), ("required", "waivable"), "supervision"),
            ),
            desk=cast(Literal["inform", "consent"], one_of(f.text("desk"), ("inform", "consent"), "desk")),
            offline=cast(
                Literal["end", "continue"], one_of(f.text("offline"), ("end", "continue"), "offline")
            ),
            longest_s=f.integer("longest_s"),
            window_s=f.integer("window_s"),
            approvals=f.integer("approvals"),
            witnesses=f.integer("witnesses"),
            external=read_external(f.opt_items("external_witnesses")),
            retention=_retention(f.opt_mapping("retention")),
            recipient=f.opt_formed("recipient", RECIPIENT),
            roles=_roles(f),
            recording=RecordingRules.from_value(f.mapping("recording")) if f.has("recording") else None,
            folders=read_folders(f.opt_items("folders")),
            ports=read_ports(f.opt_items("ports")),
            environment=read_environment(f.opt_items("environment")),
            bare_hosts=read_bare_hosts(f.opt_items("bare_hosts"), {one.id for one in tools}),
            presets=_presets(f.opt_items("presets")),
        )
        found._check()
        return found

    def _check(self) -> None:
        if not (0 < self.longest_s <= MAX_LENGTH_S and 0 < self.window_s <= MAX_LENGTH_S):
            raise Malformed("a policy's longest session or window is empty, or longer than a year")
        chained(self.number, self.previous)
        if not 1 <= self.approvals <= 8 or not 0 <= self.witnesses <= 1000:
            raise Malformed("a policy asks for 1 to 8 approvals and 0 to 1000 witnesses")
        if sum(count for _, count in self.roles) > self.approvals:
            raise Malformed("a policy asks for more people of a role than people")


def _retention(chosen: dict[str, Value] | None) -> tuple[tuple[str, int], ...]:
    if chosen is None:
        return ()
    if not chosen:
        raise Malformed("terms are written though none is chosen")
    terms.check(chosen)
    return tuple(sorted(chosen.items()))


def _roles(f: Fields) -> tuple[tuple[ApproverRole, int], ...]:
    """Absent where any role does; else each role once, in the one order."""
    lines = f.opt_items("roles")
    if lines is None:
        return ()
    found: list[tuple[ApproverRole, int]] = []
    for line in lines:
        one = Fields(line, "role line")
        role = one_of(one.text("role"), APPROVER_ROLES, "an approver's role")
        found.append((cast(ApproverRole, role), one.integer("count")))
        one.done()
    order = [role for role in APPROVER_ROLES if any(role == named for named, _ in found)]
    if not found or [role for role, _ in found] != order or any(not 1 <= count <= 8 for _, count in found):
        raise Malformed("a policy names each role once, titolare before ads, for 1 to 8 people")
    return tuple(found)


def _presets(named: list[Value] | None) -> tuple[Preset, ...]:
    """Absent where there are none; else each once, in the one order."""
    if named is None:
        return ()
    found = tuple(one for one in PRESETS if one in named)
    if not found or list(found) != named:
        raise Malformed("a policy names each preset it keeps once, nis2 before pci_dss")
    return found


def _account_line(value: Value) -> tuple[str, Account]:
    f = Fields(value, "account line")
    found = f.formed("host", ID), Account.from_value(f.mapping("account"))
    f.done()
    return found
