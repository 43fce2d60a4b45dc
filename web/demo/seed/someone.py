"""Somebody with his passkeys, and a host with its keys, as the demo's month and the tests have them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from audit.canonical import b64, unb64
from audit.enrolment import Enrolment
from audit.host_note import HostNote
from audit.keys import SigningKey
from audit.passkey import Assertion
from audit.statement import digest
from broker.cases.finish_signing import finish_signing
from broker.cases.signing import Finished, NewKey
from broker.domain.people import Who
from broker.parts import Parts
from broker.store import estate, statements
from web.demo.authenticator import SoftwareAuthenticator


def link_of(url: str) -> dict[str, Any]:
    """What the broker put into the fragment for the signing page."""
    found: dict[str, Any] = json.loads(unb64(url.partition("#")[2], max_bytes=512 * 1024))
    return found


@dataclass
class Someone:
    """A person with his passkeys, and the signing page in his hand."""

    parts: Parts
    who: Who
    token: str
    login: SoftwareAuthenticator
    signing: SoftwareAuthenticator
    ssh_fingerprint: str = ""

    @property
    def id(self) -> str:
        return self.who.person

    def answer(self, url: str) -> tuple[str, Assertion | NewKey]:
        """What the signing page would send back: he reads and signs, or makes his passkey."""
        link = link_of(url)
        if link["op"] == "register":
            made = self.signing.registration(unb64(link["challenge"]))["response"]
            return link["state"], NewKey(
                b64(self.signing.credential),
                self.signing.public_key,
                made["clientDataJSON"],
                made["attestationObject"],
            )
        statement = unb64(link["statement"], max_bytes=64 * 1024)
        return link["state"], self.signing.assertion(digest(json.loads(statement)["type"], statement))

    async def sign(self, url: str) -> Finished:
        state, answer = self.answer(url)
        return await finish_signing(self.parts, self.who, state, answer)


@dataclass
class AgentKeys:
    identity: SigningKey
    witness: SigningKey
    recorder: SigningKey

    @classmethod
    def make(cls, seed: bytes) -> AgentKeys:
        return cls(*(SigningKey((seed + name).ljust(32, b"k")[:32]) for name in (b"-id", b"-wit", b"-rec")))


async def enrolled_note(
    parts: Parts, tenant: str, host: str, keys: AgentKeys, *, confirmed: bool = True, **other: Any
) -> bytes:
    """The agent's first note, as `verbale-agent enroll` writes it."""
    async with parts.store.read() as work:
        found = await estate.host(work, tenant, host)
        assert found is not None
        signed = await statements.by_digest(work, tenant, found.enrolment)  # type: ignore[union-attr]
    assert signed is not None
    enrolment = Enrolment.parse(signed.statement)
    body = {
        "agent_key": keys.identity.public.text,
        "witness_key": keys.witness.public.text,
        "recorder_key": keys.recorder.public.text,
        "statement": enrolment.digest.hex(),
        "confirmed": confirmed,
    }
    note = HostNote(tenant, host, 0, parts.clock.now(), "host.enrolled", None, {**body, **other})
    return note.sign(keys.identity, enrolment.log_origin)
