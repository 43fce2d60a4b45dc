"""An e-mail address: the one rule by which it is admitted, and by which it can be written to."""

from __future__ import annotations

import re

from broker.domain.refusal import Refused, Why

MAX_LENGTH = 254  # RFC 5321 §4.5.3.1.3
MAX_NAME = 64  # §4.5.3.1.1
# Dot-atoms in ASCII: mail servers differ on everything else, and the standard library's parser fails on it.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"(?P<name>{_ATOM}(?:\.{_ATOM})*)@{_LABEL}(?:\.{_LABEL})*")


def read_email(text: str) -> str:
    """An address in its one form, lower case."""
    found = text.strip().lower()
    parts = _ADDRESS.fullmatch(found) if len(found) <= MAX_LENGTH else None
    if parts is None or len(parts["name"]) > MAX_NAME:
        raise Refused(Why.BAD_INPUT, field="email")
    return found
