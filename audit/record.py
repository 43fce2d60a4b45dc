"""What every kind of record shares: who did it, its body's form, what may stand behind it.

A record is a fact: one kind, one instant, one actor. The kinds themselves are in `records`, and the
record as the log holds it is `leaf.Leaf`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from operator import itemgetter
from typing import Any, ClassVar, Literal, NamedTuple, Self, cast, get_args, get_origin, get_type_hints

from audit.canonical import MAX_INT, Value
from audit.errors import Malformed
from audit.forms import Form

Role = Literal[
    "technician", "ads", "titolare", "auditor", "owner", "reseller", "agent", "broker", "desk", "nobody"
]  # fmt: skip
ROLES: frozenset[str] = frozenset(get_args(Role))
RetainClass = Literal["access", "authorisation", "report", "log", "recording"]
EvidenceKind = Literal["statement", "assertion", "note", "grant", "head", "cosigned", "paper", "mail", "dns"]
Sealing = Literal["never", "may", "must"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a pseudonym and the role in which it was done."""

    id: str
    role: Role


BROKER = Actor("broker", "broker")
NOBODY = Actor("nobody", "nobody")


class Record:
    """What all kinds share. A field of type `X | None` is left out of the body when None.

    `EVIDENCE` are the kinds of evidence that may stand behind it, `SEALED` says whether it has an opening.
    """

    __slots__ = ()
    KIND: ClassVar[str]
    CODE: ClassVar[str]
    IT: ClassVar[str]
    EN: ClassVar[str]
    RETAIN: ClassVar[RetainClass] = "log"
    EVIDENCE: ClassVar[tuple[EvidenceKind, ...]] = ()
    SEALED: ClassVar[Sealing] = "never"

    def __repr__(self) -> str:
        """One for all kinds: a method made for each would be half a megabyte of an agent at rest."""
        said = (f"{name}={getattr(self, name)!r}" for name in _shape(type(self)).names)
        return f"{type(self).__name__}({', '.join(said)})"

    def body(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name in _shape(type(self)).names:
            value = getattr(self, name)
            if value is not None:
                found[name] = list(value) if type(value) is tuple else value
        return found

    @classmethod
    def from_body(cls, body: Value) -> Self:
        """Read a body: every field known and of its form."""
        return cls(*cls.judged(body))

    @classmethod
    def judged(cls, body: Value) -> Sequence[Value]:
        """The values of a body in the order of the fields: every one known and of its form. `Malformed`."""
        if type(body) is not dict:
            raise Malformed(f"the body of {cls.KIND} is not an object")
        shape = _shapes.get(cls) or _shape(cls)
        if len(body) != len(shape.fields):
            return cls._judged_slowly(body, shape)
        values = []
        try:
            for name, known, fits, _ in shape.fields:
                value = body[name]
                if not ((type(value) is str and value in known) or fits(value)):
                    return cls._judged_slowly(body, shape)
                values.append(value)
        except KeyError:
            return cls._judged_slowly(body, shape)
        return [tuple(v) if type(v) is list else v for v in values] if shape.lists else values

    @classmethod
    def _judged_slowly(cls, body: dict[str, Value], shape: _Shape) -> list[Value]:
        """A field may be absent; if one is wrong, the refusal names it."""
        values, left = [], len(body)
        for name, _, fits, optional in shape.fields:
            value = body.get(name)
            if fits(value):
                left -= 1
            elif not optional or name in body:
                raise Malformed(f"{name} of {cls.KIND} is missing or not of its form")
            values.append(tuple(value) if type(value) is list else value)
        if left:
            raise Malformed(f"{cls.KIND} has a field nobody knows")
        return values

    @classmethod
    def reread(cls, body: dict[str, Value]) -> Self:
        """From a body that `judged` took before; of another one nothing is said here."""
        shape = _shapes.get(cls) or _shape(cls)
        if shape.take is not None:
            return cls(*shape.take(body))
        values = [body.get(name) for name in shape.names]
        return cls(*[tuple(value) if type(value) is list else value for value in values])


_Field = tuple[str, Collection[str], Callable[[object], bool], bool]


class _Shape(NamedTuple):
    """Of a kind: (field, spellings known to be good, whether a value fits, optional) of each field.

    `take` gets all values at once where none may be absent and none is a list.
    """

    names: tuple[str, ...]
    fields: tuple[_Field, ...]
    lists: bool
    take: Callable[[dict[str, Value]], tuple[Value, ...]] | None


_shapes: dict[type[Record], _Shape] = {}


def _shape(kind: type[Record]) -> _Shape:
    found = _shapes.get(kind)
    if found is None:
        found = _shapes[kind] = _made_shape(kind)
    return found


def _made_shape(kind: type[Record]) -> _Shape:
    hints = get_type_hints(kind, include_extras=True)
    found: list[_Field] = []
    lists = False
    for item in fields(cast(Any, kind)):
        arms = [a for a in get_args(hints[item.name]) if a is not type(None)]
        optional = type(None) in get_args(hints[item.name])
        hint = arms[0] if optional else hints[item.name]
        lists = lists or get_origin(hint) is tuple
        found.append((item.name, *_judge_of(hint), optional))
    names = tuple(name for name, _, _, _ in found)
    plain = len(names) > 1 and not lists and not any(optional for _, _, _, optional in found)
    return _Shape(names, tuple(found), lists, itemgetter(*names) if plain else None)


def form_of(hint: Any) -> Form:
    """The form behind `Id`, `Code` … in an annotation."""
    for part in get_args(hint):
        if isinstance(part, Form):
            return part
    raise TypeError("every text of a record has its form: see audit.forms")


def _judge_of(hint: Any) -> tuple[Collection[str], Callable[[object], bool]]:
    if hint is int:
        return (), _is_integer
    if hint is bool:
        return (), _is_boolean
    if get_origin(hint) is tuple:
        form = form_of(get_args(hint)[0])
        return (), lambda value: type(value) is list and all(map(form.fits, value))
    form = form_of(hint)
    return form.known, form.fits


def _is_integer(value: object) -> bool:
    return type(value) is int and -MAX_INT <= value <= MAX_INT


def _is_boolean(value: object) -> bool:
    return type(value) is bool
