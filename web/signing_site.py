"""Serves the signing site: a handful of static files on a host name of their own, and nothing else.

`python -m web.signing_site --port 8701 --origin http://firma.localhost:8701 --broker http://localhost:8700`.
Its own process, which the broker cannot write to (trust.md §1). Behind a reverse proxy the same files
are served by anything that sends `HEADERS`; the demo and the tests use this.
"""

# ruff: noqa: T201 — a command that talks to the terminal

from __future__ import annotations

import argparse
import errno
import json
import socket
import sys
import threading
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

FOLDER = Path(__file__).parent / "signing"
LOOPBACK = {"127.0.0.1", "[::1]", "localhost"}
MAX_PATH = 2048  # a link's payload is in the fragment and never reaches the server
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/firma.css": ("firma.css", "text/css; charset=utf-8"),
    "/firma.js": ("firma.js", "text/javascript; charset=utf-8"),
    "/canonical.js": ("canonical.js", "text/javascript; charset=utf-8"),
    "/language.js": ("language.js", "text/javascript; charset=utf-8"),
    "/paper.js": ("paper.js", "text/javascript; charset=utf-8"),
    "/statements.js": ("statements.js", "text/javascript; charset=utf-8"),
    "/words.js": ("words.js", "text/javascript; charset=utf-8"),
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), geolocation=(), "
        "microphone=(), payment=(), usb=()"
    ),
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class SigningConfig:
    """What deployment decides: the site's one origin, and the brokers it may send people back to."""

    origin: str
    broker_origins: tuple[str, ...]

    def __post_init__(self) -> None:
        for one in (self.origin, *self.broker_origins):
            parts = urlsplit(one)
            if parts.scheme not in {"http", "https"} or one != f"{parts.scheme}://{parts.netloc}":
                raise ValueError(f"{one!r} is not an origin such as https://firma.example")

    @property
    def netloc(self) -> str:
        return urlsplit(self.origin).netloc

    @property
    def rp_id(self) -> str:
        return urlsplit(self.origin).hostname or ""

    def encode(self) -> bytes:
        value = {"rp_id": self.rp_id, "origin": self.origin, "broker_origins": list(self.broker_origins)}
        return json.dumps(value, indent=1).encode() + b"\n"


class _Handler(BaseHTTPRequestHandler):
    config: ClassVar[SigningConfig]
    server_version = "verbale-firma"
    sys_version = ""
    timeout = 10  # seconds for a whole request: the largest file is a few KiB

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        host = self.headers.get("Host", "").lower()
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        path = self.path.split("?", 1)[0]
        if len(self.path) > MAX_PATH:
            self._send(HTTPStatus.NOT_FOUND, b"", "text/plain; charset=utf-8", body=body)
        elif host != self.config.netloc and name in LOOPBACK:
            # 127.0.0.1 is no valid relying party: lead to the name that is. Browsers keep the fragment.
            self._send(HTTPStatus.PERMANENT_REDIRECT, b"", "text/plain; charset=utf-8", body=body, to=path)
        elif host != self.config.netloc:
            self._send(HTTPStatus.NOT_FOUND, b"Non qui.\n", "text/plain; charset=utf-8", body=body)
        elif path == "/config.json":
            self._send(HTTPStatus.OK, self.config.encode(), "application/json", body=body)
        elif path in FILES:
            file, kind = FILES[path]
            self._send(HTTPStatus.OK, (FOLDER / file).read_bytes(), kind, body=body)
        else:
            self._send(HTTPStatus.NOT_FOUND, b"Non qui.\n", "text/plain; charset=utf-8", body=body)

    def _send(self, status: HTTPStatus, data: bytes, kind: str, *, body: bool, to: str | None = None) -> None:
        self.send_response(status)
        for header, value in HEADERS.items():
            self.send_header(header, value)
        if to is not None:
            self.send_header("Location", self.config.origin + (to if to in FILES else "/"))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: who opens this page and when is nobody's business."""


class _Server6(ThreadingHTTPServer):
    address_family = socket.AF_INET6


class SigningSite:
    """The site on 127.0.0.1 and ::1. `start()` binds and returns; `close()` ends both."""

    def __init__(self, config: SigningConfig, port: int) -> None:
        self.config = config
        self._port = port
        self._servers: list[ThreadingHTTPServer] = []

    def start(self) -> None:
        """Bind and serve in threads; `OSError` when the port is taken."""
        handler = type("Handler", (_Handler,), {"config": self.config})
        self._servers.append(ThreadingHTTPServer(("127.0.0.1", self._port), handler))
        if socket.has_ipv6:
            try:
                self._servers.append(_Server6(("::1", self._port), handler))
            except OSError as wrong:
                # A machine without ::1 serves 127.0.0.1 alone; a port taken on ::1 is an error.
                if wrong.errno not in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
                    self._servers.pop().server_close()
                    raise
        for server in self._servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="web.signing_site", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--origin", help="the one address people use; default http://firma.localhost:PORT")
    parser.add_argument("--broker", action="append", required=True, help="an origin to send people back to")
    asked = parser.parse_args(argv)
    try:
        config = SigningConfig(asked.origin or f"http://firma.localhost:{asked.port}", tuple(asked.broker))
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    site = SigningSite(config, asked.port)
    try:
        site.start()
    except OSError:
        print(
            f"Port {asked.port} is taken: the signing site needs it. Free it or choose another.",
            file=sys.stderr,
        )
        return 1
    print(f"signing site: {config.origin}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        site.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
