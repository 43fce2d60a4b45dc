"""DEMO: a mail server on loopback that keeps what it gets as files, so that the demo's mails can be read."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_MAILS = 1000


class _Files:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = len(list(folder.glob("*.eml")))

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self._count >= MAX_MAILS:
            return "452 the demo's mailbox is full"
        self._count += 1
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        path = self._folder / f"{self._count:04d}-{envelope.rcpt_tos[0].split('@')[0][:32]}.eml"
        path.write_bytes(content)
        return "250 kept"


async def _serve(port: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    box = _Files(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
