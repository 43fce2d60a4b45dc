"""Certified mail (PEC): letters handed over to the provider's own server, under the vendor's account.

What matters is what is known when it fails: a server that said no took nothing, and a line that broke after
the text had begun to flow may have carried all of it.
"""

from __future__ import annotations

import ssl
from contextlib import suppress
from dataclasses import dataclass, field

import aiosmtplib

from audit.mail_evidence.judgement import Judgement
from broker.domain import pec_receipt
from broker.domain.dispatch import Receipt
from broker.ports import NotTaken, Uncertain

TIMEOUT_S = 60.0  # providers sign before they answer


@dataclass(frozen=True, slots=True)
class CertifiedMail:
    """One connection for each letter. `tls` None: plain, for a server on this machine."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    tls: ssl.SSLContext | None
    code: str = "pec"

    async def send(self, message: bytes, recipient: str) -> None:
        """`NotTaken` or `Uncertain`, as `ports.Channel` has it."""
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            timeout=TIMEOUT_S,
            use_tls=self.tls is not None,
            start_tls=False,
            tls_context=self.tls,
        )
        try:
            try:
                await client.connect()
                if self.user:
                    await client.login(self.user, self.password)
                await client.mail(self.sender)
                await client.rcpt(recipient)
            except (aiosmtplib.SMTPException, OSError) as wrong:
                raise NotTaken("the certified mail server did not take the letter") from wrong
            await _text(client, message)
            with suppress(aiosmtplib.SMTPException, OSError):  # it is taken, whatever becomes of the line
                await client.quit()
        finally:
            client.close()

    def receipt(self, judged: Judgement) -> Receipt | None:
        return pec_receipt.receipt(judged)


async def _text(client: aiosmtplib.SMTP, message: bytes) -> None:
    try:
        await client.data(message)
    except aiosmtplib.SMTPResponseException as no:  # an answer: it was heard whole, and refused
        raise NotTaken("the certified mail server did not take the letter") from no
    except (aiosmtplib.SMTPException, OSError) as wrong:
        raise Uncertain("the line broke while the letter was on it") from wrong
