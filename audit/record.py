"""What every kind of record shares: who did it, its body's form, what may stand behind it.

A record is a fact: one kind, one instant, one actor. The kinds themselves are in `records`, and the
record as the log holds it is `leaf.Leaf`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar, Literal, Self, cast, get_args, get_origin, get_type_hints

from audit.canonical import MAX_INT, Value
from audit.errors import Malformed
from audit.forms import Form

Role = Literal["technician", "ads", "titolare", "owner", "agent", "broker", "desk", "nobody"]
ROLES: frozenset[str] = frozenset(get_args(Role))
RetainClass = Literal["access", "authorisation", "report", "log"]
EvidenceKind = Literal["statement", "assertion", "note", "grant", "paper"]
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

    def body(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, _, _, _ in _shape(cast(Hashable, type(self))):
            value = getattr(self, name)
            if value is not None:
                found[name] = list(value) if type(value) is tuple else value
        return found

    @classmethod
    def from_body(cls, body: Value) -> Self:
        """Read a body: every field known and of its form."""
        if type(body) is not dict:
            raise Malformed(f"the body of {cls.KIND} is not an object")
        values, left = [], len(body)
        for name, known, fits, optional in _shape(cast(Hashable, cls)):
            value = body.get(name)
            if (type(value) is str and value in known) or fits(value):
                left -= 1
            elif not optional or name in body:
                raise Malformed(f"{name} of {cls.KIND} is missing or not of its form")
            values.append(tuple(value) if type(value) is list else value)
        if left:
            raise Malformed(f"{cls.KIND} has a field nobody knows")
        return cls(*values)


_Field = tuple[str, Collection[str], Callable[[object], bool], bool]


@cache
def _shape(kind: Hashable) -> tuple[_Field, ...]:
    """(field, spellings known to be good, whether a value fits, optional) of a record class."""
    hints = get_type_hints(cast(Any, kind), include_extras=True)
    found: list[_Field] = []
    for item in fields(cast(Any, kind)):
        arms = [a for a in get_args(hints[item.name]) if a is not type(None)]
        optional = type(None) in get_args(hints[item.name])
        known, fits = _judge_of(arms[0] if optional else hints[item.name])
        found.append((item.name, known, fits, optional))
    return tuple(found)


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
