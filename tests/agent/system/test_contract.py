"""What every system owes the agent: clocks, names, files, accounts, the table of processes, and being told."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.system.here import (
    HERE,
    accounts,
    clocks,
    desktop,
    files,
    identity,
    lifecycle,
    network,
    people,
    publishers,
    table,
)  # fmt: skip
from agent.system.interface import Account
from tests.agent.system.programs import PATIENCE_S, eventually, me

NAMES = {"linux": "linux", "darwin": "macos", "win32": "windows"}


def test_this_is_the_system_we_run_on() -> None:
    assert HERE.name == NAMES[sys.platform]


# ------------------------------------------------------------------------------- time and identity


def test_boot_clock_runs_as_any_other_and_never_back() -> None:
    one, here = clocks.boot_s(), time.monotonic()
    time.sleep(0.2)
    two, there = clocks.boot_s(), time.monotonic()
    assert 0 < two - one == pytest.approx(there - here, abs=0.1)


def test_sleep_is_part_of_the_time_since_boot() -> None:
    assert -0.1 <= clocks.asleep_s() <= clocks.boot_s()


def test_machine_and_start_have_names_that_stay() -> None:
    assert identity.boot_id() == identity.boot_id() != "unknown"
    assert identity.machine_id() == identity.machine_id()


# ------------------------------------------------------------------------------------------- files


def test_replace_gives_the_new_file_the_name(tmp_path: Path) -> None:
    old, fresh = tmp_path / "stato.json", tmp_path / "stato.json.new"
    old.write_bytes(b"old")
    fresh.write_bytes(b"new")
    files.replace(fresh, old)
    files.sync_folder(tmp_path)
    assert old.read_bytes() == b"new"
    assert not fresh.exists()


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "spool.log"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | files.OPEN_FLAGS, 0o600)
    os.write(handle, b"a\nb\r\n\x1a\x00")
    files.sync(handle)
    assert not os.get_inheritable(handle)
    os.close(handle)
    assert path.read_bytes() == b"a\nb\r\n\x1a\x00"


def test_a_lock_keeps_another_process_out_and_lets_it_read(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | files.OPEN_FLAGS, 0o600)
    assert files.try_lock(handle)
    os.write(handle, b"4711\n")
    code = (
        f"import os; from agent.system.here import files; h = os.open({str(path)!r}, os.O_RDWR | files.OPEN_FLAGS);"
        "print(files.try_lock(h), os.read(h, 99).strip().decode())"
    )
    root = Path(__file__).resolve().parents[3]
    env = {**os.environ, "PYTHONPATH": str(root)}

    def other() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=root, env=env, capture_output=True, check=True
        )
        return done.stdout.decode().split()

    assert other() == ["False", "4711"]
    os.close(handle)
    assert other() == ["True", "4711"]


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_a_mode_keeps_the_file_usable_for_us(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "chiave"
    path.write_bytes(b"x")
    files.set_mode(path, mode)
    assert path.read_bytes() == b"x"
    path.write_bytes(b"y")


def test_folders_of_states_differ_and_are_absolute() -> None:
    own = files.user_state(os.environ)
    assert own.is_absolute()
    assert files.system_state().is_absolute()
    assert own != files.system_state()


# ---------------------------------------------------------------------------------------- accounts


def test_our_own_account_is_found_and_can_be_run_as() -> None:
    name, _ = accounts.me()
    found = accounts.find(name)
    assert found is not None
    assert accounts.can_become(found)
    assert accounts.may_always_order(found.key)
    assert Path(found.home).is_dir()
    assert accounts.environment(found)["PATH"]


def test_an_account_that_is_none_is_not_found() -> None:
    assert accounts.find("nessuno-con-questo-nome") is None


def test_its_shell_runs_one_command() -> None:
    account = me()
    argv = accounts.shell(account, "exit 3")
    if HERE.name == "windows":  # the line is put together as the warden does
        from agent.system.windows.spelling import command_line

        done = subprocess.run(command_line(argv), executable=account.shell, check=False)
    else:
        done = subprocess.run(argv, executable=account.shell, check=False)
    assert done.returncode == 3
    assert accounts.shell(account, None)


def test_nobody_is_logged_in_under_an_account_that_is_none() -> None:
    assert not people.is_logged_in(2**31 - 7)
    assert not people.is_logged_in("S-1-5-21-1-2-3-4")
    assert desktop.variables("S-1-5-21-1-2-3-4") == {}


def test_terminals_are_names_and_nothing_is_written_to_none(tmp_path: Path) -> None:
    assert all(isinstance(name, str) and name for name in people.terminals())
    assert not people.write_to(str(tmp_path / "none"), "parole")


# --------------------------------------------------------------------------------------- processes


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    found = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield found
    found.kill()
    found.wait(PATIENCE_S)


def test_a_process_is_known_by_parent_owner_and_name(child: subprocess.Popen[bytes]) -> None:
    found = table.process(child.pid)
    assert found is not None
    assert (found.parent, found.state in "ZX") == (os.getpid(), False)
    assert table.owner(child.pid) == me().key == table.owner(os.getpid())
    assert any("python" in name.lower() for name in table.names(child.pid))
    assert child.pid in {one.pid for one in table.processes()}
    assert child.pid in {one.pid for one in table.descendants(os.getpid())}
    assert os.getpid() not in {one.pid for one in table.descendants(os.getpid())}


def test_its_start_tells_it_from_a_later_one(child: subprocess.Popen[bytes]) -> None:
    found = table.process(child.pid)
    assert found is not None
    again = table.process(child.pid)
    assert again is not None
    assert again.started == found.started
    assert not table.tell(child.pid, found.started - 1, "kill")
    assert child.poll() is None
    assert table.tell(child.pid, found.started, "freeze")
    assert table.tell(child.pid, found.started, "kill")
    assert child.wait(PATIENCE_S) != 0


def test_what_is_gone_is_no_process(child: subprocess.Popen[bytes]) -> None:
    found = table.process(child.pid)
    assert found is not None
    child.kill()
    child.wait(PATIENCE_S)
    now = table.process(child.pid)
    assert now is None or now.state in "ZX" or now.started != found.started
    assert not table.tell(child.pid, found.started, "kill")


# ------------------------------------------------------------------------------------------ the rest


def test_a_peer_that_closes_is_seen_to_be_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = socket.create_connection(server.getsockname())
        two, _ = server.accept()
        with one, two:
            network.tune(one, 64 * 1024)
            one.setblocking(False)
            assert not network.is_peer_gone(one)
            two.close()
            until = time.monotonic() + PATIENCE_S
            while not network.is_peer_gone(one):
                assert time.monotonic() < until
                time.sleep(0.01)


async def test_what_is_told_is_heard(tmp_path: Path) -> None:
    heard: list[str] = []
    deaf = lifecycle.hear(tmp_path, lambda: heard.append("stop"), lambda: heard.append("bar"))
    try:
        lifecycle.tell_bar(os.getpid(), tmp_path)
        await eventually(lambda: heard == ["bar"])
        lifecycle.tell_stop(os.getpid(), tmp_path)
        await eventually(lambda: heard == ["bar", "stop"])
    finally:
        deaf()


def test_a_life_that_no_service_manager_started_is_led_here(tmp_path: Path) -> None:
    led: list[int] = []
    lifecycle.run(lambda: asyncio.run(_lead(led)), tmp_path)
    assert led == [1]


async def _lead(led: list[int]) -> None:
    led.append(1)


def test_a_file_of_ours_has_no_publisher(tmp_path: Path) -> None:
    path = tmp_path / "programma.exe"
    path.write_bytes(b"not a program")
    assert publishers.publisher(path) is None


def test_an_account_s_key_is_what_the_ledger_can_keep() -> None:
    assert isinstance(Account("x", me().key, 0, "/", "/bin/sh").key, int | str)
