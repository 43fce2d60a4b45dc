"""A timestamp authority of `openssl ts`, for this demonstration alone: the demo's broker has none."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from web.demo.processes import Failed

LIMIT_S = 60.0
CONFIG = """\
[ req ]
distinguished_name = dn
prompt = no
[ dn ]
CN = {name}
[ root ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[ signer ]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ tsa ]
default_tsa = authority
[ authority ]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def possible() -> bool:
    return shutil.which("openssl") is not None


@dataclass(frozen=True, slots=True)
class Authority:
    folder: Path

    @property
    def root(self) -> str:
        """PEM: what a customer pins."""
        return (self.folder / "root.pem").read_text()

    async def token(self, digest: bytes) -> bytes:
        """A whole `TimeStampResp` over this SHA-256, of this moment."""
        await self._openssl("ts", "-query", "-digest", digest.hex(), "-sha256", "-cert", "-out", "query.tsq")
        await self._openssl(
            "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-inkey", "signer.key",
            "-signer", "signer.pem", "-out", "token.tsr",
        )  # fmt: skip
        return (self.folder / "token.tsr").read_bytes()

    async def _openssl(self, *words: str) -> None:
        process = await asyncio.create_subprocess_exec(
            "openssl", *words, cwd=self.folder,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        async with asyncio.timeout(LIMIT_S):
            _, wrong = await process.communicate()
        if process.returncode != 0:
            raise Failed(f"openssl {words[0]} non è riuscito: {wrong.decode('utf-8', 'replace').strip()}")

    async def begin(self) -> None:
        """A root, and a key that stamps."""
        new = ("-newkey", "rsa:2048", "-nodes", "-config", "tsa.cnf")
        await self._openssl(
            "req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem", "-extensions", "root"
        )
        await self._openssl(
            "req", *new, "-keyout", "signer.key", "-out", "signer.csr", "-subj", "/CN=Marche 1"
        )
        await self._openssl(
            "x509", "-req", "-in", "signer.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
            "-out", "signer.pem", "-extfile", "tsa.cnf", "-extensions", "signer",
        )  # fmt: skip


async def open_authority(folder: Path, name: str) -> Authority:
    folder.mkdir()
    (folder / "tsa.cnf").write_text(CONFIG.format(name=name))
    (folder / "serial").write_text("01\n")
    found = Authority(folder)
    await found.begin()
    return found
