"""Timestamps over the log's heads, and what a thief could make of them. Pure: tokens are given."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from audit import merkle
from audit.checkpoint import Checkpoint
from audit.leaf import Leaf
from audit.log_records import HeadStamped
from audit.record import BROKER
from audit.timestamp import imprint
from web.demo.attack import forgeries
from web.demo.attack.books import Books
from web.demo.attack.forgeries import Desk


@dataclass(frozen=True, slots=True)
class Tokens:
    """Over the head that the titolare keeps, and over the last one: by the authority that he pinned, and by one of
    the thief's."""

    earlier: bytes
    last: bytes
    thiefs: bytes
    at: datetime


def digest(books: Books, size: int) -> bytes:
    """What an authority is given of the head of that size."""
    return imprint(Checkpoint(books.vkey.name, size, merkle.root(size, books.tree().read)))


def stamped(desk: Desk, tokens: Tokens) -> Books:
    """As a broker with an authority would have gone on: both heads stamped."""
    books = _stamped(desk.true, desk.before, tokens.earlier, tokens.at)
    return _stamped(books, len(desk.true.leaves), tokens.last, tokens.at)


def _stamped(books: Books, size: int, token: bytes, at: datetime) -> Books:
    last = books.leaves[-1]
    record = HeadStamped(size, hashlib.sha256(token).hexdigest())
    leaf = Leaf(last.tenant, last.n + 1, max(at, last.time), BROKER, record)
    return _filed(replace(books, leaves=(*books.leaves, leaf)), size, token)


def _filed(books: Books, size: int, token: bytes) -> Books:
    return replace(books, rest={**books.rest, f"heads/{size}.tsr": token})


def moved(desk: Desk, tokens: Tokens) -> Books:
    """The token of the earlier head, given for that of the last."""
    return stamped(desk, replace(tokens, last=tokens.earlier))


def by_the_thief(desk: Desk, tokens: Tokens) -> Books:
    return stamped(desk, replace(tokens, last=tokens.thiefs))


def missing(desk: Desk, tokens: Tokens) -> Books:
    books = stamped(desk, tokens)
    gone = f"heads/{len(desk.true.leaves)}.tsr"
    return replace(books, rest={name: data for name, data in books.rest.items() if name != gone})


def rewritten(desk: Desk, tokens: Tokens) -> Books:
    """The last log-in is another below a head that was stamped."""
    return stamped(replace(desk, true=forgeries.last_altered(desk)), tokens)


def unstamped(desk: Desk, tokens: Tokens) -> Books:
    """The same, and no head was ever stamped."""
    return forgeries.last_altered(desk)
