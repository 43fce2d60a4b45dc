"""Records in words: an end says what may live on, and every refusal why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audit.leaf import Leaf
from audit.person_records import AccessDenied
from audit.record import Actor
from audit.records import AnyRecord
from audit.session_records import SessionEnded, SessionRefused
from web.present import facts
from web.present.reader import Reader
from web.views import Lang

AT = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)
NOTE = "2026-11-22T10:20:00.000Z"


def words(record: AnyRecord, lang: Lang = "it") -> tuple[str, str]:
    found = facts.item(Leaf("t-1", 7, AT, Actor("h-1", "agent"), record), {}, Reader(lang, AT))
    return found.text, found.small


@pytest.mark.parametrize(
    ("left", "said"), [(None, "dopo 44 min"), ("some", "non si è potuto chiudere"), ("unknown", "non si sa")]
)
def test_an_end_says_what_may_live_on(left: str | None, said: str) -> None:
    text, small = words(SessionEnded("stopped_by_ads", 2640, 1, NOTE, left))
    assert text == "terminata da chi guardava"
    assert said in small
    assert ("programma" in small) is (left is not None)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("stopped_by_desk", "interrotta da chi era alla postazione"),
        ("signature_invalid", "nessuno ha autorizzato questa richiesta"),
        ("log_forked", "due storie diverse"),
    ],
)
def test_an_agents_no_is_in_the_agents_words(reason: str, said: str) -> None:
    assert said in words(SessionRefused("a" * 64, reason, NOTE))[0]


def test_a_denial_at_the_door_is_in_the_brokers_words() -> None:
    """`not_recognised` of a log-in is not the agent's, which speaks of approvals."""
    record = AccessDenied(person=None, what="login", reason="not_recognised", terminal="192.0.2.1")
    assert words(record)[0] == "Credenziali non riconosciute"
    assert words(record, "en")[0] == "Credentials not recognised"
