"""A session taken out of a broker's database by somebody who holds its files and every key in them.

What he leaves is a log that its own checks accept: entries counted anew, texts sealed anew, the tree and
its head signed with the log's own key; no row is left that speaks of the session, its request or its incident.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.checkpoint import Checkpoint, sign
from audit.leaf import Leaf
from audit.merkle import Tree, leaf_hash, node_hash
from audit.request_records import RequestOpened
from broker.out.clock import SystemChance
from broker.out.key_file import KeyFiles

NONCE = 12
REPORTS = frozenset({"period.snapshot", "period.figures", "report.issued"})


def leave_out(state: Path, tenant: str, session: str) -> None:
    """From the store under `state`, no broker running; and the months' reports, which told of it."""
    keys = KeyFiles(state / "keys", SystemChance())
    with closing(sqlite3.connect(state / "verbale.db")) as store, store:
        rows = store.execute("SELECT leaf FROM entries WHERE tenant = ? ORDER BY n", (tenant,)).fetchall()
        leaves = [Leaf.parse(bytes(row[0])) for row in rows]
        request = next(
            x.record.request for x in leaves if x.session == session and hasattr(x.record, "request")
        )
        incident = next(
            x.record.incident
            for x in leaves
            if isinstance(x.record, RequestOpened) and x.record.request == request
        )
        kept = [
            leaf
            for leaf in leaves
            if leaf.session != session
            and getattr(leaf.record, "request", None) != request
            and getattr(leaf.record, "incident", None) != incident
            and leaf.record.KIND not in REPORTS
        ]
        place = {leaf.n: n for n, leaf in enumerate(kept)}
        fresh = [
            leaf._replace(n=n, refs=tuple(place[ref] for ref in leaf.refs if ref in place))
            for n, leaf in enumerate(kept)
        ]
        _texts(store, tenant, place, keys.wrapping_key())
        _entries(store, tenant, fresh)
        _head(store, tenant, [leaf.encode() for leaf in fresh], keys)
        cited = {one.sha256 for leaf in fresh for one in leaf.evidence}
        for (sha256,) in store.execute("SELECT sha256 FROM evidence WHERE tenant = ?", (tenant,)).fetchall():
            if sha256 not in cited:
                store.execute("DELETE FROM evidence WHERE tenant = ? AND sha256 = ?", (tenant, sha256))
        for table in ("cosignatures", "reports"):
            store.execute(f"DELETE FROM {table} WHERE tenant = ?", (tenant,))
        store.execute("DELETE FROM sessions WHERE tenant = ? AND id = ?", (tenant, session))
        store.execute("DELETE FROM requests WHERE tenant = ? AND id = ?", (tenant, request))
        store.execute("DELETE FROM incidents WHERE tenant = ? AND id = ?", (tenant, incident))


def _texts(store: sqlite3.Connection, tenant: str, place: dict[int, int], wrapping: bytes) -> None:
    wrapped = dict(store.execute("SELECT subject, wrapped FROM subject_keys WHERE tenant = ?", (tenant,)))
    rows = store.execute("SELECT n, subject, sealed FROM openings WHERE tenant = ?", (tenant,)).fetchall()
    store.execute("DELETE FROM openings WHERE tenant = ?", (tenant,))
    for n, subject, sealed in rows:
        if n not in place:
            continue
        box = wrapped[subject]
        key = AESGCM(
            AESGCM(wrapping).decrypt(box[:NONCE], box[NONCE:], f"subject/{tenant}/{subject}".encode())
        )
        plain = key.decrypt(sealed[:NONCE], sealed[NONCE:], f"opening/{tenant}/{n}".encode())
        nonce = os.urandom(NONCE)
        again = nonce + key.encrypt(nonce, plain, f"opening/{tenant}/{place[n]}".encode())
        store.execute("INSERT INTO openings VALUES (?, ?, ?, ?)", (tenant, place[n], subject, again))


def _entries(store: sqlite3.Connection, tenant: str, leaves: list[Leaf]) -> None:
    store.execute("DELETE FROM entries WHERE tenant = ?", (tenant,))
    rows: list[tuple[Any, ...]] = []
    for leaf in leaves:
        time = leaf.encode().split(b'"time":"')[1][:24].decode()
        rows.append((tenant, leaf.n, leaf.encode(), leaf.record.KIND, leaf.session, leaf.host, time))
    store.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _head(store: sqlite3.Connection, tenant: str, leaves: list[bytes], keys: KeyFiles) -> None:
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    store.execute("DELETE FROM nodes WHERE tenant = ?", (tenant,))
    store.executemany("INSERT INTO nodes VALUES (?, ?, ?, ?)", ((tenant, *node) for node in _nodes(leaves)))
    (origin,) = store.execute("SELECT origin FROM shards WHERE tenant = ?", (tenant,)).fetchone()
    head = Checkpoint(origin, len(leaves), tree.root())
    store.execute(
        "UPDATE shards SET size = ?, root = ?, checkpoint = ? WHERE tenant = ?",
        (head.size, head.root, sign(head, keys.log_key(origin)), tenant),
    )


def _nodes(leaves: list[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """(level, place, hash) of every complete subtree."""
    level, hashes = 0, [leaf_hash(leaf) for leaf in leaves]
    while hashes:
        yield from ((level, place, found) for place, found in enumerate(hashes))
        hashes = [node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes) - 1, 2)]
        level += 1
