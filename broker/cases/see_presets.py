"""Presets of one customer: what each asks, which of it his signed rules keep, and what lies beside the rules."""

from __future__ import annotations

from dataclasses import dataclass

from audit.policy import PRESETS, Preset
from broker.cases.deny import allow
from broker.domain.appointing import in_force
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.presets import Line, lines, review_months
from broker.domain.refusal import Refused, Why
from broker.domain.right import months_later
from broker.parts import Parts
from broker.store import duty_log, estate, logins, statements


@dataclass(frozen=True, slots=True)
class PresetView:
    """`chosen`: the rules in force name it."""

    preset: Preset
    chosen: bool
    lines: tuple[Line, ...]


async def see_presets(parts: Parts, who: Who, tenant: str) -> list[PresetView]:
    await allow(parts, who, Action.SEE_HOSTS, tenant, "policy")
    async with parts.store.read() as work:
        place = await estate.tenant(work, tenant)
        policy = await statements.policy(work, tenant)
        review = await duty_log.last_review(work, tenant)
        own_rest = await logins.rest_of(work, tenant, house=False)
    if place is None or policy is None:
        raise Refused(Why.POLICY_MISSING)
    draft = in_force(policy)
    rest_s = parts.settings.rest_s if own_rest is None else min(own_rest, parts.settings.rest_s)
    began = day_of(place.opened if review is None else review.at, place.zone)
    today = day_of(parts.clock.now(), place.zone)
    return [
        PresetView(
            one,
            one in policy.presets,
            lines(one, draft, rest_s=rest_s, review_late=today > months_later(began, review_months((one,)))),
        )
        for one in PRESETS
    ]
