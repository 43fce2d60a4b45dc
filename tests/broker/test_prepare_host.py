"""Naming a host: what everybody reads, and the agent pins, shows what it is."""

from __future__ import annotations

import pytest

from broker.cases.prepare_host import prepare_host
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from tests.broker.world import World


@pytest.mark.parametrize("label", ["CASSA\u202e10", "CASSA\u200b-01", "CASSA\x07", "x" * 257])
async def test_a_label_that_hides_something_is_refused(parts: Parts, label: str) -> None:
    """It would be signed with the enrolment, and no agent and no verifier would read it."""
    world = await World.make(parts)
    with pytest.raises(Refused) as no:
        await prepare_host(parts, world.owner.who, world.tenant, label=label, place="cassa")
    assert no.value.why is Why.BAD_INPUT
    made = await prepare_host(parts, world.owner.who, world.tenant, label="Caffè «al banco» 1", place="bar")
    assert made.label == "Caffè «al banco» 1"
