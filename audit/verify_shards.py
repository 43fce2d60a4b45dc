"""Steps 2 and 8, their part of the logs: each goes on with the tree of the one before, under a key said in it.

A bundle's head is that of the log in use. Each `shard.opened` holds the last head of the log before, under
that one's own key: so whoever pinned one key follows the tenant's logs from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.log_records import KeyRotated, LogRecovered, ShardOpened
from audit.note import VerifierKey
from audit.recovery import HeadLine, Recovery
from audit.succession import follows, log_key
from audit.trust_file import Trust
from audit.verify_chain import Chain, EvidenceOf
from audit.verify_log import Heads, Shard, SignedHead
from audit.verify_years import misplaced


@dataclass(slots=True)
class _Link:
    """A `shard.opened` at `n`: the key of the log before, its last heads, what it announced."""

    n: int
    before: VerifierKey
    announced: set[str]
    heads: list[Checkpoint] = field(default_factory=list)
    lost: Checkpoint | None = None  # what witnesses hold beyond its last head
    joins: bool = False


def _line(head: Checkpoint) -> HeadLine:
    return HeadLine(head.size, head.root.hex())


class Shards:
    """Feed every leaf in order. `shards`, `close` and `check_keys` are for when the entries are over."""

    KINDS = frozenset({KeyRotated.KIND, ShardOpened.KIND, LogRecovered.KIND})

    def __init__(self, chain: Chain, evidence_of: EvidenceOf, signed: SignedHead, judge: Judgement) -> None:
        self._chain = chain
        self._evidence_of = evidence_of
        self._signed = signed
        self._judge = judge
        self._links: list[_Link] = []
        self._announced: set[str] = set()

    def feed(self, leaf: Leaf) -> None:
        try:
            match leaf.record:
                case KeyRotated(key=key):
                    self._announced.add(log_key(key).text)
                case ShardOpened() as opened:
                    self._opened(leaf, opened)
                case _:
                    pass
        except (Malformed, BadSignature) as wrong:
            self._say(leaf.n, str(wrong))
        if isinstance(leaf.record, LogRecovered):
            try:
                self._recovered(leaf, leaf.record)
            except Malformed as wrong:
                self._judge.find("UNAPPROVED", "evidence_unread", f"n={leaf.n}", why=wrong)
            except BadSignature as wrong:
                self._judge.find("UNAPPROVED", "assertion", f"n={leaf.n}", why=wrong)

    def _opened(self, leaf: Leaf, record: ShardOpened) -> None:
        announced, self._announced = self._announced, set()
        link = _Link(leaf.n, log_key(record.key), announced)
        self._links.append(link)
        last = self._head(leaf, "head", link.before)
        link.heads.append(last)
        if (last.size, last.root.hex()) != (leaf.n, record.root):
            raise Malformed("the last head is not of the records before this one")
        cosigned = last if record.cosigned in (0, leaf.n) else self._head(leaf, "cosigned", link.before)
        if record.cosigned not in (0, cosigned.size):
            raise Malformed("the head that was cosigned is of another size")
        if record.cosigned > leaf.n:
            link.lost = cosigned
        else:
            link.heads.append(cosigned)
        link.joins = True

    def _recovered(self, leaf: Leaf, record: LogRecovered) -> None:
        """The titolare's word takes the place of an announcement that the log before did not live to make."""
        where = f"n={leaf.n}"
        approvers, link = self._chain.approvers, self._links[-1] if self._links else None
        data = self._chain.statement(leaf, Recovery.TYPE, record.statement, where)
        if data is None:
            return
        said = Recovery.parse(data)
        if link is None or link.lost is None or not self._of(said, link):
            self._judge.find("UNAPPROVED", "statement_differs", where, what="statement")
        elif approvers is None:
            self._judge.find("UNAPPROVED", "chain", where, what="approvers")
        elif self._chain.signer(leaf, approvers, Recovery.TYPE, data, titolare=True) is not None:
            link.announced.add(said.next)

    def _of(self, said: Recovery, link: _Link) -> bool:
        """Whether it tells of this loss."""
        restored, lost = link.heads[0], link.lost
        return lost is not None and (said.tenant, said.log, said.restored, said.cosigned) == (
            self._signed.tenant, link.before.text, _line(restored), _line(lost),
        )  # fmt: skip

    def _head(self, leaf: Leaf, kind: str, key: VerifierKey) -> Checkpoint:
        data = self._evidence_of(leaf, kind)
        if data is None:
            raise Malformed("the last head of the log before is not there")
        return open_checkpoint(data, key)

    def _say(self, n: int, why: str) -> None:
        self._judge.find("INCOMPLETE", "shard_link", f"n={n}", n=n, why=why)

    @property
    def shards(self) -> tuple[Shard, ...]:
        """Every log of this tree, oldest first, the bundle's own last."""
        found, since = [], 0
        for link in self._links:
            found.append(Shard(link.before, since, link.n, 0 if link.lost is None else link.lost.size))
            since = link.n
        return (*found, Shard(self._signed.vkey, since, self._signed.head.size))

    def close(self, heads: Heads) -> None:
        """Step 8: the logs join, and the next one's key was said before it was used."""
        keys = [shard.vkey for shard in self.shards]
        for link, after in zip(self._links, keys[1:], strict=True):
            if not follows(after.name, link.before.name):
                link.joins = False
                self._say(link.n, "the name of the next log does not follow")
            if not all(heads.holds(head) for head in link.heads):
                link.joins = False
                self._say(link.n, "the last head of the log before is of other records")
            if link.lost is not None:
                where = f"n={link.n}"
                self._judge.find("INCOMPLETE", "records_lost", where, first=link.n, last=link.lost.size - 1)
            if after.text not in link.announced:
                link.joins = False
                self._judge.find("INCOMPLETE", "shard_key", f"n={link.n}", n=link.n)

    def check_years(self, turns: list[tuple[int, int]]) -> None:
        """Step 8: each log is that of its year."""
        for n, log, year in misplaced(turns, self.shards):
            self._judge.find("INCOMPLETE", "shard_year", f"n={n}", n=n, log=log, year=year)

    def check_keys(self, trust: Trust) -> None:
        """Step 2: one of these logs is pinned, and joined by sound links to the bundle's own."""
        reached, different = False, False
        for place, shard in enumerate(self.shards):
            known = trust.log_key(shard.vkey.name)
            different |= known not in (None, shard.vkey)
            reached |= known == shard.vkey and all(link.joins for link in self._links[place:])
        if different:
            self._judge.find("UNTRUSTED", "log_key_unpinned", "log.vkey")
        elif not reached or self._signed.tenant != trust.tenant:
            self._judge.find("UNTRUSTED", "origin_unpinned", "log.vkey")

    def check_enrolments(self, named: list[tuple[str, str]]) -> None:
        """Step 2: each host was enrolled with one of these logs. `named`: (where, vkey), in their order."""
        known = {shard.vkey.text for shard in self.shards}
        for where, text in named:
            if text not in known:
                self._judge.find("UNTRUSTED", "log_differs", where)
