"""The VNC servers of Windows themselves, each installed: run by a job of its own for hosted Windows.

Started, asked for the screen, and ended as a session does it; nothing of them is left, and no setting of theirs.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from tests.agent.system.programs import PATIENCE_S, me

pytestmark = pytest.mark.needs_windows


@pytest.mark.parametrize("control", [False, True])
@pytest.mark.parametrize("program", ["winvnc.exe", "tvnserver.exe"])
async def test_one_shows_the_screen_for_its_session_and_is_gone_with_it(
    tmp_path: Path,
    program: str,
    control: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from agent.accounts import local_account
    from agent.channels import vnc_servers
    from agent.channels.rfb import Ready, ToServer
    from agent.channels.rfb_server import FromServer
    from agent.channels.screen import Rights, Screen
    from agent.channels.vnc_secret import answer
    from agent.system.here import keeper, table

    (server,) = (one for one in vnc_servers.SERVERS if one.program == program)
    monkeypatch.setattr(vnc_servers, "SERVERS", (server,))
    warden = keeper.hold("s-windows")
    screen = Screen(warden, local_account(me().name), tmp_path / "screens")
    line, secret = await screen.open(Rights(control=control))
    assert secret is not None
    machine = FromServer(partial(answer, secret), clipboard=False)
    reader, writer = await asyncio.open_connection(sock=line)
    ready: Ready | None = None
    async with asyncio.timeout(PATIENCE_S):
        while ready is None:
            data = await reader.read(65536)
            assert data, "it hung up"
            for event in machine.feed(data):
                if isinstance(event, ToServer):
                    writer.write(event.data)
                if isinstance(event, Ready):
                    ready = event
    assert ready.width > 0 < ready.height
    writer.close()
    await screen.close()
    assert list((tmp_path / "screens").iterdir()) == []
    assert not any(program in table.names(pid) and warden.holds(pid) for pid in table.pids())
    warden.end(0.0)
    assert (await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)).left == "none"
