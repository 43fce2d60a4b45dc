"""What somebody with administrator rights revoked at this host: keys of approvers, and grants. Only ever more.

A key that is barred here counts for nothing, whatever set names it: no approval, no check-in, no order to stop,
no change of the pins. `verbale-agent revoke` writes the file, the agent obeys it (`Service.bar`), with or
without the broker.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from agent.pins_store import StateDamaged, read_file, write_file
from agent.refusal import No
from audit.approvers import Approver
from audit.canonical import Fields, Value, decode, encode, unb64
from audit.errors import Malformed
from audit.forms import DIGEST
from audit.signed import SignedStatement

FILE = "barred.json"
TOLD_FILE = "barred.told.json"  # what the log was told of it
CODE = "revoked_at_host"
MAX_BARS = 10_000
MIN_SHOWN = 8  # digits of a fingerprint that a person has to type
_HEX = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Bars:
    """Keys by SHA-256 (hex) of the credential id, as records name them; grants by digest."""

    credentials: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()

    def of(self, signed: SignedStatement) -> bool:
        return fingerprint(signed.credential) in self.credentials

    def check(self, signed: SignedStatement) -> None:
        """`No` where the passkey that signed is barred here."""
        if self.of(signed):
            raise No(CODE, "the passkey that signed was revoked at this host")

    def bars(self, grant: str, keys: Iterable[str]) -> bool:
        """Whether a session on this grant, signed for with these keys, may not be."""
        return grant in self.grants or not self.credentials.isdisjoint(keys)

    def also(self, *, credentials: Iterable[str] = (), grants: Iterable[str] = ()) -> Bars:
        return Bars(self.credentials | set(credentials), self.grants | set(grants))

    def without(self, other: Bars) -> tuple[tuple[str, str], ...]:
        """(what, digest) of each that `other` lacks, as the note `host.barred` says it."""
        return (
            *(("credential", one) for one in sorted(self.credentials - other.credentials)),
            *(("grant", one) for one in sorted(self.grants - other.grants)),
        )


NOTHING_BARRED = Bars()


def fingerprint(credential: str) -> str:
    """How records name a credential: SHA-256 (hex) of its id."""
    return hashlib.sha256(unb64(credential)).hexdigest()


def key_digits(one: Approver) -> str:
    """How people name a key, as the signing page shows it: SHA-256 (hex) of the public key."""
    return hashlib.sha256(unb64(one.public_key)).hexdigest()


def read(state_dir: Path, name: str = FILE) -> Bars:
    """None barred where there is no file; `StateDamaged` where it cannot be read: then nothing may open."""
    path = state_dir / name
    data = read_file(path)
    if data is None:
        return NOTHING_BARRED
    try:
        f = Fields(decode(data, max_bytes=len(data)), "bars")
        f.exactly("v", 1)
        f.exactly("type", "bars")
        credentials, grants = (
            frozenset(DIGEST.check(one, name) for one in f.texts(name)) for name in ("credentials", "grants")
        )
        f.done()
    except Malformed as wrong:
        raise StateDamaged(path, str(wrong)) from wrong
    return Bars(credentials, grants)


def keep(state_dir: Path, bars: Bars, name: str = FILE) -> None:
    """On disk when this returns; readable for an agent that is not who revokes, for it holds no secret."""
    if len(bars.credentials) + len(bars.grants) > MAX_BARS:
        raise Malformed("more keys and grants than any host was ever shown")
    value: Value = {
        "v": 1,
        "type": "bars",
        "credentials": list[Value](sorted(bars.credentials)),
        "grants": list[Value](sorted(bars.grants)),
    }
    write_file(state_dir / name, encode(value, max_bytes=MAX_BARS * 80), mode=0o644)


def named(lines: Iterable[Approver], said: str) -> tuple[Approver, ...]:
    """Whose keys somebody means by a pseudonym in these lines, or by the first digits of a key's fingerprint."""
    wanted = "".join(said.split()).lower()
    by_digits = len(wanted) >= MIN_SHOWN and _HEX.fullmatch(wanted) is not None
    return tuple(
        one for one in lines if one.person == said or (by_digits and key_digits(one).startswith(wanted))
    )
