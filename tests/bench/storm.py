"""Many HTTP callers at once out of one thread: each sends a request made beforehand, and its next when it is answered."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPMethod

from tests.bench import by_hand, load


def http_request(
    method: HTTPMethod,
    path: str,
    headers: Mapping[str, str],
    body: bytes = b"",
    kind: str = "application/json",
) -> bytes:
    own = {**headers, "Content-Length": str(len(body)), "Content-Type": kind}
    words = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in own.items()), "", ""]
    return "\r\n".join(words).encode() + body


@dataclass
class _Caller:
    line: socket.socket
    answer: bytes = b""
    began: float = 0.0

    def ask(self, asked: bytes) -> None:
        self.answer, self.began = b"", time.perf_counter()
        self.line.sendall(asked)

    def answered(self) -> bool:
        more = self.line.recv(1 << 16)
        assert more, "the server has closed"
        self.answer += more
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not end:
            return False
        assert head.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 201 ")), self.answer
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return len(body) == int(length)


def storm(port: int, requests: Sequence[bytes], callers: int) -> tuple[float, list[float]]:
    """(answers a second, how long each took in ms)."""
    left: Iterator[bytes] = iter(requests)
    waits: list[float] = []
    with ExitStack() as stays:
        ready = stays.enter_context(selectors.DefaultSelector())
        lines = [
            stays.enter_context(by_hand.tuned(socket.create_connection(("127.0.0.1", port))))
            for _ in range(callers)
        ]
        began = time.perf_counter()
        for line, asked in zip(lines, left, strict=False):
            caller = _Caller(line)
            ready.register(line, selectors.EVENT_READ, caller)
            caller.ask(asked)
        while len(waits) < len(requests):
            found = ready.select(load.PATIENCE_S)
            assert found, f"no answer for {load.PATIENCE_S:.0f} s"
            for key, _ in found:
                caller = key.data
                if caller.answered():
                    waits.append(1000 * (time.perf_counter() - caller.began))
                    if (asked := next(left, None)) is not None:
                        caller.ask(asked)
        return len(requests) / (time.perf_counter() - began), waits
