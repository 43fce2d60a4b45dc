"""Bytes that were good before somebody bent them, and how much a reader of such bytes holds on to.

For whatever reads what strangers send: `VERBALE_ROUNDS` says how long, `VERBALE_SEED` which bytes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

TRIES = 40  # of one test, a round
_NUMBERS = (0, 1, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)


def bent(dice: random.Random, seeds: Sequence[bytes], most: int = 6) -> bytes:
    """A few good messages one after the other, then up to `most` changes."""
    found = bytearray().join(dice.choice(seeds) for _ in range(dice.randint(1, 6)))
    for _ in range(dice.randint(0, most)):
        at = dice.randint(0, len(found))
        match dice.randrange(6):
            case 0 if at < len(found):
                found[at] ^= 1 << dice.randrange(8)
            case 1:
                del found[at : at + dice.randint(1, 9)]
            case 2:
                found[at:at] = dice.randbytes(dice.randint(1, 9))
            case 3:
                found[at : at + 4] = dice.choice(_NUMBERS).to_bytes(4, "big")
            case 4:
                found[at : at + 2] = (dice.choice(_NUMBERS) & 0xFFFF).to_bytes(2, "big")
            case _:
                found[at:at] = dice.choice(seeds)
    return bytes(found)


def pieces(dice: random.Random, data: bytes) -> Iterator[bytes]:
    """The same bytes, cut anywhere."""
    at = 0
    while at < len(data):
        size = dice.choice((1, 2, 3, 7, 64, 1500))
        yield data[at : at + size]
        at += size


def held(thing: object) -> int:
    """Bytes and signs that something holds, with all it refers to; each entry of a list counts as one more."""
    seen: set[int] = set()
    total = 0
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type):
            continue
        seen.add(id(one))
        match one:
            case bytes() | bytearray() | str():
                total += len(one)
            case dict():
                total += len(one)
                waiting += [*one.keys(), *one.values()]
            case list() | tuple() | set() | frozenset():
                total += len(one)
                waiting += one
            case _:
                waiting += vars(one).values() if hasattr(one, "__dict__") else ()
                names = (name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ()))
                waiting += [getattr(one, name) for name in names if hasattr(one, name)]
    return total
