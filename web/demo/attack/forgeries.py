"""The log and what hangs on it, forged with the stolen keys. Pure: a pile of parts in, another one out.

`before` is the size of the head that the titolare keeps: what lies below it is history to him.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from audit.approvers import Approvers
from audit.canonical import b64, unb64
from audit.commitment import Opening
from audit.estate_records import ApproversChanged, PolicyChanged
from audit.host_note import HostNote, claimed
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.log_records import SessionsListed
from audit.note import VerifierKey
from audit.passkey import Assertion
from audit.person_records import LoginSucceeded
from audit.policy import Policy
from audit.request_records import RequestOpened
from audit.session_records import SessionEnded
from web.demo.attack.books import Books
from web.demo.attack.loot import Loot

ELSEWHERE = "203.0.113.7"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the thief forges: the genuine books, his loot, and how much of the log the titolare has a head of.

    `neighbour` is the identity of the customer's other host: what a second theft, there, would give him."""

    true: Books
    loot: Loot
    before: int
    neighbour: SigningKey

    def sign(self, books: Books) -> Books:
        return books.signed(self.loot.log_key(self.true.vkey.name))


Forge = Callable[[Desk], Books]


def signed(forge: Forge) -> Forge:
    """The same, under a head that the thief signs over it."""
    return lambda desk: desk.sign(forge(desk))


# ---------------------------------------------------------------------------------- the log itself


def _login(desk: Desk) -> Leaf:
    """The first log-in that the kept head covers: only the broker wrote it."""
    return desk.true.find("login.succeeded", below=desk.before)[0]


def _moved(leaf: Leaf) -> Leaf:
    assert isinstance(leaf.record, LoginSucceeded)
    return leaf._replace(record=replace(leaf.record, terminal=ELSEWHERE))


def altered(desk: Desk) -> Books:
    return desk.true.put(_moved(_login(desk)))


def removed(desk: Desk) -> Books:
    return desk.true.without([_login(desk).n])


def inserted(desk: Desk) -> Books:
    true = _login(desk)
    order: list[Leaf | int] = list(range(len(desk.true.leaves)))
    order.insert(true.n + 1, _moved(true))
    return desk.true.arrange(order)


def reordered(desk: Desk) -> Books:
    """Two neighbours of one hour change places, each with the other's time."""
    first = _login(desk)
    second = desk.true.leaves[first.n + 1]
    books = desk.true.put(first._replace(time=second.time), second._replace(time=first.time))
    order: list[Leaf | int] = list(range(len(books.leaves)))
    order[first.n], order[second.n] = second.n, first.n
    return books.arrange(order)


def back_dated(desk: Desk) -> Books:
    """As early as the record before it allows."""
    leaves = desk.true.leaves
    logins = desk.true.find("login.succeeded", below=desk.before)
    true = next(leaf for leaf in logins if leaf.time > leaves[leaf.n - 1].time)
    return desk.true.put(true._replace(time=leaves[true.n - 1].time))


def last_altered(desk: Desk) -> Books:
    """The last log-in, of which no statement of the customer and no kept head speaks yet."""
    return desk.true.put(_moved(desk.true.find("login.succeeded")[-1]))


def lied(desk: Desk) -> Books:
    """One more record at the end, of something that never was."""
    last, model = desk.true.leaves[-1], desk.true.find("login.succeeded")[-1]
    lie = _moved(model)._replace(n=last.n + 1, time=last.time + timedelta(milliseconds=1))
    return replace(desk.true, leaves=(*desk.true.leaves, lie))


def other_key(desk: Desk) -> Books:
    """The whole log under another key, which the bundle brings along."""
    key = SigningKey(hashlib.sha256(b"verbale/demo/another log").digest())
    vkey = VerifierKey.log(desk.true.vkey.name, key.public)
    witnesses = desk.true.rest["policy.witness"].replace(desk.true.vkey.text.encode(), vkey.text.encode())
    books = replace(desk.true, vkey=vkey, rest={**desk.true.rest, "policy.witness": witnesses})
    return books.signed(key)


# ------------------------------------------------------------------------ sessions and their proofs


def session_omitted(desk: Desk) -> Books:
    """A whole intervention disappears: request, approval, session, outcome, every note of the host, and the
    incident, where nothing else hangs on it."""
    session = desk.true.find("session.started", below=desk.before)[0].session
    gone = {leaf.n for leaf in desk.true.leaves if leaf.session == session}
    request = next(
        getattr(leaf.record, "request", None)
        for leaf in desk.true.leaves
        if leaf.session == session and leaf.record.KIND == "session.opened"
    )
    gone |= {leaf.n for leaf in desk.true.leaves if getattr(leaf.record, "request", None) == request}
    gone |= _incident_of(desk.true, request)
    return unreported(desk.true.without(gone))


def _incident_of(books: Books, request: str | None) -> set[int]:
    """Its records, unless another request is about it: a case without its work would be asked about."""
    asked = {
        leaf.record.request: leaf.record.incident
        for leaf in books.find("request.opened")
        if isinstance(leaf.record, RequestOpened)
    }
    incident = asked.pop(request or "", None)
    if incident is None or incident in asked.values():
        return set()
    return {leaf.n for leaf in books.leaves if getattr(leaf.record, "incident", None) == incident}


def unreported(books: Books) -> Books:
    """Without the month's report, which the thief would have to issue anew."""
    told = ("period.snapshot", "period.figures", "report.issued", "record.read")
    return replace(books.without([leaf.n for leaf in books.find(*told)]), reports={})


def approval_forged(desk: Desk) -> Books:
    """Behind the approval of a session lies a signature of the thief's, in the approver's name."""
    given = desk.true.find("approval.given", below=desk.before)[0]
    true = Assertion.parse(desk.true.proof(given, "assertion"))
    challenge = _challenge(true)
    false = replace(desk.loot.pen.assertion(challenge), credential=true.credential)
    return desk.true.prove(given, "assertion", false.encode())


def _challenge(said: Assertion) -> bytes:
    return unb64(str(json.loads(said.client_data)["challenge"]))


def approval_omitted(desk: Desk) -> Books:
    return desk.true.without([desk.true.find("approval.given", below=desk.before)[0].n])


def note_reworded(desk: Desk) -> Books:
    """The host's end of a session with another reason, under the thief's signature in place of the host's."""
    return _end_reworded(desk, desk.loot.grant_key)


def note_by_other_host(desk: Desk) -> Books:
    """The same, signed by another host of the customer, which the thief has stolen, too."""
    return _end_reworded(desk, desk.neighbour)


def _end_reworded(desk: Desk, key: SigningKey) -> Books:
    ended = desk.true.find("session.ended", below=desk.before)[0]
    assert isinstance(ended.record, SessionEnded)
    true = claimed(desk.true.proof(ended, "note"))
    body = {**true.body, "reason": "expired"}
    false = HostNote(true.tenant, true.host, true.host_n, true.time, true.kind, true.session, body)
    data = false.sign(key, desk.true.vkey.name)
    leaf = ended._replace(record=replace(ended.record, reason="expired"))
    return desk.true.prove(leaf, "note", data)


def list_by_other_host(desk: Desk) -> Books:
    """The host's own list of its sessions without the first of them, signed by that other host."""
    listed = desk.true.find("sessions.listed")[0]
    assert isinstance(listed.record, SessionsListed)
    true = claimed(desk.true.proof(listed, "note"))
    fewer = listed.record.sessions[1:]
    body = {**true.body, "sessions": list(fewer)}
    false = HostNote(true.tenant, true.host, true.host_n, true.time, true.kind, true.session, body)
    leaf = listed._replace(record=replace(listed.record, sessions=fewer))
    return desk.true.prove(leaf, "note", false.sign(desk.neighbour, desk.true.vkey.name))


def text_altered(desk: Desk) -> Books:
    """Other words in the opening of a request; the commitment in the log is the old one."""
    n = desk.true.find("request.opened", below=desk.before)[0].n
    true = desk.true.openings[n]
    assert isinstance(true.data, dict)
    words = Opening(true.salt, {**true.data, "incident_text": "Nulla di particolare."})
    return replace(desk.true, openings={**desk.true.openings, n: words})


def text_withheld(desk: Desk) -> Books:
    gone = desk.true.find("request.opened", below=desk.before)[0].n
    return replace(desk.true, openings={n: t for n, t in desk.true.openings.items() if n != gone})


# --------------------------------------------------------------------------- rules and approvers


def approver_added(desk: Desk) -> Books:
    """A passkey of the thief's among the approvers, by a statement that the thief signed for the titolare."""
    changed = desk.true.find("approvers.changed")[-1]
    assert isinstance(changed.record, ApproversChanged)
    held = Approvers.parse(desk.true.proof(changed, "statement"))
    me = replace(
        held.approvers[0],
        person="p-00000000",
        credential=b64(desk.loot.pen.credential),
        public_key=desk.loot.pen.public_key,
    )
    new = replace(held, number=held.number + 1, previous=held.digest.hex(), approvers=(*held.approvers, me))
    record = replace(
        changed.record,
        number=new.number,
        statement=new.digest.hex(),
        credentials=tuple(hashlib.sha256(unb64(a.credential)).hexdigest() for a in new.approvers),
    )
    return _appended(desk, changed._replace(record=record), new.encode(), new.digest)


def policy_loosened(desk: Desk) -> Books:
    """Rules under which nobody has to watch, longer than before, signed by the thief for the titolare."""
    changed = desk.true.find("policy.changed")[-1]
    assert isinstance(changed.record, PolicyChanged)
    held = Policy.parse(desk.true.proof(changed, "statement"))
    new = replace(held, number=held.number + 1, previous=held.digest.hex(), longest_s=86_400)
    record = replace(changed.record, number=new.number, statement=new.digest.hex())
    books = _appended(desk, changed._replace(record=record), new.encode(), new.digest)
    return replace(books, rest={**books.rest, "policy.tenant": new.encode()})


def _appended(desk: Desk, leaf: Leaf, statement: bytes, digest: bytes) -> Books:
    """At the end of the log, with the titolare's credential on the thief's signature."""
    true = Assertion.parse(desk.true.proof(leaf, "assertion"))
    false = replace(desk.loot.pen.assertion(digest), credential=true.credential)
    last = desk.true.leaves[-1]
    added = leaf._replace(n=last.n + 1, time=last.time + timedelta(milliseconds=1), refs=())
    books = replace(desk.true, leaves=(*desk.true.leaves, added))
    books = books.prove(added, "statement", statement)
    return books.prove(books.leaves[added.n], "assertion", false.encode())
