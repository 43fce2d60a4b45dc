"""Timestamps moved, invented and left out: found where the reader pinned an authority, and only of what was stamped."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from audit.verify import verify
from tests.audit.tokens import tsa
from tests.audit.world import World, busy_month
from tests.web.attack_desk import desk_over
from web.demo.attack import stamping
from web.demo.attack.forgeries import Desk, signed
from web.demo.attack.stamping import Tokens

FOUND = {
    "moved": stamping.moved,
    "by the thief": stamping.by_the_thief,
    "missing": stamping.missing,
    "rewritten": stamping.rewritten,
}


@cache
def world() -> World:
    return busy_month()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk_over(world(), tmp_path_factory.mktemp("keys"), len(world().leaves) - 1)


@pytest.fixture(scope="module")
def tokens(desk: Desk) -> Tokens:
    sizes = desk.before, len(desk.true.leaves)
    earlier, last = (stamping.digest(desk.true, size) for size in sizes)
    at = desk.true.leaves[-1].time
    return Tokens(tsa().stamp(earlier, at), tsa().stamp(last, at), tsa("del ladro").stamp(last, at), at)


def test_as_an_authority_would_have_stamped_them_they_are_sound(desk: Desk, tokens: Tokens) -> None:
    trust = replace(world().trust(), tsa_ca=tsa().pem)
    verdict = verify(desk.sign(stamping.stamped(desk, tokens)).pack(), trust=trust).verdict
    assert verdict.sound, verdict.findings


@pytest.mark.parametrize("name", FOUND)
def test_a_forgery_is_found(desk: Desk, tokens: Tokens, name: str) -> None:
    trust = replace(world().trust(), tsa_ca=tsa().pem)
    forged = signed(lambda desk: FOUND[name](desk, tokens))(desk).pack()
    assert "TIME" in {found.cls for found in verify(forged, trust=trust).verdict.findings}


def test_heads_never_stamped_are_not_known(desk: Desk, tokens: Tokens) -> None:
    trust = replace(world().trust(), tsa_ca=tsa().pem)
    verdict = verify(signed(lambda desk: stamping.unstamped(desk, tokens))(desk).pack(), trust=trust).verdict
    assert not [found for found in verdict.findings if found.cls == "TIME"]
    assert [step.state for step in verdict.steps if step.n == 13] == ["unknown"]
