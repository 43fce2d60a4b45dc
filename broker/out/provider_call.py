"""Asks providers of OpenID Connect over HTTP(S): one bounded answer in a bounded time, no redirect followed."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping

import httpx

from broker.ports import ProviderAnswer

TIMEOUT_S = 10.0  # for the whole call
MAX_ANSWER_BYTES = 256 * 1024


class HttpProviderCaller:
    """Certificates are checked against the usual authorities, which are read once."""

    def __init__(self) -> None:
        self._trusted: ssl.SSLContext | None = None

    async def ask(self, url: str, form: Mapping[str, str] | None, bearing: str = "") -> ProviderAnswer:
        """`OSError` for everything that kept a whole answer from coming."""
        if self._trusted is None:
            self._trusted = httpx.create_ssl_context()
        try:
            async with (
                asyncio.timeout(TIMEOUT_S),
                httpx.AsyncClient(verify=self._trusted, timeout=TIMEOUT_S, follow_redirects=False) as client,
            ):
                return await self._ask(client, url, form, bearing)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as wrong:
            raise ConnectionError(f"the provider was not reached: {wrong!r}") from wrong

    async def _ask(
        self, client: httpx.AsyncClient, url: str, form: Mapping[str, str] | None, bearing: str
    ) -> ProviderAnswer:
        headers = {"Accept": "application/json", **({"Authorization": bearing} if bearing else {})}
        method = "GET" if form is None else "POST"
        async with client.stream(
            method, url, data=None if form is None else dict(form), headers=headers
        ) as answer:
            data = b""
            async for piece in answer.aiter_bytes():
                data += piece
                if len(data) > MAX_ANSWER_BYTES:
                    raise ConnectionError("the provider answers without end")
            return ProviderAnswer(answer.status_code, data)
