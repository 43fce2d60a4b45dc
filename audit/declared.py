"""A session on a host without an agent: what is asked, and what its technician declares (FORMAT.md §4).

Statements of their own beside `Request`, because they name no agent's key: no host judges them, none attests
what followed, and whoever signs reads just that. No grant is made of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, cast

from audit import instant
from audit.approvers import Origin
from audit.bare_host import BareHost
from audit.canonical import Fields, Value, b64
from audit.errors import Malformed
from audit.forms import DIGEST, ID
from audit.statement import MAX_LENGTH_S, Statement, one_of
from audit.statement_parts import Account, Activity, Channel, Technician

Declared = Literal["began", "ended"]
DECLARED: tuple[Declared, ...] = ("began", "ended")
# What whoever signs must have read: nobody but the technician says what happened there, and when.
ATTESTED = "no"
TIMES = "technician"


@dataclass(frozen=True, slots=True)
class DeclaredRequest(Statement):
    """What the technician asks for. Its `host` is the policy's own line; `login` is where he signs his start
    and his end. It is never recorded and never watched."""

    TYPE: ClassVar[str] = "declared_request"
    recording: ClassVar[bool] = False

    tenant: str
    request: str
    created: datetime
    host: BareHost
    technician: Technician
    login: Origin
    incident: str
    texts: str
    activities: tuple[Activity, ...]
    not_before: datetime
    not_after: datetime
    longest_s: int
    policy: str
    head: str
    nonce: bytes

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The licensed tool, and nothing else."""
        return (Channel("tool", self.host.tool),)

    @property
    def account(self) -> Account:
        """Nobody can say as whom he will work: it counts as an administrator's."""
        return Account("?", administrator=True)

    def to_value(self) -> Value:
        return {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "request": self.request,
            "created": instant.to_text(self.created),
            "host": self.host.to_value(),
            "attested": ATTESTED,
            "times": TIMES,
            "technician": self.technician.to_value(),
            "login": self.login.to_value(),
            "incident": self.incident,
            "texts": self.texts,
            "activities": [a.to_value() for a in self.activities],
            "not_before": instant.to_text(self.not_before),
            "not_after": instant.to_text(self.not_after),
            "longest_s": self.longest_s,
            "policy": self.policy,
            "head": self.head,
            "nonce": b64(self.nonce),
        }

    @classmethod
    def from_fields(cls, f: Fields) -> DeclaredRequest:
        f.exactly("attested", ATTESTED)
        f.exactly("times", TIMES)
        found = cls(
            tenant=f.formed("tenant", ID),
            request=f.formed("request", ID),
            created=instant.parse(f.text("created")),
            host=BareHost.from_value(f.mapping("host")),
            technician=Technician.from_value(f.mapping("technician")),
            login=Origin.from_value(f.mapping("login")),
            incident=f.formed("incident", ID),
            texts=f.formed("texts", DIGEST),
            activities=tuple(Activity.from_value(a) for a in f.items("activities")),
            not_before=instant.parse(f.text("not_before")),
            not_after=instant.parse(f.text("not_after")),
            longest_s=f.integer("longest_s"),
            policy=f.formed("policy", DIGEST),
            head=f.text("head"),
            nonce=f.raw("nonce", length=32),
        )
        if not found.activities:
            raise Malformed("a request names at least one activity")
        if found.not_after <= found.not_before or not 0 < found.longest_s <= MAX_LENGTH_S:
            raise Malformed("a request's window or longest session is empty")
        return found


@dataclass(frozen=True, slots=True)
class Declaration(Statement):
    """The technician says that he began, or ended, at `at`: signed with a login passkey that the request names.

    `request` is the digest in hex of the `declared_request`.
    """

    TYPE: ClassVar[str] = "declaration"

    tenant: str
    session: str
    request: str
    host: str
    technician: str
    what: Declared
    at: datetime

    def to_value(self) -> Value:
        return {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "session": self.session,
            "request": self.request,
            "host": self.host,
            "technician": self.technician,
            "what": self.what,
            "at": instant.to_text(self.at),
        }

    @classmethod
    def from_fields(cls, f: Fields) -> Declaration:
        return cls(
            tenant=f.formed("tenant", ID),
            session=f.formed("session", ID),
            request=f.formed("request", DIGEST),
            host=f.formed("host", ID),
            technician=f.formed("technician", ID),
            what=cast(Declared, one_of(f.text("what"), DECLARED, "what is declared")),
            at=instant.parse(f.text("at")),
        )
