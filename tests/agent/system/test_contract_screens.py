"""What every system owes a session's VNC server: a screen that is somebody's, a folder, and who listens where."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.channels.vnc_servers import SERVERS, TABLES, found
from agent.system.here import HERE, screens
from tests.agent.system.programs import PATIENCE_S, me

LISTENS = (
    "import socket, sys\n"
    "open_ = [socket.create_server((host, 0)) for host in sys.argv[1:]]\n"
    "print(*(one.getsockname()[1] for one in open_), flush=True)\n"
    "sys.stdin.read()\n"
)


@contextmanager
def listener(*hosts: str) -> Iterator[tuple[int, list[int]]]:
    """(pid, ports) of a program that listens at these."""
    words = [sys.executable, "-I", "-S", "-c", LISTENS, *hosts]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        yield child.pid, [int(word) for word in child.stdout.readline().split()]
    finally:
        child.stdin.close()
        child.stdout.close()
        child.wait(PATIENCE_S)


def test_where_a_program_listens_is_told_and_where_others_do_is_not() -> None:
    with listener("127.0.0.1") as (one, (port,)), listener("0.0.0.0", "127.0.0.1") as (two, ports):
        assert screens.listening([one]) == {("127.0.0.1", port)}
        assert screens.listening([two]) == {("0.0.0.0", ports[0]), ("127.0.0.1", ports[1])}
        assert screens.listening([one, two]) == screens.listening([one]) | screens.listening([two])
    assert screens.listening([one, two]) == frozenset()


def test_what_listens_on_nothing_is_told_as_that() -> None:
    with listener() as (pid, ports):
        assert ports == []
        assert screens.listening([pid]) == frozenset()


def test_an_account_that_is_none_has_no_screen() -> None:
    assert screens.environment(2**31 - 7) is None
    assert screens.environment("S-1-5-21-1-2-3-4") is None


def test_what_shows_a_screen_is_names_and_texts() -> None:
    told = screens.environment(me().key)
    assert told is None or all(isinstance(value, str) and name for name, value in told.items())


def test_a_folder_that_is_given_can_still_be_read_and_removed_by_us(tmp_path: Path) -> None:
    folder = tmp_path / "s-1"
    folder.mkdir(mode=0o700)
    handle = os.open(folder / "secret", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(handle, b"12345678")
    os.close(handle)
    screens.give(folder, me().key, me().gid)
    assert (folder / "secret").read_bytes() == b"12345678"
    (folder / "secret").unlink()
    folder.rmdir()


def test_programs_are_sought_on_the_path_and_where_installers_put_them(tmp_path: Path) -> None:
    assert str(tmp_path) in screens.search_path(str(tmp_path), ("Nessuno",)).split(os.pathsep)
    if HERE.name != "linux":
        assert any("Nessuno" in part for part in screens.search_path("", ("Nessuno",)).split(os.pathsep))


def test_this_system_has_a_table_and_a_registry_where_its_table_needs_one() -> None:
    assert SERVERS == TABLES[HERE.name] != ()
    assert (screens.registry is not None) == any(one.lent is not None for one in SERVERS)


@pytest.mark.parametrize("server", SERVERS, ids=lambda one: one.program)
def test_a_program_that_is_found_is_a_file(server: object) -> None:
    where = found(server, os.environ.get("PATH", ""))  # type: ignore[arg-type]
    assert where is None or Path(where).is_file()
