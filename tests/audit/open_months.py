"""Frozen bundles about who may authorise (delegations, the key on paper, keys revoked at the host), and one year's log.

Months that are still open: no report and no token, so that each is the same bytes whenever it is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from audit import instant
from audit.estate_records import HostBarred, WarrantEnded
from audit.log_records import LogHeartbeat
from audit.record import Actor
from audit.request import Request
from audit.request_records import RequestWithdrawn
from audit.warrant import Delegation
from tests.audit.test_paper_key import PAPER, announce, object_, renewed, take
from tests.audit.verdicts import without
from tests.audit.world import ADS, HOST, TECHNICIAN, TENANT, TITOLARE, Twist, World


def _begun(twist: Twist | None = None) -> World:
    w = World(twist or Twist())
    w.twist.witnesses = 1
    w.onboard()
    w.until(2, 9)
    return w


def _session(w: World, request: Request) -> None:
    grant = w.approve(request, "waived")
    session = w.open(request, grant)
    w.start(session, grant)
    w.work(session, "c-00000001", 5)
    w.end(session, "closed_by_technician")


def _needs_delegation(twist: Twist | None = None) -> World:
    """The ADS may authorise under a delegation only."""
    w = _begun(twist)
    titolare, ads = w.approvers.approvers
    w.change_approvers(titolare, replace(ads, delegated=True))
    return w


def _delegated() -> World:
    w = _needs_delegation()
    given = w.warrant(_delegation(w))
    w.twist.approval = lambda a: replace(a, warrant=given)
    _session(w, w.ask(1)[0])
    return w


def _delegation(w: World) -> Delegation:
    day = instant.whole_ms(w.now)
    return Delegation(
        TENANT, "w-00000001", (ADS,), (HOST,), ("terminal", "exec"), ("GEST",), False, day, day + timedelta(days=30),
        demo_software=True,
    )  # fmt: skip


def _undelegated() -> World:
    """He signs without one. No grant comes of it, and the request is withdrawn."""
    w = _needs_delegation(Twist(leaf=without("grant.issued")))
    request, number = w.ask(1)
    w.approve(request, "waived")
    w.append(
        RequestWithdrawn(number), actor=Actor(TECHNICIAN, "technician"), opening={"reason": "Non serve più."}
    )  # fmt: skip
    return w


def _delegation_ended() -> World:
    """The titolare ends it between the approval and the session."""
    w = _needs_delegation()
    given = w.warrant(_delegation(w))
    w.twist.approval = lambda a: replace(a, warrant=given)
    request, _ = w.ask(1)
    grant = w.approve(request, "waived")
    w.append(WarrantEnded(given), actor=Actor(TITOLARE, "titolare"))
    w.open(request, grant)
    return w


def _paper(*, early: bool = False, objected: bool = False) -> World:
    """The titolare lost his phone: the key on paper announces his new one, taken after 72 hours, or one less."""
    w = _begun()
    held = w.approvers
    w.set_approvers(replace(held, number=2, previous=held.digest.hex(), paper_key=PAPER.public.text))
    w.until(3, 9)
    new, signed = renewed(w)
    announce(w, new, signed)
    if objected:
        object_(w, new)
    w.until(6, 8 if early else 9)
    take(w, new, signed)
    return w


def _paper_taken() -> World:
    w = _paper()
    w.twist.approver = "titolare"
    _session(w, w.ask(1)[0])
    return w


def _barred() -> World:
    """The ADS's key is revoked at the host, which begins all the same what he authorised."""
    w = _begun()
    request, _ = w.ask(1)
    grant = w.approve(request, "waived")
    session = w.open(request, grant)
    w.told(HostBarred("credential", hashlib.sha256(w.ads.credential).hexdigest(), ""))
    w.start(session, grant)
    w.end(session, "closed_by_technician")
    return w


def _beyond_its_year() -> World:
    """The log of 2026 goes on, the first day of 2027 in it."""
    w = _begun(Twist(turns=False))
    w.now = datetime(2026, 12, 31, 22, 50, tzinfo=UTC)
    w.append(LogHeartbeat("2026-12-31"))
    w.wait(minutes=15)
    w.append(LogHeartbeat("2027-01-01"))
    return w


OPEN_MONTHS: dict[str, tuple[Callable[[], World], str | None, str | None]] = {
    "delegated": (_delegated, None, None),
    "undelegated": (_undelegated, "UNAPPROVED", "undelegated"),
    "delegation-ended": (_delegation_ended, "UNAPPROVED", "undelegated"),
    "paper-key": (_paper_taken, None, None),
    "paper-key-early": (lambda: _paper(early=True), "UNAPPROVED", "paper_key"),
    "paper-key-objected": (lambda: _paper(objected=True), "UNAPPROVED", "paper_key"),
    "barred": (_barred, "UNAPPROVED", "barred"),
    "year": (_beyond_its_year, "INCOMPLETE", "shard_year"),
}
