"""Step 9, between chain and approvals: delegations and mandates, and whether one is known when it is cited."""

from __future__ import annotations

from audit import instant
from audit.admission import Authority
from audit.approvers import Approver
from audit.errors import BadSignature, Malformed
from audit.estate_records import DelegationGiven, MandateGiven, WarrantEnded
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.verify_chain import Chain
from audit.warrant import Delegation, Mandate, Warrant


class Warrants:
    """Feed every leaf in order, after `Chain`."""

    KINDS = frozenset(kind.KIND for kind in (DelegationGiven, MandateGiven, WarrantEnded))

    def __init__(self, chain: Chain, judge: Judgement) -> None:
        self._chain = chain
        self._judge = judge
        self._given: dict[str, tuple[Warrant, Approver]] = {}  # by digest: what is not ended, and who signed

    def authority(self, digest: str | None) -> Authority | None:
        """What stands behind that citation now; its giver as the set in force has him."""
        found = self._given.get(digest or "")
        if found is None:
            return None
        warrant, giver = found
        among = self._chain.approvers
        line = None if among is None else among.by_credential(giver.credential)
        return Authority(warrant, line if line is not None and line.public_key == giver.public_key else None)

    def feed(self, leaf: Leaf) -> None:
        where = f"n={leaf.n}"
        try:
            record = leaf.record
            if isinstance(record, DelegationGiven | MandateGiven):
                self._new(leaf, record, where)
            elif isinstance(record, WarrantEnded):
                self._ended(leaf, record.statement, where)
        except Malformed as wrong:
            self._judge.find("UNAPPROVED", "evidence_unread", where, why=wrong)
        except BadSignature as wrong:
            self._judge.find("UNAPPROVED", "assertion", where, why=wrong)

    def _ended(self, leaf: Leaf, digest: str, where: str) -> None:
        if leaf.actor.role != "titolare" or self._given.pop(digest, None) is None:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="statement")

    def _new(self, leaf: Leaf, record: DelegationGiven | MandateGiven, where: str) -> None:
        kind: type[Warrant] = Delegation if isinstance(record, DelegationGiven) else Mandate
        data = self._chain.statement(leaf, kind.TYPE, record.statement, where)
        among = self._chain.approvers
        if data is None:
            return
        warrant = kind.parse(data)
        if among is None:
            self._judge.find("UNAPPROVED", "chain", where, what="approvers")
            return
        by = self._chain.signer(leaf, among, kind.TYPE, data, titolare=True)
        pairs = {
            "tenant": (leaf.tenant, warrant.tenant),
            "warrant": (record.warrant, warrant.warrant),
            "until": (record.until, instant.to_text(warrant.not_after)),
            "demo_software": (record.demo_software, warrant.demo_software),
        }
        what = [name for name, (ours, theirs) in pairs.items() if ours != theirs]
        if what:
            self._judge.find("UNAPPROVED", "statement_differs", where, what=", ".join(what))
        elif by is not None:
            self._given[record.statement] = warrant, by
