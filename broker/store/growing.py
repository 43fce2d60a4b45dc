"""A tenant's log while a group lasts: how far it has grown, and the edge of its tree, in memory.

The head is signed and moved once for all units of a group, just before the commit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import bindparam, update

from audit import merkle
from audit.keys import SigningKey
from broker.store import log
from broker.store.database import Work
from broker.store.log import Head
from broker.store.tables import nodes, shards


class LogConflict(RuntimeError):
    """The head moved under us, or there is none: another writer is on this log. Nothing was committed."""


# Made once: to build a statement costs more than to execute it.
_MOVE = (
    update(shards)
    .where(shards.c.tenant == bindparam("of"), shards.c.size == bindparam("was"))
    .values(size=bindparam("to"), root=bindparam("rooted"), checkpoint=bindparam("note"))
)


@dataclass(slots=True)
class Growing:
    """`signed` is the head that others may know; `edge` the complete subtrees of `size` leaves, by level."""

    tenant: str
    signed: Head
    size: int
    edge: dict[int, bytes]

    @classmethod
    async def load(cls, work: Work, tenant: str, known: Growing | None) -> Growing | None:
        """As committed, locked until the transaction ends; None for a tenant whose log is not open.

        `known` may be of an earlier group: its edge is taken where it makes the same root.
        """
        head = await log.head(work, tenant, lock=True)
        if head is None:
            return None
        if known is not None and (known.size, known.signed.root) == (head.size, head.root):
            return cls(tenant, head, head.size, dict(known.edge))
        size = head.size

        def read_edge(read: merkle.Read) -> dict[int, bytes]:
            levels = [level for level in range(size.bit_length()) if size >> level & 1]
            return {level: read(level, (size >> level) - 1) for level in levels}

        return cls(tenant, head, size, await log.with_nodes(work, tenant, read_edge))

    def copy(self) -> Growing:
        return Growing(self.tenant, self.signed, self.size, dict(self.edge))

    @property
    def root(self) -> bytes:
        return merkle.root(self.size, self._read)

    def _read(self, level: int, _place: int) -> bytes:
        return self.edge[level]

    def grow(self, work: Work, leaf: bytes) -> None:
        """Take in one more leaf, by its bytes."""
        # The loop of `merkle.stored_nodes`, with the edge at hand: a broker does nothing more often.
        tenant, edge, index, level, found = self.tenant, self.edge, self.size, 0, merkle.leaf_hash(leaf)
        made = [(tenant, 0, index, found)]
        while index & 1:
            found = merkle.node_hash(edge.pop(level), found)
            level, index = level + 1, index >> 1
            made.append((tenant, level, index, found))
        edge[level] = found
        self.size += 1
        work.later(nodes, made)

    async def seal(self, work: Work, key: SigningKey) -> None:
        """Sign the head as it is now and move the log to it, by compare-and-swap on its size.

        A swap rather than trust in the lock: two brokers on one log must not both succeed, even if
        someone forgets the transaction.
        """
        was, now = self.signed, log.signed_head(self.signed.origin, self.size, self.root, key)
        self.signed = replace(was, size=now.size, root=now.root, note=now.note)
        moved = await work.change(
            _MOVE,
            {
                "of": self.tenant, "was": was.size,
                "to": self.size, "rooted": self.signed.root, "note": self.signed.note,
            },
        )  # fmt: skip
        if moved != 1:
            raise LogConflict(f"the head of {self.tenant} was moved by another writer")
