"""Another system's server, as a process of its own: takes what it is sent, or does not, and writes it down.

``python -m tests.receiver PORT FOLDER [CERTIFICATE]``: each body goes as one line into FOLDER/taken; FOLDER/answer
holds the status to give (default 204), or ``drip``: an answer that never ends. FOLDER/port is what it listens on.
"""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def serve(port: int, folder: Path, certificate: str | None) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            answer = folder / "answer"
            given = answer.read_text() if answer.exists() else "204"
            if given == "drip":
                self.drip()
            status = int(given)
            line = {"status": status, "headers": dict(self.headers), "body": body.decode()}
            with (folder / "taken").open("a") as file:
                file.write(json.dumps(line) + "\n")
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            said = b"x" * 100_000 if status == 418 else b""
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def drip(self) -> None:
            """A sign of the headers every tenth of a second, so that no read ever waits long."""
            self.wfile.write(b"HTTP/1.1 204 No Content\r\nx: ")
            while True:
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    (folder / "port.new").write_text(str(server.server_address[1]))
    (folder / "port.new").rename(folder / "port")
    server.serve_forever()


@contextmanager
def receiving(folder: Path, port: int = 0, certificate: Path | None = None) -> Iterator[int]:
    """The port it listens on, while it runs."""
    (folder / "port").unlink(missing_ok=True)
    extra = [] if certificate is None else [str(certificate)]
    command = [sys.executable, "-m", "tests.receiver", str(port), str(folder), *extra]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1])
    try:
        for _ in range(500):
            if (folder / "port").exists():
                break
            time.sleep(0.02)
        yield int((folder / "port").read_text())
    finally:
        process.kill()
        process.wait()


def taken(folder: Path) -> list[dict[str, Any]]:
    """What came, each with the status it was given."""
    path = folder / "taken"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
