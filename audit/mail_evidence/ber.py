"""How deep and how many: a walk over BER before a parser that recurses sees it (X.690)."""

from __future__ import annotations

from audit.mail_evidence.shape import Unfit

MAX_DEPTH = 40  # a CMS with certificates in it comes to 20
MAX_ELEMENTS = 200_000


def check(data: bytes) -> None:
    """`Unfit` where it is not one well nested element; what follows it is not looked at."""
    ends: list[int | None] = []  # where each open element ends; None: at the two zeros
    at = count = 0
    while True:
        count += 1
        if count > MAX_ELEMENTS or len(ends) > MAX_DEPTH:
            raise Unfit("too_complex")
        first, length, at = _header(data, at)
        if length == -1:
            ends.append(None)
        elif first & 0x20:
            ends.append(at + length)
        else:
            at += length
        at = _closed(data, at, ends)
        if not ends:
            return


def _closed(data: bytes, at: int, ends: list[int | None]) -> int:
    """Close every element that ends here; where the next one begins."""
    while ends:
        end = ends[-1]
        if end is None and data[at : at + 2] == b"\0\0":
            at += 2
        elif end is not None and at >= end:
            if at > end:
                raise Unfit("unreadable")
        else:
            return at
        ends.pop()
    return at


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """First octet, length (-1: indefinite), where the contents begin."""
    if at + 2 > len(data):
        raise Unfit("unreadable")
    first = data[at]
    at += 1
    if first & 0x1F == 0x1F:
        while at < len(data) and data[at] & 0x80:
            at += 1
        at += 1
    if at >= len(data):
        raise Unfit("unreadable")
    length = data[at]
    at += 1
    if length == 0x80:
        if not first & 0x20:
            raise Unfit("unreadable")
        return first, -1, at
    if length & 0x80:
        size = length & 0x7F
        if size > 4 or at + size > len(data):
            raise Unfit("unreadable")
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    if at + length > len(data):
        raise Unfit("unreadable")
    return first, length, at
