"""Step 9, behind the chain: a school's delegations and instructions are its titolare's, and no session on its archives
was opened without one."""

from __future__ import annotations

from datetime import datetime

from audit import instant
from audit import school_records as s
from audit.declared_records import DeclaredBegan
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.request_records import RequestOpened
from audit.school_order import ON_ARCHIVES
from audit.school_statements import ArchivesDelegation, CleanUpInstruction
from audit.session_records import SessionOpened
from audit.verify_chain import Chain


class Schools:
    """Feed every leaf in order, after `Chain`."""

    KINDS = frozenset(
        kind.KIND
        for kind in (
            s.CustomerTyped, s.ArchivesDelegated, s.ArchivesDelegationEnded, s.CleanUpInstructed, s.CleanUpDeclined,
            RequestOpened, SessionOpened, DeclaredBegan,
        )
    )  # fmt: skip

    def __init__(self, chain: Chain, judge: Judgement) -> None:
        self._chain = chain
        self._judge = judge
        self._school = False
        self._given: dict[str, ArchivesDelegation] = {}  # by digest: those not ended
        # request -> who asked, its last instant: on archives, and nothing of it was opened
        self._asked: dict[str, tuple[str, datetime]] = {}

    def feed(self, leaf: Leaf) -> None:
        where = f"n={leaf.n}"
        try:
            self._feed(leaf, where)
        except Malformed as wrong:
            self._judge.find("UNAPPROVED", "evidence_unread", where, why=wrong)
        except BadSignature as wrong:
            self._judge.find("UNAPPROVED", "assertion", where, why=wrong)

    def _feed(self, leaf: Leaf, where: str) -> None:
        match leaf.record:
            case RequestOpened(request=request, activities=activities, not_after=until):
                if any(one.split("/")[0] in ON_ARCHIVES for one in activities):
                    self._asked[request] = leaf.actor.id, instant.parse(until)
            case SessionOpened(request=request) | DeclaredBegan(request=request):
                self._opened(leaf, self._asked.pop(request, None), where)
            case s.CustomerTyped(type=type_):
                self._school = type_ == "school"
            case s.ArchivesDelegated() as told:
                self._delegated(leaf, told, where)
            case s.ArchivesDelegationEnded(statement=digest):
                if leaf.actor.role != "titolare" or self._given.pop(digest, None) is None:
                    self._judge.find("UNAPPROVED", "statement_differs", where, what="statement")
            case s.CleanUpInstructed() as told:
                self._instructed(leaf, told, where)
            case s.CleanUpDeclined() if leaf.actor.role != "titolare":
                self._judge.find("UNAPPROVED", "statement_differs", where, what="actor")
            case _:
                pass

    def _opened(self, leaf: Leaf, asked: tuple[str, datetime] | None, where: str) -> None:
        if not self._school or asked is None:
            return
        person, until = asked
        if not any(one.covers(person, leaf.time, until) for one in self._given.values()):
            self._judge.find("UNAPPROVED", "archives_undelegated", where)

    def _delegated(self, leaf: Leaf, told: s.ArchivesDelegated, where: str) -> None:
        data = self._signed(leaf, ArchivesDelegation.TYPE, told.statement, where)
        if data is None:
            return
        said = ArchivesDelegation.parse(data)
        self._given[told.statement] = said
        self._same(
            where,
            tenant=(leaf.tenant, said.tenant),
            delegation=(told.delegation, said.delegation),
            until=(told.until, instant.to_text(said.not_after)),
            demo_software=(told.demo_software, said.demo_software),
        )

    def _instructed(self, leaf: Leaf, told: s.CleanUpInstructed, where: str) -> None:
        data = self._signed(leaf, CleanUpInstruction.TYPE, told.statement, where)
        if data is None:
            return
        said = CleanUpInstruction.parse(data)
        self._same(
            where,
            tenant=(leaf.tenant, said.tenant),
            clean_up=(told.clean_up, said.clean_up),
            archives=(told.archives, said.archives),
            demo_software=(told.demo_software, said.demo_software),
        )

    def _signed(self, leaf: Leaf, kind: str, digest: str, where: str) -> bytes | None:
        """The statement's bytes, if a titolare of the set in force signed them."""
        data = self._chain.statement(leaf, kind, digest, where)
        among = self._chain.approvers
        if data is None:
            return None
        if among is None:
            self._judge.find("UNAPPROVED", "chain", where, what="approvers")
            return None
        by = self._chain.signer(leaf, among, kind, data, titolare=True)
        return None if by is None else data

    def _same(self, where: str, **pairs: tuple[object, object]) -> None:
        what = [name for name, (ours, theirs) in pairs.items() if ours != theirs]
        if what:
            self._judge.find("UNAPPROVED", "statement_differs", where, what=", ".join(what))
