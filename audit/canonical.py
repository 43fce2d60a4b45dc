"""Values to bytes and back: the restricted RFC 8785 profile of FORMAT.md §1.

Objects, arrays, strings, booleans and integers within ±(2^53-1); keys ``[a-z0-9_]+``; no floats,
no null. Inside this profile orjson's sorted output equals RFC 8785 (a property test holds the two
together), and it is fifty times as fast as a general canonicaliser.
"""

from __future__ import annotations

import base64
import re
from typing import Any, TypeAlias

import orjson

from audit.errors import Malformed
from audit.forms import Form

Value: TypeAlias = Any
"""JSON of the profile. `Any`, because every reader checks the shape it needs with `Fields`."""

MAX_BYTES = 16 * 1024  # one record or statement (FORMAT.md §1); reports pass their own bound
MAX_DEPTH = 8
MAX_INT = 2**53 - 1
_KEY = re.compile(r"[a-z0-9_]+")
_B64 = re.compile(r"[A-Za-z0-9_-]*")


_good_keys: set[str] = set()  # spellings already judged: a log repeats some forty keys without end
_MAX_GOOD_KEYS = 4096


def _check_key(key: object) -> None:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Malformed("a key is not of the letters a-z, 0-9 and _")
    if len(_good_keys) < _MAX_GOOD_KEYS:
        _good_keys.add(key)


def _check(value: Value, depth: int) -> None:
    """Refuse what lies outside the profile; half surrogate pairs are orjson's to refuse."""
    if depth > MAX_DEPTH:
        raise Malformed("nested deeper than 8 levels")
    kind = type(value)
    if kind is str or kind is bool:
        return
    if kind is int:
        if not -MAX_INT <= value <= MAX_INT:
            raise Malformed("an integer does not fit 53 bits")
    elif kind is dict:
        for key, item in value.items():
            if key not in _good_keys:
                _check_key(key)
            _check(item, depth + 1)
    elif kind is list or kind is tuple:
        for item in value:
            _check(item, depth + 1)
    else:
        raise Malformed(f"a {kind.__name__} has no place in a record")


def encode(value: Value, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The one spelling of `value`. `Malformed` if it lies outside the profile or is too long."""
    _check(value, 0)
    return encode_typed(value, max_bytes=max_bytes)


def encode_typed(value: Value, *, max_bytes: int = MAX_BYTES) -> bytes:
    """`encode` for a writer that judged every key and value himself, as a reader does for `decode_typed`."""
    try:
        data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as wrong:
        raise Malformed("a string holds half a surrogate pair") from wrong
    if len(data) > max_bytes:
        raise Malformed(f"longer than {max_bytes} bytes")
    return data


def decode(data: bytes, *, max_bytes: int = MAX_BYTES) -> Value:
    """Read canonical bytes; refuse any that `encode` would not have written."""
    value = decode_typed(data, max_bytes=max_bytes)
    _check(value, 0)
    return value


def decode_typed(data: bytes, *, max_bytes: int = MAX_BYTES) -> Value:
    """`decode` for a reader that itself refuses every key it does not know and every value of another
    type than it asks for: floats, null, large integers and depth are his to refuse, and a walk is saved."""
    if len(data) > max_bytes:
        raise Malformed(f"longer than {max_bytes} bytes")
    try:
        value = orjson.loads(data)
        again = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError) as wrong:
        raise Malformed("not JSON") from wrong
    if again != data:
        raise Malformed("not in canonical form")
    return value


def b64(data: bytes) -> str:
    """Unpadded base64url, the form of every byte string inside JSON."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: str, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Read unpadded base64url in its one spelling (no padding, no stray last bits)."""
    if not _B64.fullmatch(text) or len(text) > max_bytes * 4 // 3 + 4:
        raise Malformed("not unpadded base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as wrong:
        raise Malformed("not unpadded base64url") from wrong
    if b64(data) != text:
        raise Malformed("base64url in a second spelling")
    return data


class Fields:
    """Reads an object whose every key must be asked for: `done()` refuses the ones nobody took.

    >>> f = Fields({"v": 1, "type": "grant"}, "grant")
    >>> f.integer("v"), f.text("type"), f.done()
    (1, 'grant', None)
    """

    def __init__(self, value: Value, what: str) -> None:
        if not isinstance(value, dict):
            raise Malformed(f"{what} is not an object")
        self._left: dict[str, Value] = dict(value)
        self._what = what

    def _take(self, key: str, kind: type | None, *, optional: bool = False) -> Value:
        if key not in self._left:
            if optional:
                return None
            raise Malformed(f"{self._what} lacks {key}")
        found = self._left.pop(key)
        if kind is not None and type(found) is not kind:
            raise Malformed(f"{key} of {self._what} has the wrong type")
        return found

    def has(self, key: str) -> bool:
        return key in self._left

    def any(self, key: str) -> Value:
        return self._take(key, None)

    def text(self, key: str) -> str:
        return self._take(key, str)  # type: ignore[no-any-return]

    def opt_text(self, key: str) -> str | None:
        return self._take(key, str, optional=True)  # type: ignore[no-any-return]

    def formed(self, key: str, form: Form) -> str:
        return form.check(self._take(key, None), f"{key} of {self._what}")

    def opt_formed(self, key: str, form: Form) -> str | None:
        return self.formed(key, form) if key in self._left else None

    def integer(self, key: str) -> int:
        return self._take(key, int)  # type: ignore[no-any-return]

    def opt_integer(self, key: str) -> int | None:
        return self._take(key, int, optional=True)  # type: ignore[no-any-return]

    def boolean(self, key: str) -> bool:
        return self._take(key, bool)  # type: ignore[no-any-return]

    def flag(self, key: str) -> bool:
        """A boolean that is written only when true."""
        found = self._take(key, bool, optional=True)
        if found is False:
            raise Malformed(f"{key} of {self._what} is written though false")
        return found is True

    def items(self, key: str) -> list[Value]:
        return self._take(key, list)  # type: ignore[no-any-return]

    def opt_items(self, key: str) -> list[Value] | None:
        return self._take(key, list, optional=True)  # type: ignore[no-any-return]

    def texts(self, key: str) -> tuple[str, ...]:
        found = self.items(key)
        if not all(type(item) is str for item in found):
            raise Malformed(f"{key} of {self._what} holds something that is no string")
        return tuple(found)

    def mapping(self, key: str) -> dict[str, Value]:
        return self._take(key, dict)  # type: ignore[no-any-return]

    def opt_mapping(self, key: str) -> dict[str, Value] | None:
        return self._take(key, dict, optional=True)  # type: ignore[no-any-return]

    def raw(self, key: str, *, length: int | None = None) -> bytes:
        """Bytes written as base64url."""
        data = unb64(self.text(key))
        if length is not None and len(data) != length:
            raise Malformed(f"{key} of {self._what} is not {length} bytes")
        return data

    def exactly(self, key: str, expected: Value) -> None:
        if self._take(key, type(expected)) != expected:
            raise Malformed(f"{key} of {self._what} is not the expected one")

    def done(self) -> None:
        if self._left:
            raise Malformed(f"{self._what} has a field nobody knows")
