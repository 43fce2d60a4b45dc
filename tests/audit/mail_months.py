"""Months in which mail came, as the broker keeps it; two of them are frozen bundles.

Open months with fixed keys: no report and no token, so that each is the same bytes whenever it is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from audit import instant
from audit.canonical import Value
from audit.mail_evidence.codes import Level
from audit.mail_evidence.dns import DnsSnapshot
from audit.mail_evidence.judgement import Envelope
from audit.mail_evidence.judging import judge
from audit.mail_evidence.keeping import Kept, kept
from audit.mail_evidence.known import Known, Registered, Term
from audit.mail_record import MailReceived
from tests.audit.mail_evidence.mails import mail, published, signed
from tests.audit.world import ADS, TITOLARE, Twist, World


def same(thing: Any) -> Any:
    return thing


def known(w: World) -> Known:
    """Both of the customer's people, each with an address."""
    term = Term(instant.whole_ms(w.now) - timedelta(days=1), instant.whole_ms(w.now) + timedelta(days=30))
    return Known(
        (Registered(TITOLARE, "titolare", "titolare@studio.it"), Registered(ADS, "ads", "ads@studio.it", delegation=term)),
        minimum=Level.E1,
    )  # fmt: skip


def receive(
    w: World,
    raw: bytes,
    *,
    seen: bool = False,
    dns: DnsSnapshot | None = None,
    whom: Known | None = None,
    bend: Callable[[Kept], Kept] = same,
) -> int:
    """A mail comes and is kept the way the broker keeps it; `bend` changes what is kept."""
    snapshot = replace(dns or published(), taken=instant.whole_ms(w.now))
    envelope = Envelope(instant.whole_ms(w.now), "bounce@studio.it", ("aiuto@fornitore.it",), "203.0.113.7")
    found = judge(raw, envelope, snapshot, whom or known(w))
    found = found.repeated() if seen else found
    made = bend(kept(f"m-{len(w.leaves):08}", raw, envelope, snapshot, whom or known(w), found))
    return w.append(made.record, proof=made.evidence, opening=made.opening)


def opened(w: World, change: dict[str, Value]) -> Callable[[Kept], Kept]:
    return lambda made: replace(made, opening=made.opening | change)


def begun(twist: Twist | None = None) -> World:
    w = World(twist or Twist())
    w.twist.witnesses = 1
    w.onboard()
    w.until(3, 9)
    return w


def written(w: World, author: str = "Aurelia Prova <titolare@studio.it>", number: int = 1) -> bytes:
    """A mail of a minute ago, signed by its domain."""
    at = instant.whole_ms(w.now) - timedelta(minutes=1)
    return signed(mail(author, written=at.replace(microsecond=0), message_id=f"<m{number}@studio.it>"))


def mailed() -> World:
    """The titolare's mail, a copy of it, the ADS's, and a stranger's."""
    w = begun()
    first = written(w)
    receive(w, first)
    receive(w, b"Received: from elsewhere\r\n" + first, seen=True)
    receive(w, written(w, "ads@studio.it", 2))
    receive(w, written(w, "titolare@studi0.it", 3), dns=published("studi0.it"))
    return w


def _swapped() -> World:
    """The record of one mail beside the bytes of another."""
    w = begun()
    other = written(w, number=7)

    def bend(made: Kept) -> Kept:
        return replace(made, evidence=(("mail", other), made.evidence[1]))

    receive(w, written(w), bend=bend)
    return w


def said(**fields: Any) -> Callable[[Kept], Kept]:
    """The record says something else."""

    def bend(made: Kept) -> Kept:
        record: MailReceived = replace(made.record, **fields)
        return replace(made, record=record)

    return bend


MAIL_MONTHS: dict[str, tuple[Callable[[], World], str | None, str | None]] = {
    "mail": (mailed, None, None),
    "mail-swapped": (_swapped, "MAIL", "mail_digest"),
}
