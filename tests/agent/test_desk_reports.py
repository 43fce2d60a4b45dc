"""*Segnala* and the reason after *Interrompi*: kept signed, bounded, with or without a broker."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent import desk_call
from agent.desk_call import DeskSaysNo
from agent.desk_reports import MAX_TEXT, MOST, DeskReports
from agent.desk_words import DESK
from agent.main import main
from audit.commitment import Opening
from tests.agent.session_kit import House, house

pytestmark = pytest.mark.usefixtures("patient")
TAKEN, SAID = DESK["reported"].it, DESK["explained"].it
TOO_MANY, NOT_KEPT = DESK["too_many_reports"].it, DESK["not_kept"].it
NOT_INTERRUPTED = DESK["not_interrupted"].it
AT = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)


class Told:
    """What an agent was told to write, and its clock."""

    def __init__(self, live: list[str]) -> None:
        self.kept: list[tuple[str, str | None, Any, Opening | None]] = []
        self.live, self.now, self.full = live, AT, False
        self.desk = DeskReports(self.keep, lambda: self.now, lambda: self.live, lambda s: s.startswith("s-"))

    def keep(self, kind: str, session: str | None, body: Any, opening: Opening | None = None) -> None:
        if self.full:
            raise OSError(28, "full")
        self.kept.append((kind, session, body, opening))


@pytest.mark.parametrize(
    ("live", "named", "of"),
    [(["s-1"], None, "s-1"), (["s-1"], "s-2", "s-2"), ([], None, None), (["s-1", "s-2"], None, None)],
)
def test_a_report_is_of_the_session_meant(live: list[str], named: str | None, of: str | None) -> None:
    told = Told(live)
    assert told.desk.take(named, "Ha aperto\x1b[2J le paghe\n").text == TAKEN
    [(kind, session, body, opening)] = told.kept
    assert (kind, session) == ("desk.reported", of)
    assert opening is not None
    assert opening.data == {"text": "Ha aperto [2J le paghe"}
    assert body == {"text": opening.commitment}


def test_an_empty_report_commits_to_nothing_and_a_long_one_is_cut() -> None:
    told = Told([])
    told.desk.take(None, " \u202e\n")
    told.desk.take(None, "x" * 5000)
    assert told.kept[0][2:] == ({}, None)
    opening = told.kept[1][3]
    assert opening is not None
    assert opening.data == {"text": "x" * (MAX_TEXT - 1) + "…"}


def test_nobody_fills_the_log_from_the_desk() -> None:
    told = Told([])
    for _ in range(MOST):
        assert told.desk.take(None, "x").ok
    assert (told.desk.take(None, "x").ok, told.desk.take(None, "x").text) == (False, TOO_MANY)
    assert len(told.kept) == MOST
    told.now += timedelta(minutes=61)
    assert told.desk.take(None, "x").ok
    told.now -= timedelta(days=1)  # a clock that was set back silences nobody
    assert told.desk.take(None, "x").ok


def test_what_could_not_be_kept_is_said_to_be_so() -> None:
    told = Told([])
    told.full = True
    assert told.desk.take(None, "x").text == NOT_KEPT
    told.desk.interrupted(["s-1"])
    assert told.desk.explain("s-1", "x").text == NOT_KEPT
    told.full = False
    assert told.desk.explain("s-1", "x").text == SAID


def test_a_session_that_is_not_known_is_not_named() -> None:
    said = Told([]).desk.take("x\x1b[2J", "a")
    assert (said.ok, "\x1b" in said.text) == (False, False)


def test_why_is_said_once_of_what_was_interrupted_from_here_and_is_over() -> None:
    told = Told(["s-1"])
    assert told.desk.explain("s-1", "Perché sì").text == NOT_INTERRUPTED
    told.desk.interrupted(["s-1"])
    assert not told.desk.explain("s-1", "Perché sì").ok  # it has not ended yet
    told.live = []
    assert told.desk.explain("s-1", " ").ok
    assert told.kept == []
    assert told.desk.explain("s-1", "Perché sì").text == SAID
    [(kind, session, body, opening)] = told.kept
    assert (kind, session) == ("session.stop_explained", "s-1")
    assert opening is not None
    assert (opening.data, body) == ({"text": "Perché sì"}, {"text": opening.commitment})
    assert not told.desk.explain("s-1", "E poi").ok


# ------------------------------------------------------------------------------- at the agent's door


async def call(function: Any, *args: Any, **more: Any) -> str:
    said: str = await asyncio.to_thread(lambda: function(*args, **more))
    return said


def kinds(h: House) -> list[str]:
    return h.broker.kinds()


async def test_a_report_without_a_broker_and_a_reason_after_the_end(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin(offline="continue")
        h.sessions.link_lost()
        h.broker.unreachable = True
        assert await call(desk_call.request_report, [tmp_path], None, "Che fa?") == TAKEN
        said = await call(desk_call.request_interrupt, [tmp_path], session, why="Basta")
        assert said.splitlines() == [
            "Collegamento interrotto. Nessuno è più collegato a questo computer.",
            SAID,
        ]
        assert kinds(h)[-3:] == ["desk.reported", "session.ended", "session.stop_explained"]
        assert await call(desk_call.request_report, [tmp_path], session, "") == TAKEN  # afterwards, too
        with pytest.raises(DeskSaysNo, match="è già scritto"):
            await call(desk_call.request_explain, [tmp_path], session, "Ancora")


async def test_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        where = ["--state", str(tmp_path)]
        assert await asyncio.to_thread(main, ["report", session, "--text", "Che fa?", *where]) == 0
        assert await asyncio.to_thread(main, ["information", *where]) == 0
        assert await asyncio.to_thread(main, ["interrupt", session, "--why", "Basta", *where]) == 0
        out = capsys.readouterr().out
        assert TAKEN in out
        assert "Informativa sul trattamento dei dati" in out
        assert SAID in out
        assert kinds(h)[-1] == "session.stop_explained"
