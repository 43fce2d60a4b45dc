"""NIS2 and PCI DSS as rules: a preset proposes, the titolare signs, and what it asks cannot be left out (L-60, L-72…L-77)."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Malformed
from audit.policy import PRESETS, Policy, Preset
from audit.terms import TERMS
from broker.cases.change_policy import begin_policy
from broker.cases.see_presets import see_presets
from broker.cases.start_login import recognise
from broker.domain.appointing import PolicyDraft, in_force
from broker.domain.presets import DEMANDS, LONGEST_S, deviations, lines, propose, rest_of, review_months
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import statements
from tests.broker.test_log_in import log_in
from tests.broker.world import HERE, World
from tests.doubles import FakeClock

LAX = PolicyDraft(("terminal",), (), (), "waivable", "inform", "end", 24 * 3600, 24 * 3600, 1, 0)
ACCESS, LOG = TERMS["access"], TERMS["log"]


@given(
    st.sampled_from(PRESETS),
    st.integers(ACCESS.shortest, ACCESS.longest),
    st.integers(LOG.shortest, LOG.longest),
    st.integers(60, 24 * 3600),
)
def test_l77_a_preset_proposes_what_it_asks_and_loosens_nothing(
    preset: Preset, access: int, log: int, longest_s: int
) -> None:
    draft = replace(LAX, retention=(("access", access), ("log", log)), longest_s=longest_s)
    proposed = propose(draft, preset)
    assert not list(deviations(proposed))
    assert proposed.longest_s <= longest_s
    kept = dict(proposed.retention)
    assert kept.get("access", ACCESS.usual) >= access
    assert kept.get("log", LOG.usual) >= log
    assert propose(proposed, preset) == proposed


def test_l72_l74_l75_each_deviation_has_its_line() -> None:
    lax = replace(LAX, presets=PRESETS, retention=(("access", 6), ("log", 1)))
    assert {code for _, code in deviations(lax)} == {"access_months", "log_months", "supervision", "longest"}
    told = {line.code: line.state for line in lines("pci_dss", lax, rest_s=3600, review_late=True)}
    assert {told[code] for code in ("access_months", "supervision", "longest", "rest", "review")} == {
        "deviates"
    }
    good = propose(LAX, "pci_dss")
    assert good.longest_s == LONGEST_S
    told = {line.code: line.state for line in lines("pci_dss", good, rest_s=900, review_late=False)}
    assert "deviates" not in told.values()
    assert (rest_of(("nis2",)), rest_of(PRESETS)) == (None, 900)
    assert (review_months(()), review_months(("pci_dss",)), review_months(PRESETS)) == (6, 6, 3)


def test_l60_each_line_points_at_a_control_that_is_claimed() -> None:
    root = Path(__file__).resolve().parents[2]
    controls = tomllib.loads((root / "controls.toml").read_text(encoding="utf-8"))["control"]
    claimed = {one["id"] for one in controls if one["state"] != "open"}
    assert set(DEMANDS) == set(PRESETS)
    for preset in PRESETS:
        for line in lines(preset, LAX, rest_s=900, review_late=False):
            assert line.control in claimed, line


async def in_force_of(parts: Parts, world: World) -> PolicyDraft:
    async with parts.store.read() as work:
        found = await statements.policy(work, world.tenant)
    assert found is not None
    return in_force(found)


async def test_l75_pci_signed_by_the_titolare_shortens_rest_at_once(parts: Parts, clock: FakeClock) -> None:
    """For his people and the vendor's; the house's own setting is twelve hours here."""
    world = await World.make(parts)
    draft = propose(await in_force_of(parts, world), "pci_dss")
    await world.titolare.sign(await begin_policy(parts, world.titolare.who, draft))
    [nis2, pci] = await see_presets(parts, world.titolare.who, world.tenant)
    assert (nis2.chosen, pci.chosen) == (False, True)
    assert "deviates" not in {line.state for line in pci.lines}
    clock.advance(minutes=16)
    for someone in (world.ads, world.technician):
        with pytest.raises(Refused) as no:
            await recognise(parts, someone.token, HERE)
        assert no.value.why is Why.AT_REST
    entered = await log_in(parts, world.ads.login)  # and whoever comes in from now on
    clock.advance(minutes=16)
    with pytest.raises(Refused):
        await recognise(parts, entered.token, HERE)


async def test_a_preset_that_is_named_cannot_be_left_out_of_the_rules(parts: Parts) -> None:
    world = await World.make(parts)
    draft = propose(await in_force_of(parts, world), "nis2")
    with pytest.raises(Refused) as no:
        await begin_policy(parts, world.titolare.who, replace(draft, supervision="waivable"))
    assert (no.value.why, no.value.facts["field"]) == (Why.BAD_INPUT, "presets")


def test_presets_have_one_spelling() -> None:
    policy = Policy(
        "t-1", 1, None, ("terminal",), (), (), "required", "inform", "end", 3600, 3600, 1, 0, presets=PRESETS
    )
    assert Policy.parse(policy.encode()) == policy
    for wrong in (("pci_dss", "nis2"), ("nis2", "nis2"), ("iso",)):
        with pytest.raises(Malformed):
            Policy.parse(replace(policy, presets=wrong).encode())  # type: ignore[arg-type]
