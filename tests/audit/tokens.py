"""A timestamp authority in memory, whose tokens bear the hour they are told (`openssl ts` knows the present alone)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from asn1crypto import algos, core, keys, tsp, x509
from cryptography import x509 as cx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.sign.timestamps import DummyTimeStamper

from audit.checkpoint import Checkpoint
from audit.timestamp import imprint

BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC)


def _certificate(name: str, key: Any, issuer: str, issuer_key: Any, *, ca: bool) -> cx.Certificate:
    def named(text: str) -> cx.Name:
        return cx.Name([cx.NameAttribute(cx.NameOID.COMMON_NAME, text)])

    made = (
        cx.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer)).public_key(key.public_key())
        .serial_number(cx.random_serial_number()).not_valid_before(BEGIN).not_valid_after(END)
        .add_extension(cx.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(cx.KeyUsage(not ca, False, False, False, False, ca, ca, False, False), critical=True)
    )  # fmt: skip
    if not ca:
        made = made.add_extension(cx.ExtendedKeyUsage([cx.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(issuer_key, hashes.SHA256())


@dataclass(frozen=True)
class Tsa:
    """`pem` is the root that a customer pins."""

    pem: str
    signer: Any
    key: Any

    @classmethod
    def make(cls, name: str) -> Tsa:
        root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        root = _certificate(name, root_key, name, root_key, ca=True)
        signer = _certificate(f"{name} 1", key, name, root_key, ca=False)
        der = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return cls(
            root.public_bytes(serialization.Encoding.PEM).decode(),
            x509.Certificate.load(signer.public_bytes(serialization.Encoding.DER)),
            keys.PrivateKeyInfo.load(der),
        )

    def token(self, head: Checkpoint, at: datetime) -> bytes:
        return self.stamp(imprint(head), at)

    def stamp(self, digest: bytes, at: datetime, algorithm: str = "sha256") -> bytes:
        """A `TimeStampResp` over a digest."""
        asked = tsp.TimeStampReq({
            "version": 1, "cert_req": True, "nonce": core.Integer(7),
            "message_imprint": {"hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}), "hashed_message": digest},
        })  # fmt: skip
        made = DummyTimeStamper(
            self.signer, self.key, fixed_dt=at.replace(microsecond=0), override_md="sha256"
        )
        return bytes(made.request_tsa_response(asked).dump())

    def refusal(self) -> bytes:
        return bytes.fromhex("30053003020102")


def tsa(name: str = "Marche di prova") -> Tsa:
    """The same one for the same name."""
    return _made(name)


@cache
def _made(name: str) -> Tsa:
    return Tsa.make(name)
