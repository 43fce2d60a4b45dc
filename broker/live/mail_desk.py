"""Who judges the mail that comes: one at a time, so that of two copies one is the first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from audit.mail_evidence import judging
from audit.mail_evidence.dns import Asked, Dns, DnsSnapshot
from audit.mail_evidence.judgement import Envelope, Judgement
from audit.mail_evidence.known import Known, TrustedList
from broker.ports import Resolver

Judge = Callable[[bytes, Envelope, Dns, Known], Judgement]


@dataclass(frozen=True, slots=True)
class MailDesk:
    """`providers` are certificates (DER) of the authorities under which PEC providers sign, `forwarders` the
    domains whose word (ARC) is believed, `authorities` and `trusted_list` those under which people sign papers."""

    resolver: Resolver
    providers: tuple[bytes, ...] = ()
    forwarders: tuple[str, ...] = ()
    authorities: tuple[bytes, ...] = ()
    trusted_list: TrustedList | None = None
    judge: Judge = judging.judge
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def reading(self) -> Reading:
        """Of one mail: the DNS is asked once for each name, however often it is judged."""
        return Reading(self, Asked(self.resolver.txt))


@dataclass(frozen=True, slots=True)
class Reading:
    """One mail on the desk."""

    desk: MailDesk
    asked: Asked

    async def judge(self, raw: bytes, envelope: Envelope, known: Known) -> Judgement:
        """In a thread: it asks the DNS, and checks signatures."""
        return await asyncio.to_thread(self.desk.judge, raw, envelope, self.asked, known)

    def snapshot(self, taken: datetime) -> DnsSnapshot:
        return self.asked.snapshot(taken, self.desk.resolver.name)
