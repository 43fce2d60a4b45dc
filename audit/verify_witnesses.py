"""Step 4: enough of the witnesses the customer asks for saw this head, and when they can have seen it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from audit.bundle import Entries
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.note import Note, VerifierKey, check_cosignature
from audit.policy import Policy
from audit.trust_file import Trust
from audit.verify_log import SignedHead
from audit.witness_policy import WitnessPolicy, parse_policy

BEFORE = timedelta(minutes=5)  # a witness's clock behind the broker's
# A log in use has a new head every day, so nobody cosigns an old one: a host that was away takes the newest.
AFTER = timedelta(days=7)


class Witnesses:
    """Judges the cosignatures of one head. `last`: when its last record was written."""

    def __init__(self, signed: SignedHead, last: datetime | None, judge: Judgement) -> None:
        self._signed = signed
        self._last = last
        self._judge = judge

    def check(
        self, files: Entries, agents: tuple[VerifierKey, ...], rules: Policy | None, trust: Trust | None
    ) -> int:
        """How many of `agents`, the hosts this log enrolled, cosigned the head.

        A quorum of the customer's counts only witnesses he knows: such hosts, those his policy names
        beside them, and those he pinned.
        """
        note, judge = self._signed.note, self._judge
        named = () if rules is None else tuple(w.key for w in rules.external)
        judge.note("external", count=self._count(named), named=len(named))
        for vkey in (*agents, *named):
            if any(s.of(vkey) for s in note.signatures) and _seen(note, vkey) is None:
                judge.find("UNWITNESSED", "cosignature", "checkpoint", name=vkey.name)
        asked = 0 if rules is None else rules.witnesses
        policy = self._policy(files)
        if policy is None:
            return 0
        if policy.needed < asked:
            judge.find("UNWITNESSED", "quorum_differs", "policy.witness")
        if trust is not None and policy.needed < trust.quorum:
            judge.find("UNTRUSTED", "quorum_lowered", "policy.witness")
        pinned = () if trust is None else trust.witnesses
        counted = self._count(agents)
        if policy.quorum is None:
            judge.state(4, "not_applicable", "no_quorum")
            return counted
        judge.state(4, "ok", "checked")
        by = frozenset(name for name, vkey in policy.witnesses.items() if self._count((vkey,)))
        enough = policy.satisfied(by) and self._count({*agents, *named, *pinned}) >= asked
        if not enough or (trust is not None and self._count({*named, *pinned}) < trust.quorum):
            judge.find("UNWITNESSED", "quorum_missing", "checkpoint")
        return counted

    def _policy(self, files: Entries) -> WitnessPolicy | None:
        try:
            policy = parse_policy(files["policy.witness"])
        except Malformed:
            self._judge.find("UNWITNESSED", "witness_policy", "policy.witness")
            return None
        if self._signed.vkey not in policy.logs:
            self._judge.find("UNWITNESSED", "witness_policy", "policy.witness")
        return policy

    def _count(self, vkeys: Iterable[VerifierKey]) -> int:
        """How many of these cosigned the head at a time that can be."""
        count = 0
        for vkey in dict.fromkeys(vkeys):  # a list that names one twice has one
            at = _seen(self._signed.note, vkey)
            if at is None:
                continue
            if self._last is not None and not self._last - BEFORE <= at <= self._last + AFTER:
                self._judge.note("cosign_time", name=vkey.name)
                continue
            count += 1
        return count


def _seen(note: Note, vkey: VerifierKey) -> datetime | None:
    """When this witness cosigned it; None if it did not."""
    try:
        return check_cosignature(note, vkey)
    except BadSignature:
        return None
