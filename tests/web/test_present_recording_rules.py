"""The rules' form on recording: both papers or nothing, and what is in force shown as it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audit.recording_rules import Ground, RecordingRules
from broker.domain.refusal import Refused, Why
from web.present import recording_rules
from web.present.reader import Reader

READER = Reader("it", datetime(2026, 11, 22, tzinfo=UTC))
RULES = RecordingRules(
    "administrator", Ground("agreement", "Accordo 12", "2026-09-01"), Ground("no_employees", "Nota 3", "2026-09-02")
)  # fmt: skip
TYPED = {
    "recorded": "administrator", "client": "agreement", "client-ref": "Accordo 12", "client-day": "2026-09-01",
    "vendor": "no_employees", "vendor-ref": " Nota 3 ", "vendor-day": "2026-09-02",
}  # fmt: skip


def read(**typed: str) -> RecordingRules | None:
    return recording_rules.read(lambda name: (TYPED | typed).get(name, ""))


def test_what_was_typed_is_read() -> None:
    assert read() == RULES
    assert read(recorded="none") is None
    assert recording_rules.read(lambda _name: "") is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"recorded": "some"}, "recorded"), ({"client": ""}, "client"), ({"client-ref": " "}, "client"),
        ({"client-ref": "x" * 121}, "client"), ({"vendor-day": "2026-02-30"}, "vendor"), ({"vendor-ref": "a\x07b"}, "vendor"),
    ],
)  # fmt: skip
def test_without_both_papers_it_is_refused(typed: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as no:
        read(**typed)
    assert (no.value.why, no.value.facts) == (Why.BAD_INPUT, {"field": field})


def test_what_is_in_force_is_shown() -> None:
    shown = recording_rules.form(RULES, READER)
    assert [one.value for one in shown.sessions if one.chosen] == ["administrator"]
    assert [(g.name, g.reference, g.day) for g in shown.grounds] == [
        ("client", "Accordo 12", "2026-09-01"), ("vendor", "Nota 3", "2026-09-02"),
    ]  # fmt: skip
    none = recording_rules.form(None, READER)
    assert [one.value for one in none.sessions if one.chosen] == ["none"]


def test_l49_windows_left_out_are_proposed_read_and_shown() -> None:
    """A line each, in whatever order and case they were typed."""
    proposed = recording_rules.form(None, READER).left_out.splitlines()
    assert {"keepass", "thunderbird", "banca"} <= set(proposed)
    assert recording_rules.left_out(proposed) == recording_rules.PROPOSED
    typed = read(left_out=" Posta  in arrivo \n\nBanca\nbanca\n")
    assert typed is not None
    assert typed.left_out == ("banca", "posta in arrivo")
    shown = recording_rules.form(typed, READER)
    assert (shown.left_out, "Proponiamo" in shown.left_out_hint) == ("banca\nposta in arrivo", False)
    assert "Proponiamo: 1password, banca" in recording_rules.form(RULES, READER).left_out_hint
    assert "fuori le finestre: banca, posta in arrivo" in recording_rules.fact(typed, READER).small
    for wrong in ("ab", "x" * 49, "a\u0007bc", "\n".join(f"w{n:03}" for n in range(65))):
        with pytest.raises(Refused) as no:
            read(left_out=wrong)
        assert no.value.facts == {"field": "left_out"}


def test_among_the_other_rules() -> None:
    said = recording_rules.fact(RULES, READER)
    assert (said.ask, said.answer) == ("Registrazione", "Solo con un utente amministratore")
    assert recording_rules.fact(None, READER).answer == "Nessuna sessione"
