"""Every legal move of a request and of a session: from which state, by which record, into which.

One table for both. The functions of `request` and `session` make the moves, the store refuses to write
one that is not listed here, and each writes exactly one record of the kind named.
"""

from __future__ import annotations

from typing import NamedTuple


class Move(NamedTuple):
    """An edge: state, kind of the record that makes the move, state behind it."""

    before: str
    kind: str
    after: str


NEW = "new"

REQUEST_MOVES: frozenset[Move] = frozenset(
    {
        Move(NEW, "request.opened", "awaiting_approval"),
        Move("awaiting_approval", "approval.given", "awaiting_approval"),
        Move("awaiting_approval", "identity.shown", "awaiting_approval"),
        Move("awaiting_approval", "clarification.asked", "awaiting_approval"),
        Move("awaiting_approval", "clarification.answered", "awaiting_approval"),
        Move("awaiting_approval", "grant.issued", "approved"),
        Move("awaiting_approval", "approval.refused", "rejected"),
        Move("rejected", "approval.refusal_explained", "rejected"),
        Move("awaiting_approval", "approval.withdrawn", "revoked"),
        Move("awaiting_approval", "request.withdrawn", "withdrawn"),
        Move("awaiting_approval", "request.lapsed", "lapsed"),
        Move("awaiting_approval", "request.solved_by_customer", "solved_by_customer"),
        Move("approved", "supervision.taken", "supervised"),
        # Again for each page the watcher watches with.
        Move("supervised", "supervision.taken", "supervised"),
        Move("opened", "supervision.taken", "opened"),
        Move("approved", "session.opened", "opened"),
        Move("approved", "approval.withdrawn", "revoked"),
        Move("approved", "request.withdrawn", "withdrawn"),
        Move("approved", "request.lapsed", "lapsed"),
        Move("approved", "request.solved_by_customer", "solved_by_customer"),
        Move("supervised", "session.opened", "opened"),
        Move("supervised", "approval.withdrawn", "revoked"),
        Move("supervised", "request.withdrawn", "withdrawn"),
        Move("supervised", "request.lapsed", "lapsed"),
        Move("supervised", "request.solved_by_customer", "solved_by_customer"),
        Move("opened", "approval.withdrawn", "revoked"),
        # On a host without an agent.
        Move("awaiting_approval", "declared.allowed", "approved"),
        Move("approved", "declared.began", "opened"),
    }
)

# Of a session that its technician declares.
DECLARED_MOVES: frozenset[Move] = frozenset(
    {
        Move(NEW, "declared.allowed", "allowed"),
        Move("allowed", "declared.began", "underway"),
        Move("underway", "declared.ended", "ended"),
        Move("underway", "declared.presumed_ended", "presumed_ended"),
        Move("ended", "session.closed", "ended"),
        Move("presumed_ended", "session.closed", "presumed_ended"),
    }
)

SESSION_MOVES: frozenset[Move] = frozenset(
    {
        Move(NEW, "grant.issued", "granted"),
        Move("granted", "session.opened", "opening"),
        Move("granted", "grant.revoked", "revoked"),
        Move("granted", "grant.expired", "expired"),
        Move("opening", "session.started", "active"),
        Move("opening", "session.refused", "refused"),
        Move("opening", "session.ended", "ended"),
        Move("opening", "session.presumed_ended", "presumed_ended"),
        Move("opening", "session.stop_ordered", "opening"),
        Move("opening", "grant.revoked", "opening"),
        Move("active", "session.ended", "ended"),
        Move("active", "session.presumed_ended", "presumed_ended"),
        Move("active", "session.stop_ordered", "active"),
        Move("active", "session.closed", "active"),
        Move("active", "grant.revoked", "active"),
        Move("active", "session.paused", "paused"),
        Move("paused", "session.resumed", "active"),
        Move("paused", "session.ended", "ended"),
        Move("paused", "session.presumed_ended", "presumed_ended"),
        Move("paused", "session.stop_ordered", "paused"),
        Move("paused", "session.closed", "paused"),
        Move("paused", "grant.revoked", "paused"),
        # The agent was only out of reach: what it tells later is a fact, whatever had been presumed.
        Move("presumed_ended", "session.started", "presumed_ended"),
        Move("presumed_ended", "session.refused", "refused"),
        Move("presumed_ended", "session.ended", "ended"),
        Move("presumed_ended", "session.stop_ordered", "presumed_ended"),
        Move("presumed_ended", "session.closed", "presumed_ended"),
        Move("presumed_ended", "grant.revoked", "presumed_ended"),
        Move("ended", "session.closed", "ended"),
    }
)


class IllegalMove(RuntimeError):
    """A bug: a case tried to write a move that the table doesn't list. Nothing was committed."""


def check(table: frozenset[Move], before: str, kind: str, after: str) -> None:
    """Return if the move is listed."""
    if Move(before, kind, after) not in table:
        raise IllegalMove(f"{before} cannot become {after} by {kind}")
