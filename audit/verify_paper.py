"""Step 9, beside the chain of sets: those signed by the key on paper, announced, waiting, objected to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from audit import paper_key, statement
from audit.approvers import Approver, Approvers
from audit.errors import BadSignature
from audit.estate_records import ApproversAnnounced, ApproversObjected
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.paper_key import WAIT, Objection

SKEW = timedelta(seconds=30)


class Chain(Protocol):
    """What is asked of the chain of sets (`verify_chain`)."""

    approvers: Approvers | None

    def evidence_of(self, leaf: Leaf, kind: str, /) -> bytes | None: ...

    def statement(self, leaf: Leaf, kind: str, digest: str, where: str) -> bytes | None: ...

    def signer(
        self, leaf: Leaf, among: Approvers, kind: str, data: bytes, *, titolare: bool
    ) -> Approver | None: ...


class PaperSets:
    """What `Chain` asks about a set that the key on paper signed."""

    def __init__(self, chain: Chain, judge: Judgement) -> None:
        self._chain = chain
        self._judge = judge
        self._announced: dict[str, datetime] = {}  # digest of the set -> when

    def announce(self, leaf: Leaf, record: ApproversAnnounced, where: str) -> None:
        data = self._chain.statement(leaf, Approvers.TYPE, record.statement, where)
        held = self._chain.approvers
        if data is None:
            return
        new = Approvers.parse(data)
        if held is None:
            self._judge.find("UNAPPROVED", "chain", where, what="approvers")
            return
        why = next(paper_key.differs(new, held), None)
        if why is not None or new.number != record.number:
            self._say(where, why or "its number is another")
        elif self._signed(leaf, data, held, where) and self._chain.signer(
            leaf, new, Approvers.TYPE, data, titolare=True
        ):
            self._announced[record.statement] = leaf.time

    def object(self, leaf: Leaf, record: ApproversObjected, where: str) -> None:
        data = self._chain.statement(leaf, Objection.TYPE, record.statement, where)
        among = self._chain.approvers
        if data is None or among is None:
            return
        said = Objection.parse(data)
        by = self._chain.signer(leaf, among, Objection.TYPE, data, titolare=False)
        if by is None:
            return
        if by.needs == "mandate":
            self._say(where, "nobody of the vendor objects")
            return
        ours = (record.announced, leaf.tenant, leaf.actor.id, record.demo_software)
        if ours != (said.announced, said.tenant, said.by, said.demo_software):
            self._judge.find("UNAPPROVED", "statement_differs", where, what="announced")
        elif self._announced.pop(said.announced, None) is None:
            self._say(where, "no such set was announced")

    def counts(self, leaf: Leaf, data: bytes, held: Approvers, where: str) -> None:
        """A set that took the place of `held` by the key on paper."""
        digest = statement.digest(Approvers.TYPE, data).hex()
        since = self._announced.pop(digest, None)
        if not self._signed(leaf, data, held, where):
            return
        if since is None:
            self._say(where, "it was not announced, or objected to")
        elif leaf.time < since + WAIT - SKEW:
            self._say(where, "it was announced less than 72 hours before")

    def _signed(self, leaf: Leaf, data: bytes, held: Approvers, where: str) -> bool:
        signature = self._chain.evidence_of(leaf, "paper")
        if signature is None:
            self._judge.find("UNAPPROVED", "evidence_missing", where, kind="paper")
            return False
        try:
            paper_key.check(data, signature, held)
        except BadSignature as wrong:
            self._say(where, str(wrong))
            return False
        return True

    def _say(self, where: str, why: str) -> None:
        self._judge.find("UNAPPROVED", "paper_key", where, why=why)
