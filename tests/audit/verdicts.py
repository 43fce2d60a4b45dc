"""Asking the verifier about worlds, and saying in tests what it should answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from audit import bundle
from audit.findings import STEP_OF, Verdict
from audit.leaf import Leaf
from audit.verify import verify
from tests.audit import cut, second_verifier
from tests.audit.world import World, busy_month


@cache
def honest() -> World:
    """A month nobody bent. Shared: take `entries()` of it, and change those."""
    return busy_month()


def judge(world: World, entries: dict[str, bytes] | None = None, **kw: Any) -> Verdict:
    """The verdict on a world, its trust file given; `entries` instead of its own, digests put right.

    So has an earlier verification of its first records, gone on from, and the second verifier, but where it is asked about heads seen before or kept:
    it knows of none.
    """
    files = world.entries() if entries is None else entries
    files[bundle.SUMS] = bundle.sums(files)
    data, given = bundle.pack(files), {"trust": world.trust()} | kw
    verdict = verify(data, **given).verdict
    cut.agrees(verdict, data, **given)
    if not given.keys() & {"seen", "kept"}:
        second_verifier.agrees(verdict, data, given["trust"])
    return verdict


def only(verdict: Verdict, cls: str, code: str) -> None:
    """That class, nothing else, and exactly its step failed. The code may have others in its train:
    a session whose approval does not hold has too few approvals as well."""
    assert {f.cls for f in verdict.findings} == {cls}, verdict.findings
    assert code in {f.code for f in verdict.findings}, verdict.findings
    assert [s.n for s in verdict.steps if s.state == "failed"] == [STEP_OF[cls]]  # type: ignore[index]
    assert not verdict.sound
    assert cls in verdict.first_line("it")


def alone(verdict: Verdict, cls: str, code: str, **facts: str) -> None:
    """That code and no other; its English sentence holds the facts."""
    only(verdict, cls, code)
    assert {f.code for f in verdict.findings} == {code}, verdict.findings
    assert all(fact in verdict.findings[0].en for fact in facts.values()), verdict.findings[0].en


def sound(verdict: Verdict) -> None:
    assert verdict.sound, verdict.findings


def said(verdict: Verdict, code: str) -> list[str]:
    """The notes of that code, in English."""
    return [note.en for note in verdict.notes if note.code == code]


def changed(kind: str, **fields: Any) -> Callable[[str, Any], Any]:
    """A twist of bodies: that kind says something else, after its note was signed."""
    return lambda found, record: replace(record, **fields) if found == kind else record


def without(kind: str) -> Callable[[Leaf], Leaf | None]:
    """A twist of leaves: that kind never happens."""
    return lambda leaf: None if kind == leaf.record.KIND else leaf


def moved(kind: str, **fields: Any) -> Callable[[Leaf], Leaf]:
    """A twist of leaves: that kind bears another place, actor, host …"""
    return lambda leaf: leaf._replace(**fields) if kind == leaf.record.KIND else leaf
