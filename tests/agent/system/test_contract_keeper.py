"""What every system owes the agent of a session's processes: started, known, and ended, whatever they do."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.system.here import keeper, table
from agent.system.interface import NotStarted, Warden
from agent.wire.channel import Exit
from tests.agent.system.programs import PATIENCE_S, eventually, order, read_all, write_all

SESSION = "s-contract"
LAZY = "import time; time.sleep(600)"
# Starts a child that detaches as far as its system lets it, tells its pid, and waits.
FAMILY = """
import subprocess, sys, time
away = {"start_new_session": True} if sys.platform != "win32" else {"creationflags": 0x00000200}
child = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"], **away)
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
async def warden() -> AsyncIterator[Warden]:
    found = keeper.hold(SESSION)
    yield found
    found.end(0.0)
    await asyncio.wait_for(asyncio.shield(found.dead), PATIENCE_S)


def is_alive(pid: int) -> bool:
    found = table.process(pid)
    return found is not None and found.state not in "ZX"


async def test_pipes_carry_bytes_as_they_are_both_ways(warden: Warden) -> None:
    code = (
        "import sys; data = sys.stdin.buffer.read(); sys.stdout.buffer.write(data[::-1]);"
        "sys.stderr.buffer.write(b'%d' % len(data)); sys.exit(7)"
    )
    child = await warden.start("c-1", order(code))
    assert child.tty is None
    ends = child.ends()
    assert ends.console is None
    sent = bytes(range(256)) * 1024
    await write_all(ends, sent)
    ends.input.close()
    assert await read_all(ends, 0) == sent[::-1]
    assert await read_all(ends, 1) == b"%d" % len(sent)
    assert await asyncio.wait_for(child.ended, PATIENCE_S) == Exit(status=7)
    ends.close()


async def test_a_terminal_has_a_size_that_changes_and_takes_what_is_typed(warden: Warden) -> None:
    code = (
        "import os, sys\n"
        "print('isatty', sys.stdin.isatty(), *os.get_terminal_size(), flush=True)\n"
        "line = input()\n"
        "print('then', *os.get_terminal_size(), line.upper(), flush=True)\n"
    )
    child = await warden.start("c-1", order(code, "pty"))
    assert child.tty is not None
    ends = child.ends()
    assert ends.console is not None
    await read_all(ends, until=b"isatty True 91 23")
    ends.console.resize(77, 31)
    await write_all(ends, b"parole\r")
    await read_all(ends, until=b"then 77 31 PAROLE")
    assert await asyncio.wait_for(child.ended, PATIENCE_S) == Exit(status=0)
    ends.close()


async def test_the_environment_is_the_order_s(warden: Warden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_AGENT", "x")
    code = (
        "import os; print('SECRET_OF_THE_AGENT' in os.environ, os.environ['VERBALE_SESSION'], 'HOME' in os.environ"
        " or 'USERPROFILE' in os.environ)"
    )
    child = await warden.start("c-1", order(code))
    ends = child.ends()
    assert (await read_all(ends)).split() == [b"False", SESSION.encode(), b"True"]
    ends.close()


async def test_words_reach_a_program_as_they_are(warden: Warden) -> None:
    words = ("due parole", 'tre "virgolette"', "barra\\", "", "è €", 'a\\\\"b', "%PATH%", "*")
    code = "import sys; print(ascii(sys.argv[1:]))"
    child = await warden.start("c-1", order(code, "pipes", *words))
    ends = child.ends()
    assert (await read_all(ends)).decode().strip() == ascii(list(words))
    ends.close()


async def test_what_cannot_start_says_so(warden: Warden, tmp_path: Path) -> None:
    with pytest.raises(NotStarted) as said:
        await warden.start("c-1", replace(order(LAZY), program=str(tmp_path / "nowhere")))
    assert said.value.errno == 2


async def test_the_end_reaches_what_has_detached(warden: Warden) -> None:
    child = await warden.start("c-1", order(FAMILY))
    ends = child.ends()
    detached = int(await read_all(ends, until=b"\n"))
    assert is_alive(detached)
    assert warden.holds(child.pid)
    assert warden.holds(detached)
    assert not warden.holds(os.getpid())
    warden.end(0.0)
    account = await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)
    assert account.left != "some"
    await eventually(lambda: not is_alive(child.pid) and not is_alive(detached))
    assert (await asyncio.wait_for(child.ended, PATIENCE_S)).signal is not None
    ends.close()


async def test_one_channel_ends_without_the_others(warden: Warden) -> None:
    one = await warden.start("c-1", order(FAMILY))
    two = await warden.start("c-2", order(LAZY))
    ends = one.ends()
    detached = int(await read_all(ends, until=b"\n"))
    await warden.kill("c-1")
    await asyncio.wait_for(one.ended, PATIENCE_S)
    await eventually(lambda: not is_alive(detached))
    assert is_alive(two.pid)
    assert not two.ended.done()
    await warden.signal("c-2", "KILL")
    assert await asyncio.wait_for(two.ended, PATIENCE_S) == Exit(signal="KILL")
    ends.close()
    two.ends().close()


async def test_nothing_outlives_an_agent_that_is_killed(tmp_path: Path) -> None:
    """An agent in a process of its own holds a session; it is killed, and the session's processes go with it."""
    script = tmp_path / "agent_that_dies.py"
    script.write_text(
        "import asyncio\n"
        "from agent.system.here import keeper\n"
        "from tests.agent.system.programs import order\n"
        "async def life():\n"
        "    child = await keeper.hold('s-dies').start('c-1', order('import time; time.sleep(600)'))\n"
        "    print(child.pid, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(life())\n"
    )
    root = str(Path(__file__).resolve().parents[3])
    code = f"import sys, runpy; sys.path.insert(0, {root!r}); runpy.run_path({str(script)!r})"
    agent = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=root
    )
    assert agent.stdout is not None
    try:
        pid = int(await asyncio.to_thread(agent.stdout.readline))
        assert is_alive(pid)
    finally:
        agent.kill()
        await asyncio.to_thread(agent.wait, PATIENCE_S)
        agent.stdout.close()
    await eventually(lambda: not is_alive(pid))


@pytest.mark.needs_linux
async def test_signals_by_their_names(warden: Warden) -> None:
    child = await warden.start("c-1", order(LAZY))
    await warden.signal("c-1", "USR1")
    assert await asyncio.wait_for(child.ended, PATIENCE_S) == Exit(signal="USR1")
    child.ends().close()
