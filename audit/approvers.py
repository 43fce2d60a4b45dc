"""Whose signature opens a session, and where they sign (FORMAT.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, cast

from audit import instant
from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import DIGEST, ID, KEY
from audit.statement import Statement, chained, one_of, without_none

ApproverRole = Literal["titolare", "ads", "vendor_ads"]
APPROVER_ROLES: tuple[ApproverRole, ...] = ("titolare", "ads")  # whom a policy may ask for by role
LINE_ROLES: tuple[ApproverRole, ...] = (*APPROVER_ROLES, "vendor_ads")


@dataclass(frozen=True, slots=True)
class Origin:
    """A WebAuthn relying party as agents pin it: rpId and the one origin with scheme and port."""

    rp_id: str
    origin: str

    def to_value(self) -> Value:
        return {"rp_id": self.rp_id, "origin": self.origin}

    @classmethod
    def from_value(cls, value: Value) -> Origin:
        f = Fields(value, "origin")
        found = cls(f.text("rp_id"), f.text("origin"))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Approver:
    """One line of the approver set. Appointments end; `public_key` is COSE, base64url.

    `delegated`, of an ADS: his approval counts under a delegation only. That of somebody of the vendor
    counts under a mandate only.
    """

    person: str
    role: ApproverRole
    credential: str
    public_key: str
    valid_from: datetime
    valid_until: datetime
    demo_software: bool = False
    delegated: bool = False

    def __post_init__(self) -> None:
        if self.delegated and self.role != "ads":
            raise Malformed("only an ADS is appointed under delegations")

    @property
    def needs(self) -> Literal["delegation", "mandate"] | None:
        """The type of warrant (`audit.warrant`) that his approval has to cite."""
        if self.role == "vendor_ads":
            return "mandate"
        return "delegation" if self.delegated else None

    def to_value(self) -> Value:
        return without_none(
            {
                "person": self.person,
                "role": self.role,
                "credential": self.credential,
                "public_key": self.public_key,
                "valid_from": instant.to_text(self.valid_from),
                "valid_until": instant.to_text(self.valid_until),
                "demo_software": self.demo_software or None,
                "delegated": self.delegated or None,
            }
        )

    @classmethod
    def from_value(cls, value: Value) -> Approver:
        f = Fields(value, "approver")
        found = cls(
            f.formed("person", ID),
            cast(ApproverRole, one_of(f.text("role"), LINE_ROLES, "an approver's role")),
            f.text("credential"),
            f.text("public_key"),
            instant.parse(f.text("valid_from")),
            instant.parse(f.text("valid_until")),
            f.flag("demo_software"),
            f.flag("delegated"),
        )
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Approvers(Statement):
    """The set of people whose signature opens a session, numbered and chained.

    Number 1 is signed by the titolare it names; each later one by a titolare of its predecessor, or by the
    key on paper that the predecessor names (`audit.paper_key`).
    """

    TYPE: ClassVar[str] = "approvers"

    tenant: str
    number: int
    previous: str | None
    signing: Origin
    approvers: tuple[Approver, ...]
    paper_key: str | None = None

    def to_value(self) -> Value:
        return without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "number": self.number,
                "previous": self.previous,
                "signing": self.signing.to_value(),
                "approvers": [a.to_value() for a in self.approvers],
                "paper_key": self.paper_key,
            }
        )

    def by_credential(self, credential: str) -> Approver | None:
        return next((a for a in self.approvers if a.credential == credential), None)

    @classmethod
    def from_fields(cls, f: Fields) -> Approvers:
        found = cls(
            f.formed("tenant", ID),
            f.integer("number"),
            f.opt_formed("previous", DIGEST),
            Origin.from_value(f.mapping("signing")),
            tuple(Approver.from_value(a) for a in f.items("approvers")),
            f.opt_formed("paper_key", KEY),
        )
        chained(found.number, found.previous)
        if not any(a.role == "titolare" for a in found.approvers):
            raise Malformed("an approver set names at least one titolare")
        if len({a.credential for a in found.approvers}) != len(found.approvers):
            raise Malformed("an approver set names a credential twice")
        return found
