"""Asks witnesses over HTTP(S): one bounded answer in a bounded time, no redirect followed."""

from __future__ import annotations

import asyncio

import httpx

from audit.add_checkpoint import MAX_ANSWER_BYTES, PATH
from broker.ports import WitnessAnswer

TIMEOUT_S = 10.0  # for the whole call


class HttpWitnessCaller:
    """Certificates are checked against the system's authorities. Connections are kept for the next head."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False)

    async def ask(self, url: str, body: bytes) -> WitnessAnswer:
        """`OSError` for everything that kept a whole answer from coming."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._post(url + PATH, body)
        except (httpx.HTTPError, httpx.InvalidURL) as wrong:
            raise ConnectionError(f"the witness was not reached: {wrong!r}") from wrong

    async def _post(self, url: str, body: bytes) -> WitnessAnswer:
        fields = {"Content-Type": "text/plain; charset=utf-8"}
        async with self._client.stream("POST", url, content=body, headers=fields) as answer:
            data = b""
            async for piece in answer.aiter_bytes():
                data += piece
                if len(data) > MAX_ANSWER_BYTES:
                    raise ConnectionError("the witness answers without end")
            kind = answer.headers.get("content-type", "").partition(";")[0].strip()
            return WitnessAnswer(answer.status_code, kind, data)

    async def close(self) -> None:
        await self._client.aclose()
