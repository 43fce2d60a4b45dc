"""The table of refusals: complete, two languages, one sentence or two, and no stranger helped."""

from __future__ import annotations

import pytest

from broker.api.refusals import ANSWERS, sentences, status
from broker.domain.refusal import Refused, Why


def test_every_reason_has_its_answer() -> None:
    assert set(ANSWERS) == set(Why)


@pytest.mark.parametrize("why", list(Why))
def test_each_is_a_status_and_a_sentence_in_both_languages(why: Why) -> None:
    italian, english = sentences(Refused(why))
    assert 400 <= status(Refused(why)) <= 503
    assert italian != english
    for text in (italian, english):
        assert text.endswith(".")
        assert "{" not in text
        assert len(text) < 160


def test_facts_fill_the_sentence() -> None:
    italian, english = sentences(Refused(Why.BAD_INPUT, field="email"))
    assert "(l’indirizzo di posta)" in italian
    assert "(the e-mail address)" in english
    assert sentences(Refused(Why.BAD_INPUT, field="x_y"))[0].count("(x_y)") == 1


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (Refused(Why.POLICY_FORBIDS, what="window", limit_hours="8"), "(finestra: al massimo 8 ore)"),
        (Refused(Why.POLICY_FORBIDS, what="desktop"), "(canale: desktop)"),
        (Refused(Why.TOO_LARGE, field="note", limit="2000"), "(la riga per il titolare: al massimo 2000)"),
        (Refused(Why.TOO_LARGE), "accettare. "),
        (Refused(Why.BAD_INPUT), "serve. "),
        (Refused(Why.MONTH_OUT_OF_TURN, next="2026-11"), "tocca a 2026-11. "),
    ],
)
def test_what_is_known_of_a_refusal_is_said(refused: Refused, told: str) -> None:
    assert told in sentences(refused)[0]


def test_set_up_that_is_gone_looks_like_nothing_at_all() -> None:
    assert ANSWERS[Why.SETUP_DONE] == ANSWERS[Why.NOT_FOUND]
