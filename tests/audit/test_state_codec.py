"""What steps hold, written and read: the same again, one object where there was one, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

import pytest

from audit.canonical import decode_typed, encode_typed
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
    data = encode_typed(CODEC.write(values), max_bytes=1 << 20)
    return CODEC.read(decode_typed(data, max_bytes=1 << 20))


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


GOOD = CODEC.write([Open(None)])


@pytest.mark.parametrize(
    "written",
    [
        {},
        [],
        {"objects": [], "state": [["o", 0]]},
        {"objects": GOOD["objects"], "state": [["o", -1]]},
        {"objects": [["os.system", ["ls"]]], "state": []},
        {"objects": [["builtins.object", []]], "state": []},
        {"objects": [[f"{__name__}.Open", [["n"]]]], "state": []},
        {"objects": [[f"{__name__}.Line", [1]]], "state": []},
        {"objects": [], "state": [["x"]]},
        {"objects": [], "state": [[]]},
        {"objects": [], "state": [["t", "yesterday"]]},
        {"objects": [], "state": [["b", "*"]]},
        {"objects": [], "state": [["s", ["l"]]]},
        {"objects": [], "state": [["d", [1]]]},
    ],
)
def test_what_was_never_written_is_not_read(written: Any) -> None:
    with pytest.raises(Malformed):
        CODEC.read(written)
