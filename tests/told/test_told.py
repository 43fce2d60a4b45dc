"""An agent of a test tells the terminals of that test: its own, and none of whoever else is on this machine."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

from agent import people

# A pseudo-terminal held by a process of nobody's: its parent has gone, and it was given no variables.
STRANGER = """
import os, pty, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        master, slave = pty.openpty()
        print(os.getpid(), os.ttyname(slave), flush=True)
        os.close(1)
        time.sleep(60)
"""


def test_own_terminals_and_no_stranger_s() -> None:
    master, slave = pty.openpty()
    mine = os.ttyname(slave)
    started = subprocess.Popen(
        ["/usr/bin/env", "-i", sys.executable, "-c", STRANGER], stdout=subprocess.PIPE, text=True
    )
    with started:
        assert started.stdout is not None
        pid, theirs = started.stdout.readline().split()
    try:
        told = people.terminals()
        every = os.listdir("/dev/pts")
    finally:
        os.kill(int(pid), 9)
        os.close(master)
        os.close(slave)
    assert os.path.basename(theirs) in every
    assert mine in told
    assert theirs not in told


def test_an_agent_that_a_test_starts_tells_the_same() -> None:
    master, slave = pty.openpty()
    code = "from agent import people; print(*people.terminals(), hasattr(people.terminals, '__wrapped__'))"
    said = subprocess.run(
        [sys.executable, "-c", code, "agent.main"], capture_output=True, text=True, check=True
    ).stdout
    assert os.ttyname(slave) in said.split()
    assert said.split()[-1] == "True"
    os.close(master)
    os.close(slave)
