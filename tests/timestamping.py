"""A timestamp authority of `openssl ts` behind a small HTTP server, and its own root with a list of the revoked."""

from __future__ import annotations

import subprocess
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

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
[ ca ]
default_ca = one
[ one ]
database = index.txt
default_md = sha256
default_crl_days = 3650
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


@dataclass
class Authority:
    """`answer` bends what the server says, `asked` counts how often it was asked."""

    folder: Path
    url: str = ""
    asked: int = 0
    answer: dict[str, object] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path, name: str = "Marche di prova") -> Authority:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tsa.cnf").write_text(CONFIG.format(name=name))
        (folder / "serial").write_text("01\n")
        (folder / "index.txt").write_text("")
        one = cls(folder)
        new = ("-newkey", "rsa:2048", "-nodes", "-config", "tsa.cnf")
        one.openssl("req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem", "-extensions", "root",
                    "-days", "3650")  # fmt: skip
        one.openssl("req", *new, "-keyout", "signer.key", "-out", "signer.csr", "-subj", f"/CN={name} 1")
        one.openssl("x509", "-req", "-in", "signer.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
                    "-out", "signer.pem", "-extfile", "tsa.cnf", "-extensions", "signer", "-days", "3650")  # fmt: skip
        one.openssl("ca", "-gencrl", "-config", "tsa.cnf", "-cert", "root.pem", "-keyfile", "root.key",
                    "-out", "revoked.pem")  # fmt: skip
        return one

    def openssl(self, *args: str | Path, data: bytes = b"") -> bytes:
        done = subprocess.run(
            ["openssl", *args], cwd=self.folder, input=data, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise AssertionError(done.stderr.decode())
        return done.stdout

    @property
    def root(self) -> str:
        return (self.folder / "root.pem").read_text()

    @property
    def revoked(self) -> str:
        """PEM: nobody."""
        return (self.folder / "revoked.pem").read_text()

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        return self.openssl(
            "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-inkey", "signer.key", "-signer",
            "signer.pem", "-out", "/dev/stdout",
        )  # fmt: skip

    def verify(self, token: Path, data: Path) -> str:
        """What openssl itself says of a token over these bytes."""
        return self.openssl("ts", "-verify", "-in", token, "-data", data, "-CAfile", "root.pem").decode()


class Server:
    """``with Server(authority):`` serves it at `authority.url`."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        turn = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                with turn:
                    authority.asked += 1
                    said = authority.answer
                    body = said["body"] if "body" in said else authority.reply(query)
                assert isinstance(body, bytes)
                self.send_response(int(str(said.get("status", 200))))
                self.send_header("Content-Type", str(said.get("type", "application/timestamp-reply")))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        authority.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Authority:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self._authority

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
