"""A command line that a technician gives to `ssh`."""

from __future__ import annotations

from audit.canonical import encode
from audit.errors import Malformed
from broker.domain.refusal import Refused, Why

MAX_COMMAND_BYTES = 64 * 1024  # a shell takes twice as much; nobody writes it


def require_fit(command: str) -> None:
    """As it travels and is kept: a sign that JSON writes as six counts as six. `Refused` (too_large)."""
    try:
        encode(command, max_bytes=MAX_COMMAND_BYTES)
    except Malformed as wrong:
        raise Refused(Why.TOO_LARGE, field="command", limit=str(MAX_COMMAND_BYTES)) from wrong
