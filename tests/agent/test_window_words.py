"""What the window says: short, the same whatever somebody wrote, and never more certain than the agent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from agent.notice import Notice
from agent.window import words
from agent.window.words import MAX_WORDS, Run, Told, question, strip, text_of
from tests.agent.session_kit import admitted

ROME = timezone(timedelta(hours=1))
AT = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)


def told(state: str = "asking", **more: object) -> Told:
    found = Notice.read(admitted(session="s-1", begin=AT, length_s=5220, watched=True), AT)
    return Told.read(json.dumps(found.to_file() | {"state": state} | more).encode())


def test_the_question_is_that_of_the_design() -> None:
    """U-31, L-44."""
    assert text_of(question(told(), ROME)) == (
        "Tecnico 2 di Fornitore Alfa chiede di collegarsi a questo computer per: la stampante del banco non "
        "stampa i conti. Autorizzato da Anna Bianchi (ADS) fino alle 12:47. Nessuna registrazione. "
        "Chiuda i documenti personali prima di continuare."
    )
    assert [run.text for run in question(told(), ROME) if run.strong] == [
        "Tecnico 2", "Fornitore Alfa", "Anna Bianchi (ADS)", "12:47", "Nessuna registrazione.",
    ]  # fmt: skip
    bare = replace(told(), incident="", organisation="", approved_by=("ADS p-2", "titolare p-1"))
    assert text_of(question(bare, ROME)).startswith(
        "Tecnico 2 chiede di collegarsi a questo computer. Autorizzato da ADS p-2 e titolare p-1 fino"
    )
    tomorrow = replace(told(), ends=AT + timedelta(days=1))
    assert "fino alle 11:20 del 23/11/2026." in text_of(question(tomorrow, ROME))


def test_whoever_sees_this_screen_is_said_to_before_and_meanwhile() -> None:
    seen, used = told(screen="see"), told(screen="control")
    assert "Vede questo schermo. Nessuna registrazione." in text_of(question(seen, ROME))
    assert Run("Vede e usa questo schermo.", strong=True) in question(used, ROME)
    assert "schermo" not in text_of(question(told(screen="other"), ROME))
    said, _ = strip(replace(used, state="live"), ROME)
    assert text_of(said).endswith("è collegato. Vede e usa questo schermo.")


def test_a_recorded_screen_is_said_to_be() -> None:
    seen = replace(told(screen="see"), recording=True)
    assert "Lo schermo viene registrato; i tasti no." in text_of(question(seen, ROME))
    assert "tasti e schermo no" in text_of(question(replace(seen, screen=""), ROME))


def test_the_question_stays_within_sixty_words() -> None:
    """U-31: Whatever the technician wrote; who asks, until when and what is recorded always stand there."""
    long = replace(told(incident="a " * 80), recording=True, screen="control")
    text = text_of(question(long, ROME))
    assert len(text.split()) <= MAX_WORDS
    assert "viene registrato" in text
    assert "a…. Autorizzato da" in text


def test_nothing_that_somebody_wrote_plays_tricks() -> None:
    found = told(technician="\x1b[2JEvil\u202e\n", incident="x\u2028y\x07", approved_by=["\x00A"])
    assert (found.technician, found.incident, found.approved_by) == ("[2JEvil", "x y", ("A",))
    assert told(technician=7).technician == "Un tecnico"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{", b'{"v":2}', b"[" * 100_000, b" " * (words.MAX_FILE_BYTES + 1),
        json.dumps({"v": 1, "session": "s", "state": "ended", "approved_by": [], "since": "", "ends": ""}).encode(),
        json.dumps({"v": 1, "session": "s", "state": "live", "approved_by": [], "since": "x", "ends": ""}).encode(),
    ],
)  # fmt: skip
def test_anything_else_is_no_session(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Told.read(data)


def test_the_strip_says_who_since_when_and_what_is_wrong() -> None:
    live = told("live")
    assert text_of(strip(live, ROME)[0]) == "Tecnico 2 di Fornitore Alfa è collegato"
    assert strip(live, ROME)[1] == "dalle 11:20, con supervisione"
    assert strip(replace(live, watched=False), ROME)[1] == "dalle 11:20, senza supervisione"
    assert strip(replace(live, online=False), ROME)[1] == (
        "il server non risponde: Interrompi funziona lo stesso"
    )
    assert "l’agente non risponde" in strip(live, ROME, answers=False)[1]
    assert words.recorded(live) == "Non registrato"
    assert words.recorded(replace(live, recording=True)) == "Registrazione attiva"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("supervision_lost", "dalle 11:48, nessuno sta guardando"),
        ("paused_by_watcher", "dalle 11:48, per ordine di chi guarda"),
    ],
)
def test_a_pause_says_why(reason: str, said: str) -> None:
    paused = told("paused", at="2026-11-22T10:48:00.000Z", reason=reason, recording=True)
    assert text_of(strip(paused, ROME)[0]) == "In pausa. Tecnico 2 non vede e non fa nulla"
    assert strip(paused, ROME)[1] == said
    assert words.recorded(paused) == ""


def test_the_time_left_is_counted_down() -> None:
    asking = told(answer_by="2026-11-22T10:21:00.000Z")
    assert words.countdown(asking, AT + timedelta(seconds=2)) == (
        "Senza risposta, la richiesta si chiude tra 0:58"
    )
    assert words.countdown(asking, AT + timedelta(minutes=5)).endswith("0:00")
    assert words.countdown(told(), AT) == ""
