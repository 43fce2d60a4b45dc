"""What the attack prints is what happened, and one thing that had to fail and did not is enough to say so."""

from __future__ import annotations

import pytest

from web.demo.attack.outcome import (
    AGENT,
    Attempt,
    Detected,
    Happened,
    Ledger,
    Outcome,
    Refused,
    Untried,
    Words,
)

WHAT = Words("cosa tentata", "what was tried")
WHY = Words("perché no", "why not")
MUST = Attempt("must", WHAT)
MAY = Attempt("may", WHAT, WHY)


@pytest.mark.parametrize(
    ("attempt", "outcome", "verdict", "code"),
    [
        (MUST, Refused(AGENT, "replayed"), "RIFIUTATO / refused: l’agente / the agent, replayed", 0),
        (MUST, Detected(("REPORT", "TAMPERED")), "SCOPERTO / detected: verbale-verify, REPORT, TAMPERED", 0),
        (MUST, Happened("started"), "RIUSCITO, E NON DOVEVA / succeeded, against the claim: started", 1),
        (MUST, Untried(WHY), "NON PROVATO / not tried", 0),
        (MAY, Happened("typed"), "NON IMPEDITO / not prevented: typed", 0),
        (MAY, Refused(AGENT, "replayed"), "RIFIUTATO / refused: l’agente / the agent, replayed", 0),
    ],
)
def test_one_attempt(attempt: Attempt, outcome: Outcome, verdict: str, code: int) -> None:
    ledger = Ledger()
    lines = ledger.add(attempt, outcome)
    assert lines[0] == f"  1. {verdict}"
    assert lines[1:3] == ["     cosa tentata", "     what was tried"]
    assert ledger.exit_code == code
    assert any("NON HA TENUTO" in line for line in ledger.closing()) == bool(code)


def test_what_is_not_prevented_is_told_with_its_reason() -> None:
    assert Ledger().add(MAY, Happened("typed"))[3:] == ["     Perché: perché no", "     Why: why not"]
    assert Ledger().add(MUST, Untried(WHY))[3:] == ["     Perché: perché no", "     Why: why not"]
    assert Ledger().add(MAY, Detected(("TIME",)))[3:] == []


def test_the_sum_counts_each_kind_once() -> None:
    ledger = Ledger()
    for attempt, outcome in (
        (MUST, Refused(AGENT, "x")),
        (MUST, Detected(("TIME",))),
        (MAY, Happened("y")),
        (MUST, Happened("z")),
        (MUST, Untried(WHY)),
    ):
        ledger.add(attempt, outcome)
    assert ledger.closing()[0] == "5 tentativi: 1 rifiutati, 1 scoperti, 1 non impediti, 1 non provati."
    assert "must" in ledger.closing()[2]


def test_an_attack_that_tried_nothing_proves_nothing() -> None:
    assert Ledger().exit_code == 1
