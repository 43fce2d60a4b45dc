"""The no of a decision on its way out."""

from __future__ import annotations


class No(Exception):
    """`code` is a key of `agent.wire.refusals`, `why` one sentence for our own log."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why
