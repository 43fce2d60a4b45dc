"""`trust.json` and `state.json`: what the customer pinned at on-boarding, and the last head he saw.

Canonical JSON (FORMAT.md §10). The trust file is handed over once, on the customer's own device, and
kept by him: a bundle that brought its own would prove nothing.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from audit.approvers import Origin
from audit.canonical import Fields, Value, decode, encode
from audit.checkpoint import Checkpoint, parse_size
from audit.errors import Malformed
from audit.forms import DIGEST, ID
from audit.keys import PublicKey
from audit.note import COSIGNATURE, ED25519, VerifierKey
from audit.timestamp import authorities

MAX_TRUST_BYTES = 1024 * 1024  # a thousand hosts, their two keys each


@dataclass(frozen=True, slots=True)
class Link:
    """A statement of a chain by its number and digest (64 hex digits)."""

    number: int
    digest: str

    def to_value(self) -> Value:
        return {"number": self.number, "digest": self.digest}

    @classmethod
    def from_value(cls, value: Value) -> Link:
        f = Fields(value, "link")
        found = cls(f.integer("number"), f.formed("digest", DIGEST))
        f.done()
        if found.number < 1:
            raise Malformed("a link of a chain is numbered from 1 on")
        return found


@dataclass(frozen=True, slots=True)
class PinnedApprover:
    person: str
    role: str
    credential: str
    public_key: str

    def to_value(self) -> Value:
        return {
            "person": self.person,
            "role": self.role,
            "credential": self.credential,
            "public_key": self.public_key,
        }

    @classmethod
    def from_value(cls, value: Value) -> PinnedApprover:
        f = Fields(value, "approver")
        found = cls(f.formed("person", ID), f.text("role"), f.text("credential"), f.text("public_key"))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class PinnedHost:
    """An agent's identity and, where it witnesses, its witness key; both as vkeys."""

    host: str
    agent: VerifierKey
    witness: VerifierKey | None = None

    def to_value(self) -> Value:
        value = {"host": self.host, "agent": self.agent.text}
        if self.witness is not None:
            value["witness"] = self.witness.text
        return value

    @classmethod
    def from_value(cls, value: Value) -> PinnedHost:
        f = Fields(value, "host")
        host, agent, witness = f.formed("host", ID), VerifierKey.parse(f.text("agent")), f.opt_text("witness")
        f.done()
        found = cls(host, agent, None if witness is None else VerifierKey.parse(witness))
        if agent.type != ED25519 or (found.witness is not None and found.witness.type != COSIGNATURE):
            raise Malformed("a host's keys are of the wrong type")
        return found


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier believes without asking the bundle.

    `approvers` and `policies` are the chains as far as they went on that day: later links are taken
    when a titolare of the set in force signed them. `credentials` are those of the last pinned set.
    `report_ca` and `tsa_ca` (of the timestamp authority) are PEM. `quorum` is how many witnesses a head needs.
    """

    tenant: str
    origin: str
    log_vkeys: tuple[VerifierKey, ...]
    grant_key: PublicKey
    signing: Origin
    login: Origin
    approvers: tuple[Link, ...]
    credentials: tuple[PinnedApprover, ...]
    policies: tuple[Link, ...]
    hosts: tuple[PinnedHost, ...]
    witnesses: tuple[VerifierKey, ...] = ()
    quorum: int = 0
    report_ca: str | None = None
    tsa_ca: str | None = None

    def log_key(self, origin: str) -> VerifierKey | None:
        return next((k for k in self.log_vkeys if k.name == origin), None)

    def host(self, host: str) -> PinnedHost | None:
        return next((h for h in self.hosts if h.host == host), None)

    def encode(self) -> bytes:
        value: dict[str, Value] = {
            "v": 1,
            "type": "trust",
            "tenant": self.tenant,
            "origin": self.origin,
            "log_vkeys": [k.text for k in self.log_vkeys],
            "grant_key": self.grant_key.text,
            "signing": self.signing.to_value(),
            "login": self.login.to_value(),
            "approvers": [link.to_value() for link in self.approvers],
            "credentials": [c.to_value() for c in self.credentials],
            "policies": [link.to_value() for link in self.policies],
            "hosts": [h.to_value() for h in self.hosts],
            "witnesses": [w.text for w in self.witnesses],
            "quorum": self.quorum,
        }
        if self.report_ca is not None:
            value["report_ca"] = self.report_ca
        if self.tsa_ca is not None:
            value["tsa_ca"] = self.tsa_ca
        return encode(value, max_bytes=MAX_TRUST_BYTES)

    @classmethod
    def parse(cls, data: bytes) -> Trust:
        f = Fields(decode(data.removesuffix(b"\n"), max_bytes=MAX_TRUST_BYTES), "trust file")
        f.exactly("v", 1)
        f.exactly("type", "trust")
        found = cls(
            tenant=f.formed("tenant", ID),
            origin=f.text("origin"),
            log_vkeys=tuple(VerifierKey.parse(t) for t in f.texts("log_vkeys")),
            grant_key=PublicKey.parse(f.text("grant_key")),
            signing=Origin.from_value(f.mapping("signing")),
            login=Origin.from_value(f.mapping("login")),
            approvers=tuple(Link.from_value(v) for v in f.items("approvers")),
            credentials=tuple(PinnedApprover.from_value(v) for v in f.items("credentials")),
            policies=tuple(Link.from_value(v) for v in f.items("policies")),
            hosts=tuple(PinnedHost.from_value(v) for v in f.items("hosts")),
            witnesses=tuple(VerifierKey.parse(t) for t in f.texts("witnesses")),
            quorum=f.integer("quorum"),
            report_ca=f.opt_text("report_ca"),
            tsa_ca=f.opt_text("tsa_ca"),
        )
        f.done()
        if found.log_key(found.origin) is None or any(k.type != ED25519 for k in found.log_vkeys):
            raise Malformed("the trust file holds no key for its own log")
        if not found.approvers or not found.policies or not found.credentials:
            raise Malformed("the trust file pins no approvers or no policy")
        if any(w.type != COSIGNATURE for w in found.witnesses) or not 0 <= found.quorum <= 1000:
            raise Malformed("the trust file's witnesses or quorum are not usable")
        if found.tsa_ca is not None:
            authorities(found.tsa_ca)
        return found


@dataclass(frozen=True, slots=True)
class SeenHeads:
    """The last head seen of each log, kept between two verifications (``--state``)."""

    heads: tuple[Checkpoint, ...] = ()

    def of(self, origin: str) -> Checkpoint | None:
        return next((h for h in self.heads if h.origin == origin), None)

    def seen(self, head: Checkpoint) -> SeenHeads:
        others = tuple(h for h in self.heads if h.origin != head.origin)
        return SeenHeads(tuple(sorted((*others, head), key=lambda h: h.origin)))

    def encode(self) -> bytes:
        lines = [
            {"origin": h.origin, "size": str(h.size), "root": base64.b64encode(h.root).decode()}
            for h in self.heads
        ]
        return encode({"v": 1, "type": "seen_heads", "heads": lines}, max_bytes=MAX_TRUST_BYTES)

    @classmethod
    def parse(cls, data: bytes) -> SeenHeads:
        f = Fields(decode(data.removesuffix(b"\n"), max_bytes=MAX_TRUST_BYTES), "state file")
        f.exactly("v", 1)
        f.exactly("type", "seen_heads")
        heads = []
        for line in f.items("heads"):
            h = Fields(line, "head")
            origin, size, root = h.text("origin"), h.text("size"), h.text("root")
            h.done()
            try:
                raw = base64.b64decode(root, validate=True)
            except ValueError as wrong:
                raise Malformed("a head's root is not base64") from wrong
            heads.append(Checkpoint(origin, parse_size(size), raw))
        f.done()
        return cls(tuple(heads))
