"""Every forgery of the log, judged by both verifiers: found by its class, or passed where the claim says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit import checkpoint
from audit.checkpoint import Checkpoint
from audit.merkle import root
from audit.note import Note, parse_note
from audit.verify import verify
from tests.audit import second_verifier
from tests.audit.verdicts import honest
from tests.audit.world import World
from tests.web.attack_desk import desk_over
from web.demo.attack import forgeries as f
from web.demo.attack.forgeries import Desk

KEPT = 50  # a head from the middle of the month
FOUND = {
    "altered": (f.altered, "TAMPERED"),
    "altered, signed": (f.signed(f.altered), "REWRITTEN"),
    "removed": (f.signed(f.removed), "REWRITTEN"),
    "inserted": (f.signed(f.inserted), "REWRITTEN"),
    "reordered": (f.signed(f.reordered), "REWRITTEN"),
    "back-dated": (f.signed(f.back_dated), "REWRITTEN"),
    "other key": (f.other_key, "UNTRUSTED"),
    "session omitted": (f.signed(f.session_omitted), "INCOMPLETE"),
    "approval forged": (f.signed(f.approval_forged), "UNAPPROVED"),
    "approval omitted": (f.signed(f.approval_omitted), "UNAPPROVED"),
    "note reworded": (f.signed(f.note_reworded), "DISPUTED"),
    "note by another host": (f.signed(f.note_by_other_host), "DISPUTED"),
    "list by another host": (f.signed(f.list_by_other_host), "DISPUTED"),
    "approver added": (f.signed(f.approver_added), "UNAPPROVED"),
    "policy loosened": (f.signed(f.policy_loosened), "UNAPPROVED"),
    "text altered": (f.text_altered, "ALTERED"),
    "text withheld": (f.text_withheld, "WITHHELD"),
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_over(honest(), tmp_path, KEPT)


def head(world: World, size: int) -> Note:
    made = Checkpoint(world.vkey.name, size, root(size, world.tree.read))
    return parse_note(checkpoint.sign(made, world.log_key))


@pytest.mark.parametrize("name", FOUND)
def test_a_forgery_is_found(desk: Desk, name: str) -> None:
    forge, wanted = FOUND[name]
    data, world = forge(desk).pack(), honest()
    alone = verify(data, trust=world.trust()).verdict
    second_verifier.agrees(alone, data, world.trust())
    kept = verify(data, trust=world.trust(), kept=[head(world, KEPT)]).verdict
    assert wanted in {found.cls for found in kept.findings}
    assert wanted == "REWRITTEN" or wanted in {found.cls for found in alone.findings}


def test_what_the_broker_alone_wrote_last_passes(desk: Desk) -> None:
    """Nobody can say that a log-in of the last minute never was."""
    data, world = f.signed(f.lied)(desk).pack(), honest()
    verdict = verify(data, trust=world.trust(), kept=[parse_note(world.head)]).verdict
    second_verifier.agrees(verify(data, trust=world.trust()).verdict, data, world.trust())
    assert verdict.sound, verdict.findings


def test_the_last_record_altered_is_found_by_who_kept_the_last_head(desk: Desk) -> None:
    data, world = f.signed(f.last_altered)(desk).pack(), honest()
    verdict = verify(data, trust=world.trust(), kept=[parse_note(world.head)]).verdict
    assert "REWRITTEN" in {found.cls for found in verdict.findings}
