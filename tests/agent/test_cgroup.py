"""A session's control group: found where there is one, and nothing in it survives its end."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import cgroup
from agent.cgroup import Cgroup, group_folder

SESSION = f"s-{os.getpid()}-group"
HYBRID = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw"
OTHER = "40 31 0:37 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids"


@pytest.mark.parametrize(
    ("own", "mount", "found"),
    [
        ("/", HYBRID, "/sys/fs/cgroup/unified"),
        ("/system.slice/verbale.service", HYBRID, "/sys/fs/cgroup/unified/system.slice/verbale.service"),
        ("/docker/7", "41 31 0:38 /docker/7 /sys/fs/cgroup ro - cgroup2 cgroup rw", "/sys/fs/cgroup"),
        ("/docker/7/a", "41 31 0:38 /docker/7 /sys/fs/cgroup ro - cgroup2 cgroup rw", "/sys/fs/cgroup/a"),
        ("/elsewhere", "41 31 0:38 /docker/7 /sys/fs/cgroup ro - cgroup2 cgroup rw", None),
        ("/../up", HYBRID, None),
        ("/", OTHER, None),
        ("/", "torn", None),
    ],
)
def test_the_group_of_this_process_is_found(own: str, mount: str, found: str | None) -> None:
    lines = ["9:name=systemd:/x", f"0::{own}"]
    assert group_folder(lines, [OTHER, mount]) == (None if found is None else Path(found))
    assert group_folder(["9:name=systemd:/x"], [HYBRID]) is None


def test_no_group_where_none_can_be_made(tmp_path: Path) -> None:
    """A folder of another file system knows no `cgroup.kill`: nothing stays behind, and nothing is claimed."""
    assert cgroup.enter(SESSION, os.getpid(), tmp_path) is None
    assert cgroup.enter(SESSION, os.getpid(), tmp_path / "not there") is None
    assert not list(tmp_path.iterdir())
    gone = Cgroup(tmp_path / "gone")
    assert not gone.is_populated
    assert gone.members() == frozenset()
    assert gone.kill(0.1)


@pytest.fixture
def group() -> Iterator[Cgroup]:
    """A group with one process in it that does nothing."""
    with subprocess.Popen(["sleep", "300"]) as first:
        found = cgroup.enter(SESSION, first.pid)
        if found is None:
            first.kill()
            pytest.skip("no control group may be made here")
        yield found
        found.kill(5)
        found.remove()


def test_killed_with_everything_that_fled(group: Cgroup) -> None:
    """A child that detached, with no environment, in a group of its own below: all the same."""
    inner = group.path / "inner"
    inner.mkdir()
    program = textwrap.dedent(
        f"""
        import os
        open({str(inner / "cgroup.procs")!r}, "w").write("0")
        if os.fork() == 0:
            os.setsid()
            os.execve("/bin/sleep", ["sleep", "301"], {{}})
        """
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert len(group.members()) == 2
    assert group.is_populated
    assert group.kill(20)
    assert not group.is_populated
    group.remove()
    assert not group.path.exists()
