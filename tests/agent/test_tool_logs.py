"""Stand-ins that behave like licensed tools (fork, detach, start anew, refuse to stop, each in its log's dialect).

No licensed program is installed here: what is proven is the agent's side against the published dialects.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from agent import sessions
from agent.accounts import LocalAccount, local_account
from agent.wire import channel as wire
from audit.policy import Tool
from tests.agent.session_kit import House, eventually, house
from tests.agent.test_external import begin, of_name, program

pytestmark = pytest.mark.usefixtures("patient")
ANY, RUST = f"qany{os.getpid()}", f"qrust{os.getpid()}"
DAEMON = f"qanyd{os.getpid()}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The account's home, so that no test writes into a real one."""
    found = tmp_path / "home"
    found.mkdir()

    def local(name: str) -> LocalAccount:
        return dataclasses.replace(local_account(name), home=str(found))

    monkeypatch.setattr(sessions, "local_account", local)
    return found


async def told(h: House, count: int) -> list[dict[str, object]]:
    await eventually(lambda: h.broker.kinds().count("tool.told") >= count)
    return [body for kind, _, body in h.broker.reports if kind == "tool.told"]


async def test_one_that_detaches_starts_anew_and_logs_like_anydesk(tmp_path: Path, home: Path) -> None:
    """S-01."""
    log, go = home / ".anydesk" / "connection_trace.txt", tmp_path / "go"
    log.parent.mkdir()
    log.write_text("Incoming     2026-11-20, 03:46   User   before 1\n")
    daemon = program(
        tmp_path,
        DAEMON,
        f"#!/bin/sh\nwhile [ ! -e {go} ]; do sleep 0.1; done\nexec setsid {tmp_path / ANY} again\n",
    )
    text = f"""#!/bin/sh
if [ "$1" != again ]; then setsid {daemon} & exit 0; fi
echo 'Incoming     2026-11-22, 10:01   Passwd   user1@ad 654321' >> {log}
while :; do sleep 0.1; done
"""
    found = Tool("anydesk", (program(tmp_path, ANY, text),), (ANY, DAEMON), 5, "anydesk")
    async with house(tmp_path) as h:
        session, _ = await begin(h, found)
        await h.broker.until("tool.started")
        assert h.broker.openings[0].data["known"] == "AnyDesk"  # type: ignore[index, call-overload]
        go.touch()
        said = await told(h, 1)
        assert said == [
            {
                "tool": "anydesk",
                "event": "began",
                "began": "2026-11-22, 10:01",
                "peer": h.broker.openings[1].commitment,
            }
        ]
        assert h.broker.openings[1].data == {"peer": "user1@ad 654321"}
        assert "tool.stopped" not in h.broker.kinds()
        await h.sessions.stop(session, "stopped_by_ads")
        stopped = await h.broker.until("tool.stopped")
        assert (stopped["log"], stopped["processes"] >= 2) == ("read", True)
    assert not of_name(ANY)


async def test_one_that_refuses_to_stop_and_logs_like_rustdesk(tmp_path: Path, home: Path) -> None:
    log = home / ".local/share/logs/RustDesk/server/rustdesk_rCURRENT.log"
    line = "[2026-11-22 10:00:0{}.350802 +00:00] {} [src/server/connection.rs:983] #7 Connection {}"
    text = f"""#!/bin/sh
mkdir -p {log.parent}
echo '{line.format(1, "DEBUG", "opened from 10.8.0.31:6074.")}' > {log}
trap 'echo "{line.format(2, "INFO", "closed: Peer close")}" >> {log}' TERM
while :; do sleep 0.1; done
"""
    found = Tool("rustdesk", (program(tmp_path, RUST, text),), (RUST,), 1, "rustdesk")
    async with house(tmp_path) as h:
        _, line_ = await begin(h, found)
        await told(h, 1)
        line_.tell(wire.pack_signal("TERM"))
        said = await told(h, 2)
        assert [one["event"] for one in said] == ["began", "ended"]
        stopped = await h.broker.until("tool.stopped")
        assert (stopped["forced"], stopped["log"]) == (True, "read")
        kinds = h.broker.kinds()
        assert kinds.index("tool.told") < kinds.index("tool.stopped")
    assert not of_name(RUST)


async def test_a_tool_that_this_system_has_no_adapter_for_does_not_start(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await begin(h, Tool("supremo", (), (), 1, "supremo"))
        refused = await h.broker.until("channel.refused")
        assert refused == {"kind": "tool", "reason": "process_not_started"}
