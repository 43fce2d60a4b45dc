"""`verbale connect`: what it takes, and what it says where it cannot. The way through is tried in tests/e2e."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import asyncssh
import pytest

from agent.task_group import TaskGroup
from tests import hostile
from web import site

PLACE = "s-0123456789@broker.esempio.invalid:22"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["s-0123456789", "--port", "rdp"], "Scriva"),
        (["root@broker.esempio.invalid", "--port", "rdp"], "Scriva"),
        (["s-0123456789@-oProxyCommand=x y", "--port", "rdp"], "Scriva"),
        ([PLACE, "--port", "RDP"], "Scriva"),
        ([PLACE, "--port", "rdp", "--listen", "nowhere:x"], "Scriva"),
        ([PLACE, "--port", "rdp", "--listen", "0.0.0.0:13389"], "solo su questo computer"),
        ([PLACE, "--port", "rdp", "--listen", "[::]:13389"], "solo su questo computer"),
        ([PLACE, "--port", "rdp", "--listen", "192.168.1.2:13389"], "solo su questo computer"),
        ([PLACE, "--port", "rdp", "--listen", "127.0.0.1:70000"], "solo su questo computer"),
    ],
)
def test_misuse_is_told(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert site.main(["connect", *words]) == 2
    assert said in capsys.readouterr().out


def test_a_server_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as none:
        none.bind(("127.0.0.1", 0))
        port = none.getsockname()[1]
    place = f"s-0123456789@127.0.0.1:{port}"
    assert site.main(["connect", place, "--port", "rdp", "--host-key", "SHA256:x"]) == 1
    assert "non risponde" in capsys.readouterr().out


class Liar(asyncssh.SSHServer):
    """Lets everybody in, and refuses each port with words of its own."""

    def connection_made(self, conn: Any) -> None:
        self.connection = conn

    def begin_auth(self, username: str) -> bool:
        return False

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        asyncio.get_running_loop().call_later(0.1, self.connection.abort)
        raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, hostile.ALL)


async def knock(port: int) -> asyncio.StreamWriter:
    while True:
        try:
            return (await asyncio.open_connection("127.0.0.1", port))[1]
        except ConnectionRefusedError:
            await asyncio.sleep(0.02)


async def test_what_a_server_says_is_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Its refusal reaches the technician's terminal without title, clipboard or colour."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        here = probe.getsockname()[1]
    async with asyncssh.listen("127.0.0.1", 0, server_factory=Liar, server_host_keys=[key]) as server:
        place = f"s-0123456789@127.0.0.1:{server.get_port()}"
        words = ["connect", place, "--port", "rdp", "--listen", f"127.0.0.1:{here}"]
        pin = ["--host-key", key.get_fingerprint("sha256")]
        async with asyncio.timeout(60), TaskGroup() as group:
            running = group.create_task(asyncio.to_thread(site.main, [*words, *pin]))
            writer = await knock(here)
            assert await running == 0
            writer.close()
    out = capsys.readouterr().out
    assert "Non aperta: <script>" in out
    assert [line for line in out.splitlines() if hostile.unseen(line)] == []
