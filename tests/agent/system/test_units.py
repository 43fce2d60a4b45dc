"""What starts the agent on macOS names the command as it is."""

from __future__ import annotations

import plistlib
from pathlib import Path

from agent import sessions

ROOT = Path(__file__).resolve().parents[3]


def test_launchd_runs_the_agent_and_gives_it_time_to_end() -> None:
    found = plistlib.loads((ROOT / "deploy" / "it.verbale.agent.plist").read_bytes())
    assert found["Label"] == "it.verbale.agent"
    assert found["ProgramArguments"][1:] == ["run"]
    assert found["KeepAlive"] == {"SuccessfulExit": False}
    assert found["ExitTimeOut"] > sessions.CLOSE_LIMIT_S
    assert found["Umask"] == 0o077


def test_launchd_waits_at_the_desk_of_whoever_logs_in_to_a_screen() -> None:
    found = plistlib.loads((ROOT / "deploy" / "it.verbale.desk.plist").read_bytes())
    assert found["ProgramArguments"][1:] == ["desk"]
    assert found["LimitLoadToSessionType"] == "Aqua"
