"""The table that Windows has, read here: psutil says the same everywhere."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from agent.system.interface import below
from agent.system.psutil_table import Line, listening, processes, read


def test_a_child_is_found_below_its_parent_until_it_ends() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        found = read(child.pid)
        assert found is not None
        assert (found.parent, found.state) == (os.getpid(), "R")
        assert read(child.pid) == found
        assert child.pid in {line.pid for line in below(processes(), [os.getpid()])}
    finally:
        child.kill()
        child.wait(60)
    now = read(child.pid)
    assert now is None or now.started != found.started


def test_below_follows_children_through_the_dead_and_round_no_circle() -> None:
    table = [
        Line(1, 0, 1, "R"), Line(2, 1, 2, "Z"), Line(3, 2, 3, "R"), Line(4, 5, 4, "R"), Line(5, 4, 5, "R"),
        Line(6, 1, 6, "X"),
    ]  # fmt: skip
    assert [line.pid for line in below(table, [1])] == [3]
    assert [line.pid for line in below(table, [4])] == [5]
    assert list(below(table, [])) == []


def test_what_listens_is_told_by_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as own:
        port = own.getsockname()[1]
        assert ("127.0.0.1", port) in listening([os.getpid()])
        with socket.create_connection(("127.0.0.1", port)) as line:
            assert line.getsockname() not in listening([os.getpid()]), "it listens to nobody"
    assert ("127.0.0.1", port) not in listening([os.getpid()])
    assert listening([2**22 + 1]) == frozenset()
