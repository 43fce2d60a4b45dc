"""Judge the evidence of an incident (`audit.incident_export`, FORMAT.md §19)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from audit.bundle import Buffer, parse_sums
from audit.bundle_files import SUMS
from audit.errors import BadSignature, Malformed
from audit.findings import Verdict
from audit.incident_export import (
    CLAIM,
    README_NAME,
    SUMMARY_EN,
    SUMMARY_IT,
    Claim,
    key_name,
    summary,
    unfounded,
)
from audit.leaf import Leaf
from audit.note import Note, VerifierKey, parse_note
from audit.trust_file import SeenHeads, Trust
from audit.verify_export import Reading, Shape, begins_with, judged

_N = r"(0|[1-9][0-9]{0,15})"
_SHAPE = Shape(
    (README_NAME, SUMMARY_IT, SUMMARY_EN, CLAIM, SUMS, "checkpoint", "log.vkey"),
    re.compile(rf"leaves/{_N}\.json|proofs/{_N}\.tlog-proof|openings/{_N}(?!)|evidence/([0-9a-f]{{64}})"),
)


def is_incident(data: Buffer) -> bool:
    """Whether this file says of itself that it is one."""
    return begins_with(data, README_NAME)


def verify_incident(
    data: Buffer, *, trust: Trust | None = None, seen: SeenHeads | None = None, kept: Sequence[Note] = ()
) -> Verdict:
    """Judge the bytes. Never raises on what they hold."""
    return judged(data, _SHAPE, _Incident, trust=trust, seen=seen, kept=kept)


class _Incident(Reading):
    """Records that were called for, and the summaries that they make."""

    def conclude(self) -> None:
        claim = self._claim()
        if claim is None or self.judge.failed(6) or self.judge.failed(7):
            self.judge.state(14, "unknown", "not_reached")
            return
        self.judge.state(14, "ok", "checked")
        self._summed(claim)
        self._told(claim)

    def _claim(self) -> Claim | None:
        signed = self.signed
        try:
            note = parse_note(self.files[CLAIM])
            note.check(VerifierKey.log(key_name(signed.head.origin), signed.vkey.public))
            claim = Claim.parse(note.text)
        except (BadSignature, Malformed) as wrong:
            self.judge.find("FORGED", "export_claim", CLAIM, why=wrong)
            return None
        if claim.tenant != signed.tenant or claim.count != len(self.leaves):
            why = "it is of another log, or of another number of records"
            self.judge.find("FORGED", "export_claim", CLAIM, why=why)
        return claim

    def _summed(self, claim: Claim) -> None:
        """The list of digests is the one that was signed, and holds every file as it is."""
        files, judge = self.files, self.judge
        if files.sha256(SUMS) != claim.sums:
            judge.find("REPORT", "export_claimed", SUMS)
            return
        try:
            listed = parse_sums(bytes(files[SUMS]))
        except Malformed as wrong:
            judge.find("REPORT", "export_unread", SUMS, why=wrong)
            return
        present = {name for name in files if name not in (SUMS, CLAIM)}
        for name in sorted(present ^ listed.keys()):
            judge.find("DAMAGED", "file_missing" if name in listed else "file_extra", name)
        for name in sorted(present & listed.keys()):
            if files.sha256(name) != listed[name]:
                judge.find("REPORT", "export_claimed", name)

    def _told(self, claim: Claim) -> None:
        leaves = [Leaf.parse(self.leaves[n]) for n in sorted(self.leaves)]
        for n in unfounded(leaves, claim.since, claim.until):
            self.judge.find("REPORT", "incident_unfounded", f"n={n}", n=n)
        for name, lang in ((SUMMARY_IT, "it"), (SUMMARY_EN, "en")):
            made = summary(claim.tenant, leaves, claim.since, claim.until, "it" if lang == "it" else "en")
            if hashlib.sha256(made).hexdigest() != self.files.sha256(name):
                self.judge.find("REPORT", "export_differs", name)
        self.judge.counts.update(entries=len(leaves))
        self.judge.note(
            "incident", count=len(leaves), since=claim.since.isoformat(), until=claim.until.isoformat()
        )
