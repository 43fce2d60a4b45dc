"""What an auditor finds in a customer's log without its tree: steps 7 to 10, and 12 of who plays recordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit import story as lawful
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.verify_approvals import Approvals
from audit.verify_chain import Chain
from audit.verify_declared import DeclaredSessions
from audit.verify_lists import Lists
from audit.verify_notes import HostNotes
from audit.verify_playbacks import Playbacks
from audit.verify_records import Records
from audit.verify_sessions import Sessions
from audit.verify_warrants import Warrants


def findings(tenant: str, leaves: Sequence[Leaf], kept: Mapping[str, bytes]) -> list[str]:
    """Nothing, if all is well. `kept`: evidence by its SHA-256 (hex)."""

    def evidence_of(leaf: Leaf, kind: str) -> bytes | None:
        found = next((e for e in leaf.evidence if e.kind == kind), None)
        return None if found is None else kept.get(found.sha256)

    judge = Judgement("none")
    chain = Chain(evidence_of, tenant, None, judge)
    reader = Records(tenant, judge)
    order = lawful.Story()
    warrants = Warrants(chain, judge)
    approvals = Approvals(chain, warrants, evidence_of, lambda _head, _n, _where: None, judge)
    sittings = (Sessions(chain, approvals, judge), DeclaredSessions(chain, approvals, judge))
    steps = (chain, warrants, approvals, *sittings, Playbacks(judge))
    notes = HostNotes(lambda leaf: evidence_of(leaf, "note"), chain.log_origin, None, judge)
    lists = Lists(judge)
    for n, leaf in enumerate(leaves):
        assert reader.read(n, leaf.encode()) is not None
        judge.take(order.feed(leaf))
        for step in (*steps, notes, lists):
            if leaf.record.KIND in step.KINDS:
                step.feed(leaf)
    return [f"{f.cls} {f.code} {f.where} {f.en}" for f in judge.findings]
