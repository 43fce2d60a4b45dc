"""A statement and the passkey assertion over it, and the enrolment file made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from audit import passkey, statement, statements
from audit.approvers import Origin
from audit.canonical import Fields, Value, b64, decode, encode, unb64
from audit.errors import Malformed
from audit.paper_key import Objection
from audit.passkey import Assertion
from audit.statement import MAX_STATEMENT_BYTES, Statement
from audit.statements import AnyStatement
from audit.warrant import Delegation, Mandate, Warrant

MAX_FILE_BYTES = 1024 * 1024  # years of approver sets and policies; a usual file is 10 KiB
MAX_CODE = 128
PARSERS: dict[str, Callable[[bytes], AnyStatement | Warrant | Objection]] = {
    **statements.PARSERS,
    Delegation.TYPE: Delegation.parse,
    Mandate.TYPE: Mandate.parse,
    Objection.TYPE: Objection.parse,
}


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """Statement bytes as they were signed, and the assertion whose challenge is their digest.

    `paper`: of an approver set, the signature of the key on paper (`audit.paper_key`), where it stands for
    that of a titolare of the set before.
    """

    statement: bytes
    assertion: Assertion
    paper: bytes | None = None

    def read(self) -> AnyStatement | Warrant | Objection:
        """The statement, its signature unchecked; of whichever type it says it is."""
        value = decode(self.statement, max_bytes=MAX_STATEMENT_BYTES)
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in PARSERS:
            raise Malformed("a statement of a type nobody knows")
        return PARSERS[kind](self.statement)

    @property
    def digest(self) -> bytes:
        """What the statement is known by: the 32 bytes of its challenge."""
        return statement.digest(self.read().TYPE, self.statement)

    @property
    def credential(self) -> str:
        """The credential id as approver sets spell it (base64url): who says he signed."""
        return b64(self.assertion.credential)

    def check(self, site: Origin, public_key: str, kind: type[Statement] | None = None) -> Statement:
        """The statement, if this passkey signed it on this page; `BadSignature` or `Malformed`. `kind` is the
        class of one that no agent reads."""
        found = self.read() if kind is None else kind.parse(self.statement)
        challenge = statement.digest(found.TYPE, self.statement)
        passkey.check(self.assertion, challenge=challenge, site=site, public_key=public_key)
        return found

    def to_value(self) -> Value:
        value: dict[str, Value] = {"statement": b64(self.statement), "assertion": self.assertion.to_value()}
        return value if self.paper is None else value | {"paper": b64(self.paper)}

    @classmethod
    def from_value(cls, value: Value) -> SignedStatement:
        f = Fields(value, "signed statement")
        data = unb64(f.text("statement"), max_bytes=MAX_STATEMENT_BYTES)
        paper = f.raw("paper", length=64) if f.has("paper") else None
        found = cls(data, Assertion.from_value(f.mapping("assertion")), paper)
        f.done()
        return found

    def encode(self) -> bytes:
        return encode(self.to_value(), max_bytes=MAX_FILE_BYTES)

    @classmethod
    def parse(cls, data: bytes) -> SignedStatement:
        return cls.from_value(decode(data, max_bytes=MAX_FILE_BYTES))


@dataclass(frozen=True, slots=True)
class EnrolmentFile:
    """What a host is enrolled with: the pins and the chains behind them, each from number 1.

    `code` is the one-time code where the file carries it. Check with `pins.check_chain`.
    """

    enrolment: SignedStatement
    approvers: tuple[SignedStatement, ...]
    policies: tuple[SignedStatement, ...]
    code: str | None = None

    def encode(self) -> bytes:
        value: dict[str, Value] = {
            "v": 1,
            "type": "enrolment_file",
            "enrolment": self.enrolment.to_value(),
            "approvers": [s.to_value() for s in self.approvers],
            "policies": [s.to_value() for s in self.policies],
        }
        if self.code is not None:
            value["code"] = self.code
        return encode(value, max_bytes=MAX_FILE_BYTES)

    @classmethod
    def parse(cls, data: bytes) -> EnrolmentFile:
        f = Fields(decode(data, max_bytes=MAX_FILE_BYTES), "enrolment file")
        f.exactly("v", 1)
        f.exactly("type", "enrolment_file")
        found = cls(
            SignedStatement.from_value(f.mapping("enrolment")),
            tuple(SignedStatement.from_value(s) for s in f.items("approvers")),
            tuple(SignedStatement.from_value(s) for s in f.items("policies")),
            f.opt_text("code"),
        )
        f.done()
        if not found.approvers or not found.policies:
            raise Malformed("an enrolment file holds at least one approver set and one policy")
        if found.code is not None and not 0 < len(found.code) <= MAX_CODE:
            raise Malformed("a one-time code is empty or too long")
        return found
