"""Files by `sftp` and by `rsync`: how fast beside OpenSSH's own server, and how much memory two gigabytes take of ours."""

from __future__ import annotations

import asyncio
import os
import random
import shlex
import subprocess
import time
from collections import defaultdict
from pathlib import Path

import psutil
import pytest

from tests.bench import load
from tests.bench.conftest import Stack, open_session
from tests.bench.peers import Contestant, OpenSsh
from tests.bench.table import Bar, Figure, Peer, Summary
from web.demo.machine import ssh_command
from web.demo.stage import shared_folder

SIZE_BYTES = 2 * 1024**3
GROWTH_BAR_MIB = 48.0
ROUNDS = 5


def _resident(stack: Stack) -> dict[str, float]:
    """MiB of each of our processes; the one that serves the files is a child of a guardian of the agent."""
    found = {"broker": float(psutil.Process(stack.broker_pid).memory_info().rss)}
    agent = psutil.Process(stack.agent_pid)
    found["agent"] = float(agent.memory_info().rss)
    for one in agent.children(recursive=True):
        try:
            found[f"process {one.pid}"] = float(one.memory_info().rss)
        except psutil.Error:
            continue
    return {name: size / 1024**2 for name, size in found.items()}


def _words(program: str, ssh: list[str], here: Path, there: Path, way: str) -> tuple[list[str], str]:
    """The client's command line, and what it reads."""
    place, port = ssh.pop(), ssh[ssh.index("-p") + 1]
    if program == "rsync":
        ends = [str(here), f"{place}:{there}"]
        return ["rsync", "-e", shlex.join(ssh), *(ends if way == "up" else reversed(ends))], ""
    rest = [word for n, word in enumerate(ssh[1:], 1) if word != "-p" and ssh[n - 1] != "-p"]
    line = f"put {here} {there}\n" if way == "up" else f"get {there} {here}\n"
    return ["sftp", "-b", "-", "-P", port, *rest, place], line


def _carry(stack: Stack, words: list[str], line: str) -> tuple[float, float]:
    """(MiB by which the largest grower grew after its first second, seconds)."""
    began, growth = time.monotonic(), 0.0
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as client:
        assert client.stdin is not None
        client.stdin.write(line.encode())
        client.stdin.close()
        first: dict[str, float] = {}
        while client.poll() is None:
            time.sleep(0.2)
            now = _resident(stack)
            if time.monotonic() - began < 2.0:
                first |= {name: max(size, first.get(name, 0.0)) for name, size in now.items()}
            growth = max([growth, *(size - first[name] for name, size in now.items() if name in first)])
    assert client.returncode == 0
    return growth, time.monotonic() - began


@pytest.mark.parametrize("way", ["down", "up"])
@pytest.mark.parametrize("program", ["sftp", "rsync"])
def test_two_gigabytes(stack: Stack, tmp_path: Path, program: str, way: str, figures: list[Figure]) -> None:
    folder = shared_folder(stack.running.state)
    here, there = (tmp_path / "file", folder / "file") if way == "up" else (tmp_path / "x", folder / "file")
    with (here if way == "up" else there).open("wb") as file:
        file.truncate(SIZE_BYTES)
    session = asyncio.run(open_session(stack.running, ("files",)))
    ssh = ssh_command(stack.running, session, "-o", "LogLevel=ERROR")
    growth, seconds = _carry(stack, *_words(program, ssh, here, there, way))
    assert (there if way == "up" else here).stat().st_size == SIZE_BYTES
    for one in (here, there):
        one.unlink()
    bar = Bar("at most", GROWTH_BAR_MIB, "value")
    figures.append(
        Figure(f"2 GiB by {program}, {way}: memory grows by", "MiB", Summary.once(growth), None, (bar,))
    )
    figures.append(
        Figure(f"2 GiB by {program}, {way}", "MB/s", Summary.once(SIZE_BYTES / 1e6 / seconds), None, ())
    )
    assert growth <= GROWTH_BAR_MIB


def _mb_s(contestant: Contestant, line: str, size: int) -> float:
    """Of one transfer in an `sftp` that has logged in by then: a local command tells when it begins and ends."""
    with subprocess.Popen(
        contestant.sftp(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as client:
        assert client.stdin is not None
        assert client.stdout is not None
        client.stdin.write(f"!echo begins\n{line}\n!echo ended\n".encode())
        client.stdin.close()
        said, began = b"", 0.0
        while b"\nended" not in said:
            more = os.read(client.stdout.fileno(), 4096)
            assert more, f"sftp ended after {said!r}"
            said += more
            if not began and b"begins\n" in said:
                began = time.perf_counter()
        took = time.perf_counter() - began
    assert client.returncode == 0
    return size / load.MEGABYTE / took


@pytest.mark.parametrize("way", ["down", "up"])
def test_against_sshd(
    stack: Stack, openssh: OpenSsh, bulk: Path, tmp_path: Path, way: str, chance: random.Random,
    figures: list[Figure],
) -> None:  # fmt: skip
    """The same client and file; Verbale counts and digests it at both ends, and keeps the folder's bounds."""
    folder, size = shared_folder(stack.running.state), bulk.stat().st_size
    ours = openssh.through(asyncio.run(open_session(stack.running, ("files",))))
    theirs = openssh.plain()
    source = folder / "source"
    source.write_bytes(bulk.read_bytes())
    target = tmp_path / "target" if way == "down" else folder / "target"
    line = f"get {source} {target}" if way == "down" else f"put {bulk} {target}"
    speeds: dict[str, list[float]] = defaultdict(list)
    for n, one in enumerate(load.shuffled((ours, theirs), ROUNDS + 1, chance)):
        speed = _mb_s(one, line, size)
        assert target.stat().st_size == size
        target.unlink()
        if n > 1:  # the first round warms both up
            speeds[one.name].append(speed)
    source.unlink()
    peer = Peer(f"{theirs.name}, sftp-server", Summary.of(speeds[theirs.name]))
    figures.append(Figure(f"sftp {way}, 128 MiB", "MB/s", Summary.of(speeds[ours.name]), peer))
    assert min(speeds[ours.name]) > 0
