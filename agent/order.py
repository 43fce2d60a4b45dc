"""An order to open a session as the broker sends it: its parts read, none of them believed yet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from agent.wire import frames
from audit.canonical import unb64
from audit.commitment import Opening
from audit.errors import Malformed
from audit.grant import SignedGrant
from audit.passkey import Assertion
from audit.signed import SignedStatement
from audit.statement import MAX_STATEMENT_BYTES

MAX_APPROVALS = 16  # twice what a policy can ask for


@dataclass(frozen=True, slots=True)
class LeafProof:
    """A leaf and where it lies in the tree of the order's head."""

    leaf: bytes
    index: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class NameProof:
    """Whom a pseudonym names: the opening, and the leaf that commits to it."""

    admitted: LeafProof
    opening: Opening


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """The parts of an `open` frame; judge them with `agent.policy.decide`."""

    session: str
    grant: SignedGrant
    request: bytes
    approvals: tuple[SignedStatement, ...]
    activation: Assertion
    texts: Opening
    names: tuple[NameProof, ...]
    opened: LeafProof
    supervision: LeafProof | None
    check_in: SignedStatement | None
    checkpoint: bytes
    old_size: int
    consistency: tuple[bytes, ...]
    salt: bytes
    warrants: tuple[SignedStatement, ...] = ()

    @classmethod
    def read(cls, frame: frames.Open) -> OpenOrder:
        """`Malformed` if a part has not its form."""
        warrants = frame.warrants or ()
        if max(len(frame.approvals), len(frame.names), len(warrants)) > MAX_APPROVALS:
            raise Malformed("an order with too many approvals, names or warrants")
        return cls(
            session=frame.session,
            grant=SignedGrant.from_value(frame.grant),
            request=unb64(frame.request, max_bytes=MAX_STATEMENT_BYTES),
            approvals=tuple(SignedStatement.from_value(a) for a in frame.approvals),
            activation=Assertion.from_value(frame.activation),
            texts=Opening.from_value(frame.texts),
            names=tuple(
                NameProof(_leaf_proof(n.admitted), Opening.from_value(n.opening)) for n in frame.names
            ),
            opened=_leaf_proof(frame.opened),
            supervision=None if frame.supervision is None else _leaf_proof(frame.supervision),
            check_in=None if frame.check_in is None else SignedStatement.from_value(frame.check_in),
            checkpoint=frame.head.checkpoint.encode(),
            old_size=frame.head.old_size,
            consistency=tuple(bytes.fromhex(h) for h in frame.head.proof),
            salt=unb64(frame.salt),
            warrants=tuple(SignedStatement.from_value(one) for one in warrants),
        )


def _leaf_proof(part: frames.LeafProof) -> LeafProof:
    return LeafProof(unb64(part.leaf), part.index, tuple(bytes.fromhex(h) for h in part.proof))


def grant_digest(data: bytes) -> str:
    """`Grant.digest` in hex, also of bytes that are no grant: what a refusal can cite."""
    return hashlib.sha256(b"verbale/grant/v1\n" + data).hexdigest()
