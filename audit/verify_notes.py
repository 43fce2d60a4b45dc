"""Step 10: every fact an agent reported stands in the log as the agent signed it."""

from __future__ import annotations

from collections.abc import Callable

from audit import host_note
from audit.channel_records import ChannelClosed, FileTransferred
from audit.errors import BadSignature, Malformed
from audit.estate_records import HostEnrolled
from audit.findings import Judgement
from audit.host_note import HOST_KINDS, HostNote
from audit.keys import PublicKey
from audit.leaf import Leaf
from audit.record import Actor
from audit.trust_file import Trust

# What the broker adds to an agent's body: when it came, whether the counts agree, where the person sat.
BROKER_ADDS = frozenset({"received", "agrees", "terminal", "host"})


class HostNotes:
    """Feed every leaf in order. `note_of` gives the signed note behind a leaf, if there is one."""

    KINDS = frozenset(HOST_KINDS)

    def __init__(
        self,
        note_of: Callable[[Leaf], bytes | None],
        log_origin_of: Callable[[str], str | None],
        trust: Trust | None,
        judge: Judgement,
    ) -> None:
        self._note_of = note_of
        self._log_origin_of = log_origin_of
        self._trust = trust
        self._judge = judge
        self._keys: dict[str, PublicKey] = {}
        self.checked = 0
        self.uncounted = 0  # channels whose bytes the broker could not count: the link was cut
        self.confirmed: dict[str, bool] = {}

    def feed(self, leaf: Leaf) -> None:
        where = f"n={leaf.n}"
        if isinstance(leaf.record, HostEnrolled):
            self._enrolled(leaf.record, where)
        told = leaf.host_n is not None or any(e.kind == "note" for e in leaf.evidence)
        if not told and getattr(leaf.record, "received", None) is None:
            return  # a refusal or a removal that the broker itself decided
        data = self._note_of(leaf)
        if data is None:
            self._judge.find("DISPUTED", "note_missing", where)
        else:
            self._check(leaf, data, where)

    def _enrolled(self, record: HostEnrolled, where: str) -> None:
        host = record.host
        self._keys[host] = PublicKey.parse(record.agent_key)
        self.confirmed[host] = record.confirmed
        if self._trust is None:
            return
        pinned = self._trust.host(host)
        if pinned is None:
            self._judge.note("new_host", host=host)
        elif pinned.agent.raw != self._keys[host].raw or (
            pinned.witness is not None and pinned.witness.public.text != record.witness_key
        ):
            self._judge.find("UNTRUSTED", "agent_unpinned", where, host=host)

    def _check(self, leaf: Leaf, data: bytes, where: str) -> None:
        host = leaf.host or ""
        key, origin = self._keys.get(host), self._log_origin_of(host)
        if key is None or origin is None:
            # No enrolment of this host: step 8 has said so; its note proves nothing here.
            self._judge.find("DISPUTED", "note_forged", where)
            return
        try:
            note = host_note.open_host_note(data, (origin, key))
        except Malformed as wrong:
            self._judge.find("DISPUTED", "note_unread", where, why=wrong)
            return
        except BadSignature:
            self._judge.find("DISPUTED", "note_forged", where)
            return
        self.checked += 1
        self._compare(leaf, note, where)

    def _compare(self, leaf: Leaf, note: HostNote, where: str) -> None:
        pairs = {
            "tenant": (leaf.tenant, note.tenant),
            "host": (leaf.host, note.host),
            "host_n": (leaf.host_n, note.host_n),
            "kind": (leaf.record.KIND, note.kind),
            "session": (leaf.session, note.session),
            "time": (leaf.time, note.time),
            "actor": (leaf.actor, Actor(note.host, "agent")),
        }
        differing = [name for name, (ours, theirs) in pairs.items() if ours != theirs]
        body = leaf.record.body()
        differing += [f"body.{name}" for name, value in note.body.items() if body.get(name) != value]
        differing += [f"body.{name}" for name in body.keys() - note.body.keys() - BROKER_ADDS]
        if isinstance(leaf.record, HostEnrolled) and leaf.record.host != note.host:
            differing.append("body.host")
        if differing:
            self._judge.find("DISPUTED", "note_differs", where, what=", ".join(sorted(differing)[:8]))
        if isinstance(leaf.record, ChannelClosed):
            if leaf.record.agrees is False:
                self._judge.find("DISPUTED", "count_differs", where)
            self.uncounted += leaf.record.agrees is None
        if isinstance(leaf.record, FileTransferred) and leaf.record.agrees is False:
            self._judge.find("DISPUTED", "file_count_differs", where)
