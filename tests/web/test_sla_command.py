"""`verbale sla deadline` and `verbale sla acceptance`, as they are typed."""

from __future__ import annotations

import pytest

from web.site import main

ASK = ("sla", "deadline", "--plan", "basic", "--severity", "A", "--received")


def test_the_deadline_as_an_instant_and_in_words(capsys):
    assert main([*ASK, "2026-03-20T16:30"]) == 0
    assert capsys.readouterr().out == "2026-03-23T11:30:00+01:00\nlunedì 23 marzo 2026 alle 11:30 CET\n"


def test_with_a_patron_a_closure_and_seconds(capsys):
    assert main([*ASK, "2026-11-02T16:30:15.250", "--patron", "11-03", "--closed", "2026-11-04"]) == 0
    assert capsys.readouterr().out.startswith("2026-11-05T11:30:15.250+01:00\n")


def test_an_hour_that_happens_twice_needs_its_offset(capsys):
    with pytest.raises(SystemExit) as misuse:
        main([*ASK, "2026-10-25T02:30"])
    assert misuse.value.code == 2
    assert "+02:00 o +01:00" in capsys.readouterr().err
    assert main(["sla", "deadline", "--plan", "enterprise", "--severity", "A", "--received", "2026-10-25T02:30+02:00"]) == 0  # fmt: skip
    assert capsys.readouterr().out.startswith("2026-10-25T02:30:00+01:00\n")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("2026-03-29T02:30",), "non esiste"),
        (("ieri",), "2026-03-20T16:30"),
        (("1999-03-20T16:30",), "dal 2000 al 2099"),
        (("2026-03-20T16:30", "--patron", "11-3"), "11-03"),
        (("2026-03-20T16:30", "--closed", "2026-W12-5"), "2026-12-24"),
        (("2026-03-20T16:30", "--closed", "Natale"), "2026-12-24"),
    ],
)
def test_what_is_mistyped_is_said_in_words(more, said, capsys):
    with pytest.raises(SystemExit) as misuse:
        main([*ASK, *more])
    assert misuse.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "instant", "said"),
    [
        (("2026-03-20T10:00",), "2026-04-04T23:59:59+02:00", "sabato 4 aprile 2026 alle 23:59 CEST"),
        (("2026-03-21T10:00",), "2026-04-07T23:59:59+02:00", "martedì 7 aprile 2026 alle 23:59 CEST"),
        (("2026-12-10T09:00", "--peremptory"), "2026-12-25T23:59:59+01:00", "venerdì 25 dicembre 2026 alle 23:59 CET"),
        (("2026-10-19T09:00", "--patron", "11-03"), "2026-11-04T23:59:59+01:00", "mercoledì 4 novembre 2026 alle 23:59 CET"),
    ],
)  # fmt: skip
def test_s40_the_last_instant_of_acceptance(more, instant, said, capsys):
    assert main(["sla", "acceptance", "--received", *more]) == 0
    assert capsys.readouterr().out == f"{instant}\n{said}\n"
