"""Step 11, second half: what the log says was erased, and whether that was lawful then (FORMAT.md §12).

An erasure before its term that the titolare did not sign, or while a hold was in force, is WITHHELD:
somebody hides a text behind a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import NamedTuple

from audit import duty_records, instant, statement
from audit.declared_records import DeclaredAllowed
from audit.erasure import Erasure
from audit.erasure_records import ErasureDecided, ErasureExecuted, HoldLifted, HoldPlaced
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.log_records import ReportIssued
from audit.periods import NoZones, knows_zone, zone_of
from audit.person_records import PersonAdmitted, TenantOpened
from audit.record import RetainClass
from audit.recording_records import RecordingOpened
from audit.records import KINDS
from audit.retention import ends
from audit.session_records import SessionOpened
from audit.terms import months, shortest
from audit.verify_approvals import READING, SKEW
from audit.verify_chain import Chain, EvidenceOf
from audit.verify_openings import Openings

# Kinds that tell of an access or an authorisation, and the fields in which each names people beside its actor.
_NAMING = ("person", "watcher", "by", "approver")


def _naming(retain: RetainClass) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(f.name for f in fields(kind) if f.name in _NAMING)
        for name, kind in KINDS.items()
        if retain == kind.RETAIN
    }


ACCESSES = _naming("access")
_AUTHORISATIONS = _naming("authorisation")


# What it has to know beside texts and accesses; most records of a log are none of these.
_TOLD = frozenset(
    kind.KIND
    for kind in (
        TenantOpened, SessionOpened, ReportIssued, ErasureDecided,
        ErasureExecuted, HoldPlaced, HoldLifted, RecordingOpened,
        DeclaredAllowed,
        duty_records.LeavingConfirmed, duty_records.CustomerLeft,
    )
)  # fmt: skip


class Erasable(NamedTuple):
    """What a record keeps outside the log: a text, a report's files, a recording's segments. `since` is when its term began."""

    retain: RetainClass
    since: datetime
    request: str | None = None
    report: str | None = None
    person: str | None = None


def _seen(last: dict[str | None, datetime], person: str | None, at: datetime) -> None:
    before = last.get(person)
    last[person] = at if before is None else max(before, at)


class Erasures:
    """Feed every leaf in order, after `Chain` has had it; then `close`. `erased` are records whose text
    or files a record says were erased, lawfully or not: `lawful` are those among them."""

    KINDS = frozenset(ACCESSES) | frozenset(_AUTHORISATIONS) | Openings.KINDS | _TOLD
    PASSED = frozenset(ACCESSES) - _TOLD  # who had an access, and when the last: that may be told at once

    def __init__(self, chain: Chain, evidence_of: EvidenceOf, judge: Judgement) -> None:
        self._chain = chain
        self._evidence_of = evidence_of
        self._judge = judge
        self._zone = ""
        self._kept: dict[int, Erasable] = {}
        self._request_of: dict[str, str] = {}  # session -> request
        self._accessed: dict[str | None, datetime] = {}  # person -> the last access under his name
        self._authorised: dict[str | None, datetime] = {}  # and the last authorisation
        self._holds: dict[str, tuple[str | None, str]] = {}  # hold -> (request, role of who placed it)
        self._decisions: dict[int, Erasure] = {}
        self._last: datetime | None = None
        self._leaves = ""  # the last day of a customer that leaves
        self._left = False  # that customer is gone: the shortest terms count
        self.erased: set[int] = set()
        self.lawful: set[int] = set()
        self.unjudged = False  # this machine knows no zones

    def feed(self, leaf: Leaf) -> None:
        record, at = leaf.record, leaf.time
        kind = record.KIND
        last, names = self._accessed, ACCESSES.get(kind)
        if names is None:
            last, names = self._authorised, _AUTHORISATIONS.get(kind)
        if names is not None:
            who = leaf.actor.id
            _seen(last, who, at)
            for name in names:
                person = getattr(record, name)
                if person != who:
                    _seen(last, person, at)
        if kind in _TOLD:
            self._tell(leaf)
        if leaf.sealed is not None:
            self._kept[leaf.n] = self._text(leaf)

    def _tell(self, leaf: Leaf) -> None:
        match leaf.record:
            case TenantOpened(zone=zone):
                self._zone = zone
            case SessionOpened(request=request) | DeclaredAllowed(request=request) if leaf.session:
                self._request_of.setdefault(leaf.session, request)
            case ReportIssued(number=number):
                self._kept[leaf.n] = Erasable("report", leaf.time, report=number)
            case RecordingOpened():
                request = self._request_of.get(leaf.session or "")
                self._kept[leaf.n] = Erasable("recording", leaf.time, request=request)
            case HoldPlaced(hold=hold, request=request):
                self._holds[hold] = request, leaf.actor.role
            case HoldLifted(hold=hold):
                self._lift(leaf, hold)
            case duty_records.LeavingConfirmed(last=last):
                self._leaves = last
            case duty_records.CustomerLeft():
                self._left = self._over(leaf.time)
            case ErasureDecided() as decided:
                self._decided(leaf, decided)
            case ErasureExecuted() as executed:
                self._executed(leaf, executed)
            case _:
                pass

    def _over(self, at: datetime) -> bool:
        """Whether the last day of a customer that leaves is behind."""
        return (
            knows_zone(self._zone)
            and "" < self._leaves < at.astimezone(zone_of(self._zone)).date().isoformat()
        )

    def passed(self, accessed: Mapping[str, datetime]) -> None:
        """Accesses in records that were not fed."""
        for person, at in accessed.items():
            _seen(self._accessed, person, at)

    def _text(self, leaf: Leaf) -> Erasable:
        request = getattr(leaf.record, "request", None) or self._request_of.get(leaf.session or "")
        request = request or getattr(leaf.record, "incident", None)  # an incident's texts go under its number
        person = leaf.record.person if isinstance(leaf.record, PersonAdmitted) else None
        return Erasable(leaf.record.RETAIN, leaf.time, request=request, person=person)

    def _lift(self, leaf: Leaf, hold: str) -> None:
        """Whoever placed it lifts it; a titolare any. Else the vendor would lift and erase."""
        _, role = self._holds.pop(hold, (None, ""))
        if not role or leaf.actor.role not in (role, "titolare"):
            self._judge.find("WITHHELD", "hold_lifted", f"n={leaf.n}")

    def _decided(self, leaf: Leaf, record: ErasureDecided) -> None:
        where = f"n={leaf.n}"
        data = self._evidence_of(leaf, "statement")
        if data is None:
            self._judge.find("UNAPPROVED", "evidence_missing", where, kind="statement")
            return
        if statement.digest(Erasure.TYPE, data).hex() != record.statement:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="statement")
            return
        if self._chain.approvers is None:
            self._judge.find("UNAPPROVED", "chain", where, what="approvers")
            return
        try:
            order = Erasure.parse(data)
            by = self._chain.signer(leaf, self._chain.approvers, Erasure.TYPE, data, titolare=True)
        except Malformed as wrong:
            self._judge.find("UNAPPROVED", "evidence_unread", where, why=wrong)
            return
        except BadSignature as wrong:
            self._judge.find("UNAPPROVED", "assertion", where, why=wrong)
            return
        if order.tenant != leaf.tenant:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="tenant")
        elif not leaf.time - READING <= order.decided <= leaf.time + SKEW:
            self._judge.find("UNAPPROVED", "late_approval", where)
        elif by is not None:
            self._decisions[leaf.n] = order

    def _executed(self, leaf: Leaf, record: ErasureExecuted) -> None:
        for n in leaf.refs:
            self.erased.add(n)
            self._last = leaf.time
            try:
                why = self._unlawful(n, leaf.time, record)
            except Malformed:
                continue  # a zone nobody knows: step 8 has said so
            except NoZones:
                self.unjudged = True
                continue
            if why is None:
                self.lawful.add(n)
            else:
                code, until = why
                self._judge.find("WITHHELD", code, f"n={leaf.n}", n=n, until=until)

    def _unlawful(self, n: int, at: datetime, record: ErasureExecuted) -> tuple[str, str] | None:
        """(code of the finding, end of the term) where this could not be erased then."""
        kept = self._kept.get(n)
        if kept is None:
            return "erased_unknown", ""
        if any(request in (None, kept.request) for request, _ in self._holds.values()):
            return "erased_held", ""
        if record.decision is not None:
            order = self._decisions.get(record.decision)
            named = order is not None and (
                kept.request in order.requests
                if kept.request is not None
                else kept.report is not None and kept.report in order.reports
            )
            return None if named else ("erased_undecided", "")
        until = max(self._terms(kept))
        return None if at >= until else ("erased_early", instant.to_text(until))

    def _terms(self, kept: Erasable) -> Iterable[datetime]:
        """Everything that must have ended. A name outlives the last access and authorisation under it (L-11)."""
        policy = self._chain.policy
        chosen = {} if policy is None else dict(policy.retention)
        if self._left:
            chosen = dict(shortest())
        yield ends(kept.since, months(kept.retain, chosen), self._zone)
        if kept.person is not None and kept.person in self._accessed:
            yield ends(self._accessed[kept.person], months("access", chosen), self._zone)
        if kept.person is not None and kept.person in self._authorised:
            yield ends(self._authorised[kept.person], months("authorisation", chosen), self._zone)

    def close(self, openings: Openings) -> None:
        """Compare with the texts that are missing, and say what was erased."""
        judge = self._judge
        openings.close(self.erased)
        count = sum(n in self.lawful for n in openings.missing)
        if count and self._last is not None:
            judge.note("erased", count=count, last=instant.to_text(self._last))
        left = len(self.erased & openings.found)
        if left:
            judge.note("erased_kept", count=left)
        judge.counts["erased"] = count
