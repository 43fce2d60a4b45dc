"""A witness the customer names in his policy beside his hosts: where it answers, and its key (FORMAT.md §4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.note import COSIGNATURE, VerifierKey

MAX_EXTERNAL = 16  # each is asked for every head; a quorum needs a few
MAX_URL = 256
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PATH = r"(?:/[A-Za-z0-9._~-]{1,64})*"
# Plain only to this very machine: the sizes a witness answers with are believed.
_URL = re.compile(
    rf"(?:https://{_LABEL}(?:\.{_LABEL})*|http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::[1-9][0-9]{{0,4}})?{_PATH}"
)


@dataclass(frozen=True, slots=True)
class ExternalWitness:
    """`url` is the standard's submission prefix, without a slash at its end; `vkey` the text of its key."""

    url: str
    vkey: str

    def __post_init__(self) -> None:
        if len(self.url) > MAX_URL or not _URL.fullmatch(self.url):
            raise Malformed(
                "a witness's address is https, or http on this machine, without a slash at its end"
            )
        if VerifierKey.parse(self.vkey).type != COSIGNATURE:
            raise Malformed("a witness's key is a cosignature key")

    @property
    def key(self) -> VerifierKey:
        return VerifierKey.parse(self.vkey)

    def to_value(self) -> Value:
        return {"url": self.url, "vkey": self.vkey}

    @classmethod
    def from_value(cls, value: Value) -> ExternalWitness:
        f = Fields(value, "witness")
        found = cls(f.text("url"), f.text("vkey"))
        f.done()
        return found


def read_external(items: list[Value] | None) -> tuple[ExternalWitness, ...]:
    """The list of a policy: absent, or 1 to 16, no name and no key twice."""
    if items is None:
        return ()
    found = tuple(ExternalWitness.from_value(item) for item in items)
    if not 0 < len(found) <= MAX_EXTERNAL:
        raise Malformed("a policy names 1 to 16 external witnesses, or leaves the list out")
    keys = [w.key for w in found]
    if len({k.name for k in keys}) != len(keys) or len({k.raw for k in keys}) != len(keys):
        raise Malformed("a policy names an external witness twice")
    return found
