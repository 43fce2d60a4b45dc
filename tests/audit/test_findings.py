"""The verdict's bookkeeping: what is listed, what is only counted, and what a terminal may be shown."""

from __future__ import annotations

import re
from pathlib import Path

import audit
from audit.findings import MAX_FINDINGS, MAX_SHOWN, STEP_OF, Judgement, finding
from audit.sentences import FINDINGS, FIRST, NOTES, STATES, WHYS


def test_the_first_of_each_class_is_listed_however_many_came_before() -> None:
    judge = Judgement("none")
    for n in range(3 * MAX_FINDINGS):
        judge.find("DAMAGED", "file_extra", f"a/{n}")
    judge.find("FORGED", "head_forged", "checkpoint")
    judge.take([finding("UNAPPROVED", "own_request", "n=3"), finding("UNAPPROVED", "own_request", "n=4")])
    verdict = judge.verdict()
    assert verdict.first_line("it") == "non integro: DAMAGED, FORGED, UNAPPROVED"
    assert [f.cls for f in verdict.findings[MAX_FINDINGS:]] == ["FORGED", "UNAPPROVED"]
    assert verdict.counts["findings"] == 3 * MAX_FINDINGS + 3
    assert verdict.steps[0].why_en == f"{3 * MAX_FINDINGS} findings"
    assert verdict.steps[2].why == "1 difetto"
    assert [s.n for s in verdict.steps if s.state == "failed"] == [1, 3, 9]


def test_notes_are_said_once_and_are_bounded() -> None:
    judge = Judgement("none")
    for n in range(2 * MAX_FINDINGS):
        judge.note("new_host", host=f"h-{n // 2}")
    assert len(judge.notes) == MAX_FINDINGS
    assert len({note.it for note in judge.notes}) == MAX_FINDINGS


def test_facts_of_the_bundle_cannot_speak_to_the_terminal() -> None:
    evil = "\x1b]0;pwned\x07\x9b2J\u202egnp.exe\n" + "A" * 1000
    said = finding("INCOMPLETE", "host_gap", evil, host=evil, expected=1, found=2)
    judge = Judgement("none")
    judge.note("silent", host=evil, since="1", until="2")
    for text in (said.where, said.it, said.en, judge.notes[0].it):
        assert text.isprintable()
        assert len(text) < MAX_SHOWN * 3
        assert r"\x1b" in text


def test_every_sentence_has_its_place_in_the_code() -> None:
    """A code nobody uses is a promise nobody keeps."""
    folder = Path(audit.__file__).parent
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (*sorted(folder.glob("*.py")), *sorted(folder.glob("verifica/core/*.js")))
        if path.name != "sentences.py"
    )
    unused = [
        c for table in (FINDINGS, FIRST, NOTES, STATES, WHYS) for c in table if not re.search(rf'"{c}"', code)
    ]
    assert unused == []
    assert all(cls in {"RECORDING", "TIME"} or f'"{cls}"' in code for cls in STEP_OF)
