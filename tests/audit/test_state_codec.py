"""What steps hold, written and read: the same again, one object where there was one, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

import pytest

from audit.errors import Malformed
from audit.state_codec import Codec, Unknown


class Line(NamedTuple):
    n: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Frozen:
    line: Line
    raw: bytes

    def __post_init__(self) -> None:
        assert self.raw != b"\x00", "no constructor is called while reading"


@dataclass(slots=True)
class Open:
    frozen: Frozen | None
    names: set[str] = field(default_factory=set)
    at: datetime | None = None


class Plain:
    def __init__(self) -> None:
        self.kept = {"b": 2, "a": 1}
        self.left_out = object()


CODEC = Codec([__name__], {Plain: ("kept",)})
AT = datetime(2026, 11, 1, 7, 0, 0, 1000, tzinfo=UTC)


def again(*values: object) -> list[Any]:
    return CODEC.read(CODEC.write(values).splitlines())


def test_values_come_back_as_they_were() -> None:
    values: list[object] = [
        None, True, 7, "è", b"\x00\xff", AT, [1, [2]], (1, ("a", None)), {"b", "a"}, frozenset({3}),
        {"z": (1,), None: {"y": b""}}, Open(Frozen(Line(1, None), b"x" * 40_000), {"p"}, AT), Line(2, "t"),
    ]  # fmt: skip
    found = again(*values)
    assert found == values
    assert [type(one) for one in found] == [type(one) for one in values]
    assert list(found[10]) == ["z", None]
    assert found[5].tzinfo is UTC


def test_an_object_that_two_hold_is_one() -> None:
    shared = Open(None)
    first, second = again({"a": shared}, {"b": (shared, Open(None))})
    assert first["a"] is second["b"][0]
    assert first["a"] is not second["b"][1]


def test_of_other_classes_the_named_fields() -> None:
    (found,) = again(Plain())
    assert found.kept == {"b": 2, "a": 1}
    assert list(found.kept) == ["b", "a"]
    assert not hasattr(found, "left_out")


@pytest.mark.parametrize(
    "value", [1.5, object(), timedelta(1), datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1))), [set(), 2j]]
)  # fmt: skip
def test_what_nobody_named_is_not_written(value: object) -> None:
    with pytest.raises(Unknown):
        CODEC.write([value])


def test_an_object_has_a_line_before_whoever_holds_it() -> None:
    lines = CODEC.write([1, {"a": Open(Frozen(Line(1, "z"), b""))}]).decode().splitlines()
    assert lines == [
        "[1]",
        f'["{__name__}.Line",[1,"z"]]',
        f'["{__name__}.Frozen",[["o",0],["b",""]]]',
        f'["{__name__}.Open",[["o",1],["s"],["n"]]]',
        '[["d",["a",["o",2]]]]',
    ]


def test_a_text_that_comes_again_is_one() -> None:
    first, second = again({"person p-1": 1}, ["person p-1"])
    assert next(iter(first)) is second[0]


GOOD = CODEC.write([Open(None)]).splitlines()[0].decode()


@pytest.mark.parametrize(
    "lines",
    [
        ["{}"],
        ["[]"],
        ["[1,[],2]"],
        ["no JSON"],
        ["[ 1]"],
        ['[["o",0]]'],
        ['[["o",0]]', GOOD],
        [GOOD, '[["o",-1]]'],
        ['["os.system",["ls"]]'],
        ['["builtins.object",[]]'],
        [f'["{__name__}.Open",[["n"]]]'],
        [f'["{__name__}.Line",[1]]'],
        ['[["x"]]'],
        ["[[]]"],
        ['[["t","yesterday"]]'],
        ['[["b","*"]]'],
        ['[["s",["l"]]]'],
        ['[["d",[1]]]'],
    ],
)
def test_what_was_never_written_is_not_read(lines: list[str]) -> None:
    with pytest.raises(Malformed):
        CODEC.read(line.encode() for line in lines)
