"""A timestamp authority over HTTP (RFC 3161 §3.4): one question, one answer, both small and neither waited for long."""

from __future__ import annotations

import httpx

from audit.checkpoint import Checkpoint
from audit.errors import Malformed
from audit.timestamp import MAX_TOKEN_BYTES, Issuer, read_token

TIMEOUT_S = 20.0
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class HttpAuthority:
    """`url` of the authority; `ca` (PEM) is what its certificates must hang on, as customers pin it."""

    def __init__(self, url: str, ca: str) -> None:
        self.url = url
        self.ca = ca

    async def token(self, head: Checkpoint) -> bytes:
        """A token over this head, judged as its reader will. `OSError` for everything that kept it from us."""
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

        asked = (
            TimestampRequestBuilder().data(head.text.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
        )
        data = await self.ask(asked.as_bytes())
        try:
            token = read_token(data, head, self.ca)
        except Malformed as wrong:
            raise ConnectionError(f"the timestamp authority sent what is no token: {wrong}") from wrong
        if not token.over_head or token.nonce != asked.nonce:
            raise ConnectionError("the timestamp authority answered another question")
        if token.issuer is not Issuer.KNOWN:
            raise ConnectionError(f"the token is not of the authority expected: {token.why}")
        return data

    async def ask(self, query: bytes) -> bytes:
        """The answer to a DER `TimeStampReq`, unread. `OSError` where there is none, or too much of it."""
        found = bytearray()
        try:
            async with (
                httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False) as client,
                client.stream("POST", self.url, content=query, headers={"Content-Type": QUERY}) as answer,
            ):
                kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
                if answer.status_code != httpx.codes.OK or kind != REPLY:
                    raise ConnectionError(f"the timestamp authority answered {answer.status_code} {kind}")
                async for part in answer.aiter_bytes():
                    found += part
                    if len(found) > MAX_TOKEN_BYTES:
                        raise ConnectionError("the timestamp authority answered without end")
        except (httpx.HTTPError, httpx.InvalidURL) as wrong:
            raise ConnectionError(f"no timestamp authority answers ({type(wrong).__name__})") from wrong
        return bytes(found)
