"""Identity shown beside a signature (C-22), asked of both verifiers: whose, of which request, how strong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit.record import Actor
from audit.signin_records import IdentityShown, ProviderKept, ProviderRemoved
from tests.audit.verdicts import alone, judge, only, sound
from tests.audit.world import ADS, TITOLARE, World

L2 = "https://www.spid.gov.it/SpidL2"


def shown(*, approved: bool = False, **other: Any) -> World:
    w = World()
    w.onboard()
    w.until(3, 10)
    w.append(ProviderKept("o-1", "spid", "https://id.example", "verbale"), actor=Actor(TITOLARE, "titolare"))
    request, _ = w.ask(1)
    record = IdentityShown(
        request.request, request.digest.hex(), ADS, "spid", "https://id.example", L2, "2026-11-03T10:00:00.000Z",
        "ab" * 32,
    )  # fmt: skip
    if approved:
        w.approve(request)
    w.append(replace(record, **other), actor=Actor(ADS, "ads"))
    if not approved:
        w.approve(request)
    w.append(ProviderRemoved("o-1"), actor=Actor(TITOLARE, "titolare"))
    return w


@pytest.mark.parametrize("acr", [L2, "https://www.spid.gov.it/SpidL3"])
@pytest.mark.parametrize("kind", ["spid", "cie"])
def test_c22_identity_shown_before_the_signature_is_sound(acr: str, kind: str) -> None:
    sound(judge(shown(acr=acr, kind=kind)))


@pytest.mark.parametrize(
    "other",
    [
        {"statement": "00" * 32}, {"person": TITOLARE}, {"kind": "oidc"}, {"acr": "https://www.spid.gov.it/SpidL1"},
        {"acr": "urn:qualcosa"},
    ],
)  # fmt: skip
def test_c22_of_another_request_person_or_too_low_it_is_found(other: dict[str, str]) -> None:
    only(judge(shown(**other)), "UNAPPROVED", "statement_differs")


def test_c22_after_the_grant_it_comes_too_late() -> None:
    alone(judge(shown(approved=True)), "INCOMPLETE", "order")


def test_c22_of_a_request_nobody_made() -> None:
    alone(judge(shown(request="r-99999999")), "INCOMPLETE", "unknown_request")
