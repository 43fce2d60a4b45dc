"""A demo person at his browser: the broker's own HTTP API, with a software passkey in place of a finger.

Nothing here goes round the broker: every step is a request that a page would send.
"""

from __future__ import annotations

import base64
import json
import secrets
from types import TracebackType
from typing import Any, Self

import httpx

from audit import paper_key
from audit.approvers import Origin
from audit.canonical import b64, unb64
from audit.keys import SigningKey
from audit.signed import PARSERS
from web.demo.authenticator import SoftwareAuthenticator

TIMEOUT_S = 60.0


class Said(Exception):
    """The broker said no; `code` is its refusal code, the text its Italian sentence."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(f"{sentence} ({code}, {status})")
        self.code = code


class Unanswered(Said):
    """No answer came at all: the broker is gone, or far too busy."""

    def __init__(self, why: httpx.HTTPError) -> None:
        super().__init__(0, "unanswered", f"Il broker non risponde: {str(why) or type(why).__name__}.")


class Browser:
    """One person's session with the broker. Use as an async context manager."""

    def __init__(self, origin: str, login: SoftwareAuthenticator, signing: SoftwareAuthenticator) -> None:
        self._login = login
        self._signing = signing
        self._http = httpx.AsyncClient(base_url=origin, headers={"Origin": origin}, timeout=TIMEOUT_S)

    @property
    def origin(self) -> str:
        return str(self._http.base_url).rstrip("/")

    @property
    def cookie(self) -> str:
        """For a WebSocket's handshake."""
        return "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def get(self, path: str, **params: str) -> Any:
        return _answer(await self._send("GET", path, params=params))

    async def fetch(self, path: str) -> bytes:
        """A file, as its page's link would."""
        answer = await self._send("GET", path)
        if answer.status_code != httpx.codes.OK:
            _answer(answer)
        return answer.content

    async def post(self, path: str, **body: Any) -> Any:
        return _answer(await self._send("POST", path, json=body))

    async def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **more)
        except httpx.HTTPError as wrong:
            raise Unanswered(wrong) from wrong

    # ---------------------------------------------------------------------------------- log in

    async def accept(self, token: str) -> Any:
        """Take an invitation: register the login passkey, and be logged in."""
        asked = await self.post(f"/api/invitations/{token}/passkey/begin")
        answer = self._login.registration(unb64(asked["options"]["challenge"]))
        return await self.post(
            f"/api/invitations/{token}/passkey/finish",
            state=asked["state"],
            answer=answer,
            demo_software=True,
        )

    async def log_in(self) -> Any:
        asked = await self.post("/api/login/passkey/begin")
        answer = self._login.authentication(unb64(asked["options"]["challenge"]))
        return await self.post("/api/login/passkey/finish", state=asked["state"], answer=answer)

    # ------------------------------------------------------------------------------------ sign

    async def register_signing_key(self) -> Any:
        begun = await self.post("/api/signing/begin", purpose="first-signing-key", demo_software=True)
        asked = payload(begun["url"])
        made = self._signing.registration(unb64(asked["challenge"]))
        return await self.post(
            "/api/signing/finish",
            state=asked["state"],
            credential=made["id"],
            public_key=self._signing.public_key,
            client_data=made["response"]["clientDataJSON"],
            attestation_object=made["response"]["attestationObject"],
        )

    async def sign(self, purpose: str, **what: Any) -> Any:
        """Begin, sign what the signing page would show, hand it back."""
        begun = await self.post("/api/signing/begin", purpose=purpose, **what)
        return await self.sign_at(begun["url"])

    async def sign_from(self, path: str) -> Any:
        """What a page's own button leads to."""
        led = _answer(await self._send("POST", path, headers={"Accept": "application/json"}))
        return await self.sign_at(led["go"])

    async def sign_at(self, url: str, *, paper: SigningKey | None = None) -> Any:
        """`paper`: the key on paper, typed there as well."""
        asked = payload(url)
        statement = unb64(asked["statement"], max_bytes=64 * 1024)
        kind = json.loads(statement)["type"]
        said = self._signing.assertion(PARSERS[kind](statement).digest)
        typed = {} if paper is None else {"paper": b64(paper.sign(paper_key.message(statement)))}
        return await self.post(
            "/api/signing/finish", state=asked["state"], assertion=said.to_value(), **typed
        )

    async def approve(self, request: str, *, supervision: str, watcher: str | None = None) -> Any:
        body = {"supervision": supervision, "demo_software": True}
        if watcher is not None:
            body["watcher"] = watcher
        begun = await self.post(f"/api/requests/{request}/approval/begin", **body)
        return await self.sign_at(begun["url"])

    async def check_in(self, request: str) -> SigningKey:
        """Take supervision, as a page would: its key, endorsed by the passkey."""
        page = SigningKey(secrets.token_bytes(32))
        begun = await self.post(
            f"/api/requests/{request}/supervision/begin", page_key=page.public.text, demo_software=True
        )
        await self.sign_at(begun["url"])
        return page

    async def sign_stop(self, session: str) -> Any:
        """End a session by signature."""
        begun = await self.post(f"/api/sessions/{session}/stop/begin", demo_software=True)
        return await self.sign_at(begun["url"])

    # -------------------------------------------------------------------------------- activate

    async def take(self, session: str) -> None:
        """Its incident into his hands, whatever stands before it: the demo's people come as they come."""
        for one in (await self.get("/api/queue"))["incidents"]:
            if (one["session"], one["state"]) == (session, "workable"):
                path = f"/api/tenants/{one['tenant']}/incidents/{one['incident']}/taking"
                await self.post(path, reason="appointment")

    async def activate(self, session: str) -> Any:
        await self.take(session)
        begun = await self.post(f"/api/sessions/{session}/activation/begin")
        answer = self._login.authentication(unb64(begun["options"]["challenge"]))
        return await self.post(f"/api/sessions/{session}/activation/finish", answer=answer)


def payload(url: str) -> dict[str, Any]:
    """What a signing address carries in its fragment."""
    text = url.split("#", 1)[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def site(origin: str) -> Origin:
    return Origin(httpx.URL(origin).host, origin)


def _answer(answer: httpx.Response) -> Any:
    if answer.status_code == httpx.codes.NO_CONTENT:
        return None
    try:
        body = answer.json()
    except ValueError:
        body = {"it": answer.text[:200]}
    if answer.is_error:
        raise Said(answer.status_code, str(body.get("code", "")), str(body.get("it", "")))
    return body
