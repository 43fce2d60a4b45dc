"""Mail by SMTP: encrypted where the server offers it, and tried again by the outbox where it fails."""

from __future__ import annotations

import aiosmtplib

TIMEOUT_S = 20.0


class SmtpMailer:
    """Hands messages to the configured server, one connection each: a broker sends few."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port

    async def send(self, message: bytes, sender: str, recipient: str) -> None:
        """`OSError` for everything that kept the message from being taken."""
        client = aiosmtplib.SMTP(hostname=self._host, port=self._port, timeout=TIMEOUT_S)
        try:
            async with client:
                await client.sendmail(sender, [recipient], message)
        except aiosmtplib.SMTPException as wrong:
            raise ConnectionError("the mail server did not take the message") from wrong
