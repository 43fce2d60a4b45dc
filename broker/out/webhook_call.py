"""Calls the address that somebody gave: out into the world, never into a network of ours.

The name is resolved once, every address it has must be a public one, and the call goes to that very address: a name
that answers otherwise a moment later leads nowhere else. No redirect is followed, no proxy asked, and of the answer
no more is read than its status and a little.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

import httpx

from broker.domain.public_address import Address, is_named, is_public
from broker.ports import Called

TIMEOUT_S = 10.0  # for the whole call, its name resolved
MAX_ANSWER_BYTES = 1024


class _Inside(OSError):
    """The address is in a network of ours, or in none."""


class HttpWebhookCaller:
    """`inside`: hosts that may be called although they are in the vendor's own network. Certificates are checked
    against the system's authorities."""

    def __init__(self, inside: frozenset[str] = frozenset(), *, trust: ssl.SSLContext | None = None) -> None:
        self._inside = inside
        self._trust = trust or ssl.create_default_context()

    async def call(self, url: str, headers: dict[str, str], body: bytes) -> Called:
        """Never raises for what is the other side's doing."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._call(url, headers, body)
        except (TimeoutError, httpx.TimeoutException):
            return Called(0, "too_slow")
        except _Inside:
            return Called(0, "inside")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError, ValueError):
            return Called(0, "unreachable")

    async def _call(self, url: str, headers: dict[str, str], body: bytes) -> Called:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = await self._resolved(host, port)
        asked = httpx.URL(url).copy_with(host=str(address))
        # One client for one call: no cookie and no connection of one name is ever another's on the same address.
        async with (
            httpx.AsyncClient(
                timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, verify=self._trust
            ) as client,
            client.stream(
                "POST",
                asked,
                content=body,
                headers={**headers, "host": parts.netloc},
                # The certificate is that of the name, wherever the name led.
                extensions={"sni_hostname": host},
            ) as answer,
        ):
            read = 0
            async for piece in answer.aiter_raw():
                read += len(piece)
                if read > MAX_ANSWER_BYTES:
                    break
            return Called(answer.status_code, _said(answer.status_code))

    async def _resolved(self, host: str, port: int) -> Address:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(one[4][0]) for one in found]
        if not addresses:
            raise OSError("the name leads nowhere")
        if not is_named(host, port, self._inside) and not all(is_public(one) for one in addresses):
            raise _Inside
        return addresses[0]


def _said(status: int) -> str:
    if 200 <= status < 300:
        return "taken"
    return "redirected" if 300 <= status < 400 else "refused"
