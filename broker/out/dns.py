"""The DNS, by the machine's own resolver: TXT records alone, for the keys that DKIM names."""

from __future__ import annotations

import dns.exception
import dns.flags
import dns.name
import dns.rdatatype
import dns.resolver

from audit.mail_evidence.dns import MAX_TXT_BYTES, Answer

LIFETIME_S = 8.0


class SystemResolver:
    """`name` says which servers it asks. It asks for DNSSEC, and repeats what they say of it."""

    def __init__(self) -> None:
        try:
            self._resolver = dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration:
            # A machine without one: the usual place, where nobody may answer, and a verdict says so.
            self._resolver = dns.resolver.Resolver(configure=False)
            self._resolver.nameservers = ["127.0.0.1"]
        self._resolver.use_edns(0, dns.flags.DO, 1232)
        self._resolver.flags = dns.flags.RD | dns.flags.AD
        self.name = ("dns " + " ".join(str(one) for one in self._resolver.nameservers))[:200]

    def txt(self, name: str) -> Answer | None:
        """Several records at one name, or one too long, are no answer: nobody could say which is meant."""
        try:
            found = self._resolver.resolve(
                dns.name.from_text(name), dns.rdatatype.TXT, lifetime=LIFETIME_S, raise_on_no_answer=False
            )
        except dns.resolver.NXDOMAIN as none:
            return Answer(None, all(bool(r.flags & dns.flags.AD) for r in none.responses().values()))  # type: ignore[no-untyped-call]
        except dns.exception.DNSException:
            return None
        authentic = bool(found.response.flags & dns.flags.AD)
        if found.rrset is None:
            return Answer(None, authentic)
        texts = [b"".join(record.strings) for record in found.rrset]
        if len(texts) != 1 or len(texts[0]) > MAX_TXT_BYTES:
            return None
        return Answer(texts[0], authentic)
