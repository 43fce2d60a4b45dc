"""Ordinary mails of a made-up customer, signed by dkimpy with a fixed key, and the DNS that publishes it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

import dkim
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from audit.mail_evidence.codes import Level
from audit.mail_evidence.dns import Answer, DnsSnapshot
from audit.mail_evidence.judgement import Envelope, Judgement
from audit.mail_evidence.judging import judge
from audit.mail_evidence.known import Known, Registered, Term
from tests.audit.mail_evidence.fixed_keys import RSA_768, RSA_1024, RSA_2048

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SENT = NOW - timedelta(minutes=2)
TITOLARE = Registered("p-titolare", "titolare", "titolare@studio.it", fiscal_code="RSSMRA80A01H501U")
ADS = Registered(
    "p-ads", "ads", "ads@studio.it", delegation=Term(NOW - timedelta(days=30), NOW + timedelta(days=300))
)
KNOWN = Known(registered=(TITOLARE, ADS), minimum=Level.E1)
PEM = {"s1": RSA_2048, "short": RSA_1024, "weak": RSA_768, "s2": RSA_2048}
ENVELOPE = Envelope(NOW, "titolare@studio.it", ("assistenza@fornitore.it",), "203.0.113.7")


@cache
def public(pem: bytes) -> bytes:
    key = load_pem_private_key(pem, None).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


def published(*domains: str, **changed: bytes | None) -> DnsSnapshot:
    """Every selector's key under each domain; `changed` by selector says otherwise."""
    answers = {}
    for domain in domains or ("studio.it",):
        for selector, pem in PEM.items():
            text = changed[selector] if selector in changed else public(pem)
            answers[f"{selector}._domainkey.{domain}"] = Answer(text)
    return DnsSnapshot(NOW, "prova", tuple(sorted(answers.items(), key=lambda item: item[0])))


DNS = published()


def mail(
    author: str = "Maria Rossi <titolare@studio.it>",
    *,
    body: str = "Autorizzo l’intervento.\r\nInviato da iPhone\r\n",
    extra: Iterable[str] = (),
    written: datetime = SENT,
    message_id: str = "<m1@studio.it>",
) -> bytes:
    lines = [
        "Received: from mx.studio.it (203.0.113.7) by mx.fornitore.it; Thu, 26 Nov 2026 08:59:00 +0000",
        f"From: {author}", "To: assistenza@fornitore.it", "Subject: [AUT-7K3M] si proceda",
        f"Date: {written.strftime('%a, %d %b %Y %H:%M:%S +0000')}", f"Message-ID: {message_id}",
        "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", *extra,
    ]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def signed(
    raw: bytes, change: dict[str, str] | None = None, *, domain: str = "studio.it", selector: str = "s1"
) -> bytes:
    """Signed by dkimpy, but with no time of its clock in it; `change` maps a tag to another value."""
    signer = dkim.DKIM(raw)
    names = [b"from", b"date", b"subject", b"message-id", b"from"]
    signer.hasher = dkim.HASH_ALGORITHMS[b"rsa-sha256"]
    changes = change or {}
    policy = dkim.CanonicalizationPolicy.from_c_value(changes.get("c", "relaxed/simple").encode())
    body = policy.canonicalize_body(signer.body)[: int(changes["l"]) if "l" in changes else None]
    tags = {
        "v": "1", "a": "rsa-sha256", "c": "relaxed/simple", "d": domain, "s": selector,
        "h": ":".join(n.decode() for n in names), "bh": base64.b64encode(signer.hasher(body).digest()).decode(),
    } | changes | {"b": "0" * 60}  # fmt: skip
    fields = [(name.encode(), value.encode()) for name, value in tags.items()]
    listed = [name.strip().lower().encode() for name in tags["h"].split(":")]
    value: bytes = signer.gen_header(
        fields, listed, policy, b"DKIM-Signature", dkim.parse_pem_private_key(PEM[selector])
    )
    return b"DKIM-Signature: " + value + raw


def judged(
    raw: bytes, known: Known = KNOWN, dns: DnsSnapshot = DNS, envelope: Envelope = ENVELOPE
) -> Judgement:
    return judge(raw, envelope, dns, known)


def without(raw: bytes, name: str) -> bytes:
    return re.sub(rf"(?im)^{name}:.*\r\n(?:[ \t].*\r\n)*".encode(), b"", raw, count=1)


def forwarded(
    raw: bytes,
    *,
    by: str = "forum.it",
    results: str = "dkim=pass header.d=studio.it",
    message: dict[str, str] | None = None,
    seal: dict[str, str] | None = None,
) -> bytes:
    """One ARC set around a mail (RFC 8617); `message` and `seal` change tags of its two signatures."""
    arc = dkim.ARC(raw)
    arc.hasher = dkim.HASH_ALGORITHMS[b"rsa-sha256"]
    policy = dkim.CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    pk = dkim.parse_pem_private_key(PEM["s1"])
    told = f" i=1; mx.{by}; {results}\r\n".encode()
    arc.headers = policy.canonicalize_headers([(b"ARC-Authentication-Results", told)]) + arc.headers
    digest = base64.b64encode(arc.hasher(policy.canonicalize_body(arc.body)).digest()).decode()
    tags = {
        "i": "1", "a": "rsa-sha256", "c": "relaxed/relaxed", "d": by, "s": "s1", "h": "from:date:subject:message-id",
        "bh": digest,
    } | (message or {}) | {"b": "0" * 60}  # fmt: skip
    listed = [name.encode() for name in tags["h"].split(":")]
    ams = arc.gen_header(
        [(k.encode(), v.encode()) for k, v in tags.items()], listed, policy, b"ARC-Message-Signature", pk
    )
    arc.headers = policy.canonicalize_headers([(b"ARC-Message-Signature", ams)]) + arc.headers
    tags = {"i": "1", "cv": "none", "a": "rsa-sha256", "d": by, "s": "s1"} | (seal or {}) | {"b": "0" * 60}
    listed = [b"arc-authentication-results", b"arc-message-signature"]
    sealed = arc.gen_header(
        [(k.encode(), v.encode()) for k, v in tags.items()], listed, policy, b"ARC-Seal", pk
    )
    return (
        b"ARC-Seal: "
        + sealed
        + b"ARC-Message-Signature: "
        + ams
        + b"ARC-Authentication-Results:"
        + told
        + raw
    )
