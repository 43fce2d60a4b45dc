"""Objects of the verifier to JSON and back, for what it keeps between two runs (FORMAT.md §10).

Only classes of the modules named here, their fields as they stand: nothing is called, no constructor either.
An object that two others hold is written once, and held by both again.

Line by line, so that neither side ever holds the JSON of more than one object beside what it tells of: a line
``[class,[value of each field]]`` for each object, before any that holds it; a line ``[value]`` for each value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from audit.canonical import Value, b64, decode_typed, encode_typed, unb64
from audit.errors import Malformed

MAX_LINE_BYTES = 1 << 30


class Unknown(Exception):
    """An object of a class that is not written down."""


class Codec:
    """Of the classes that these modules define; `plain` names the fields of those that are no dataclasses."""

    def __init__(self, modules: Iterable[str], plain: Mapping[type, tuple[str, ...]]) -> None:
        found = dict(plain)
        for module in modules:
            for one in vars(import_module(module)).values():
                if isinstance(one, type) and one.__module__ == module and one not in found:
                    names = _fields(one)
                    if names is not None:
                        found[one] = names
        self._fields = found
        self._names = {one: f"{one.__module__}.{one.__qualname__}" for one in found}
        self._classes = {name: one for one, name in self._names.items()}

    def write(self, values: Iterable[object]) -> bytes:
        """Lines, each with its end. `Unknown` where one of another class is among them."""
        writing = _Writing(self._fields, self._names)
        for value in values:
            writing.line([writing.value(value)])
        return bytes(writing.lines)

    def read(self, lines: Iterable[bytes]) -> list[Any]:
        """What `write` wrote, its lines without their ends; `Malformed`."""
        reading, found = _Reading(self._classes, self._fields), []
        try:
            for line in lines:
                match decode_typed(line, max_bytes=len(line)):
                    case [name, values]:
                        reading.take(name, values)
                    case [value]:
                        found.append(reading.value(value))
                    case _:
                        raise Malformed("no state of this verifier")
            return found
        except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as wrong:
            raise Malformed("no state of this verifier") from wrong


def _fields(one: type) -> tuple[str, ...] | None:
    if is_dataclass(one):
        return tuple(item.name for item in fields(one))
    return getattr(one, "_fields", None)


class _Writing:
    def __init__(self, known: Mapping[type, tuple[str, ...]], names: Mapping[type, str]) -> None:
        self.lines = bytearray()
        self._fields = known
        self._names = names
        self._places: dict[int, int] = {}  # by identity: all of them live while this is written

    def value(self, value: Any) -> Value:
        kind = type(value)
        if kind is str or kind is int or kind is bool:
            return value
        write = _WRITE.get(kind)
        if write is not None:
            return write(value, self.value)
        names = self._fields.get(kind)
        if names is None:
            raise Unknown(kind.__qualname__)
        place = self._places.get(id(value))
        if place is None:
            self.line([self._names[kind], [self.value(getattr(value, name)) for name in names]])
            place = self._places[id(value)] = len(self._places)
        return ["o", place]

    def line(self, value: Value) -> None:
        self.lines += encode_typed(value, max_bytes=MAX_LINE_BYTES) + b"\n"


def _instant(value: datetime) -> Value:
    if value.tzinfo is not UTC:
        raise Unknown("an instant of another zone")
    return ["t", value.isoformat()]


_Write = Callable[[Any, Callable[[Any], Value]], Value]
_WRITE: dict[type, _Write] = {
    type(None): lambda _value, _: ["n"],
    bytes: lambda value, _: ["b", b64(value)],
    datetime: lambda value, _: _instant(value),
    list: lambda value, inner: ["l", *[inner(one) for one in value]],
    tuple: lambda value, inner: ["u", *[inner(one) for one in value]],
    set: lambda value, inner: ["s", *[inner(one) for one in sorted(value)]],
    frozenset: lambda value, inner: ["f", *[inner(one) for one in sorted(value)]],
    # In the order in which they came: it is that of findings and notes.
    dict: lambda value, inner: ["d", *[[inner(key), inner(one)] for key, one in value.items()]],
}


class _Reading:
    def __init__(self, classes: Mapping[str, type], known: Mapping[type, tuple[str, ...]]) -> None:
        self._classes = classes
        self._fields = known
        self._objects: list[Any] = []
        self._texts: dict[str, str] = {}  # the ids of people, hosts, sessions come again and again

    def take(self, name: str, values: list[Value]) -> None:
        kind = self._classes[name]
        names, read = self._fields[kind], [self.value(one) for one in values]
        if len(names) != len(read):
            raise ValueError("another number of fields")
        if issubclass(kind, tuple):
            self._objects.append(tuple.__new__(kind, read))
            return
        found = object.__new__(kind)
        for field, one in zip(names, read, strict=True):
            object.__setattr__(found, field, one)
        self._objects.append(found)

    def value(self, value: Value) -> Any:
        if type(value) is str:
            return self._texts.setdefault(value, value)
        if type(value) is not list:
            return value
        return _READ[value[0]](value, self)

    def all(self, value: list[Value]) -> list[Any]:
        return [self.value(one) for one in value[1:]]

    def object(self, place: int) -> Any:
        if place < 0:
            raise IndexError("no such object")
        return self._objects[place]


_READ: dict[str, Callable[[list[Value], _Reading], Any]] = {
    "n": lambda _value, _: None,
    "b": lambda value, _: unb64(value[1], max_bytes=len(value[1])),
    "t": lambda value, _: datetime.fromisoformat(value[1]),
    "l": lambda value, reading: reading.all(value),
    "u": lambda value, reading: tuple(reading.all(value)),
    "s": lambda value, reading: set(reading.all(value)),
    "f": lambda value, reading: frozenset(reading.all(value)),
    "d": lambda value, reading: {reading.value(key): reading.value(one) for key, one in value[1:]},
    "o": lambda value, reading: reading.object(value[1]),
}
