"""Erasures that nobody was entitled to, written into the log with the stolen keys. Pure.

Each destroys the texts of a request of before the theft, and says in the log why it could.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from audit import recording as rec
from audit.erasure import Erasure
from audit.erasure_records import ErasureDecided, ErasureExecuted, HoldLifted, HoldPlaced
from audit.leaf import Leaf
from audit.passkey import Assertion
from web.demo.attack.books import Books
from web.demo.attack.forgeries import Desk
from web.demo.attack.tapes import recordings_of


def _executed(books: Books, refs: Iterable[int], *, decision: int | None = None) -> Books:
    """Said in the log, and done: the texts of those records are gone."""
    gone = tuple(sorted(refs))
    record = ErasureExecuted("term" if decision is None else "decision", decision)
    books = replace(books, openings={n: text for n, text in books.openings.items() if n not in gone})
    return books.more(record, refs=gone)


def _held(books: Books) -> str:
    """The request of which a hold is in force."""
    record = books.find("hold.placed")[-1].record
    assert isinstance(record, HoldPlaced)
    assert record.request is not None
    return record.request


def asked(books: Books, *, held: bool) -> Leaf:
    """The record of a request whose texts are there: the one on hold, or another."""
    request = _held(books)
    return next(
        leaf for leaf in books.find("request.opened")
        if leaf.n in books.openings and (getattr(leaf.record, "request", None) == request) == held
    )  # fmt: skip


def too_early(desk: Desk) -> Books:
    return _executed(desk.true, [asked(desk.true, held=False).n])


def on_hold(desk: Desk) -> Books:
    return _executed(desk.true, [asked(desk.true, held=True).n])


def recording_too_early(desk: Desk) -> Books:
    """The segments of the last session's recording; list and head of it stay, as in an erasure."""
    last = recordings_of(desk.true)[-1]
    opened = next(
        leaf for leaf in desk.true.find("recording.opened") if getattr(leaf.record, "recording", None) == last
    )
    kept = {rec.entries_name(last), rec.head_name(last)}
    left = {
        name: data
        for name, data in desk.true.recordings.items()
        if name in kept or not name.startswith(f"{rec.folder(last)}/")
    }
    return _executed(replace(desk.true, recordings=left), [opened.n])


def undecided(desk: Desk) -> Books:
    """On a decision that the thief signed in the titolare's name."""
    about = asked(desk.true, held=False)
    changed = desk.true.find("policy.changed")[-1]
    titolare = Assertion.parse(desk.true.proof(changed, "assertion"))
    last = desk.true.leaves[-1]
    order = Erasure(
        last.tenant, (str(getattr(about.record, "request", "")),), (), "asked_by_person",
        last.time + timedelta(milliseconds=1),
    )  # fmt: skip
    false = replace(desk.loot.pen.assertion(order.digest), credential=titolare.credential)
    record = ErasureDecided(order.digest.hex(), demo_software=True)
    books = desk.true.more(record, actor=changed.actor)
    decided = books.leaves[-1]._replace(evidence=changed.evidence)
    books = books.put(decided).prove(decided, "statement", order.encode())
    books = books.prove(books.leaves[decided.n], "assertion", false.encode())
    return _executed(books, [about.n], decision=decided.n)


def lifted_by_vendor(desk: Desk) -> Books:
    """The customer's hold, lifted by the vendor; the texts go nowhere yet."""
    placed = desk.true.find("hold.placed")[-1]
    return desk.true.more(_lift(placed), actor=replace(placed.actor, role="owner"))


def lifted_in_his_name(desk: Desk) -> Books:
    """The same, under the name of the titolare who placed it."""
    placed = desk.true.find("hold.placed")[-1]
    return desk.true.more(_lift(placed), actor=placed.actor)


def _lift(placed: Leaf) -> HoldLifted:
    assert isinstance(placed.record, HoldPlaced)
    return HoldLifted(placed.record.hold)
