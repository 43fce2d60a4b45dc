"""Accesses taken out of a synthetic month, as the broker takes them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from audit import administrators, bundle, merkle
from audit.access_export import Selection, Taken, chosen, files
from audit.access_log import STATED
from audit.estate_records import HostPrepared
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.person_records import PersonAdmitted
from audit.request_records import RequestOpened
from audit.session_records import SessionOpened
from tests.audit.world import ORIGIN, TENANT, World

MADE = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)


def taken(w: World, selection: Selection) -> Taken:
    """What was selected, and what explains it."""
    parsed = [Leaf.parse(data) for data in w.leaves]
    everything = Taken(
        TENANT, ORIGIN, w.cosigned_head, w.vkey.text, dict(enumerate(w.leaves)), {}, w.evidence, w.openings
    )
    entries = chosen(everything.leaves, selection, everything.statement, w.openings.get)
    people = {one.person for one in entries}
    hosts, sessions = {one.host for one in entries}, {one.session for one in entries}
    requests = {one.request for one in entries}
    wanted = {one.seq for one in entries}
    for leaf in parsed:
        match leaf.record:
            case PersonAdmitted(person=person) if person in people:
                wanted.add(leaf.n)
            case HostPrepared(host=host) if host in hosts:
                wanted.add(leaf.n)
            case RequestOpened(request=request) if request in requests:
                wanted.add(leaf.n)
            case SessionOpened() if leaf.session in sessions:
                wanted.add(leaf.n)
            case _ if leaf.record.KIND in administrators.KINDS:
                wanted.add(leaf.n)
            case _:
                pass
    kept = [parsed[n] for n in sorted(wanted)]
    digests = {
        e.sha256
        for leaf in kept
        if leaf.record.KIND in STATED
        for e in leaf.evidence
        if e.kind == "statement"
    }
    return Taken(
        TENANT, ORIGIN, w.cosigned_head, w.vkey.text,
        {n: w.leaves[n] for n in wanted},
        {n: merkle.inclusion_proof(n, w.tree.size, w.tree.read) for n in wanted},
        {digest: w.evidence[digest] for digest in digests},
        {leaf.n: w.openings[leaf.n] for leaf in kept if isinstance(leaf.record, PersonAdmitted)},
    )  # fmt: skip


def export(w: World, selection: Selection | None = None, key: SigningKey | None = None) -> dict[str, bytes]:
    selection = selection or Selection(0, w.tree.size)
    return files(taken(w, selection), selection, MADE, key or w.log_key)


def packed(found: dict[str, bytes]) -> bytes:
    return bundle.pack(found)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
