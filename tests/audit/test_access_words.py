"""Every kind that is an access exists, has a code of §2.1's kind, and a sentence that holds two names alone."""

from __future__ import annotations

import string

import pytest

from audit.access_words import EVENTS, sentence
from audit.forms import CODE
from audit.records import KINDS

# What requirements §2.1 and L-07 name, in English. `privilegio.elevazione` is no event: `Entry.privileged` says it.
WANTED = {
    "access.succeeded", "access.denied", "access.failed", "access.ended", "grant.activated", "session.started",
    "session.ended", "session.presumed_ended", "supervision.joined", "supervision.left", "log.read",
}  # fmt: skip


def test_l07_the_events_that_the_law_wants_are_there() -> None:
    assert {event.code for event in EVENTS.values()} >= WANTED
    assert set(EVENTS) <= set(KINDS)
    assert all(KINDS[kind].RETAIN == "access" for kind in EVENTS)


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_a_sentence_holds_nothing_but_two_names(kind: str) -> None:
    event = EVENTS[kind]
    assert CODE.fits(event.code.replace(".", "_"))
    assert event.outcome in ("ok", "denied", "failed", "presumed", "outside", "declared")
    assert {name for _, name, _, _ in string.Formatter().parse(event.it) if name} <= {"who", "host"}


def test_who_was_not_recognised_is_said_so() -> None:
    assert sentence("login.failed", {"who": "", "host": "portal"}) == (
        "Accesso al portale fallito: persona non riconosciuta."
    )
