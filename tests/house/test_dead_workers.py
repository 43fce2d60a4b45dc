"""A worker that dies fails the test it ran, and the run; what it had left runs elsewhere, and the run ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = """
import pytest
from tests.deaths import Deaths, Stood
from tests.rows import Rows

@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    if hasattr(config, "workerinput"):
        Stood.of(config.workerinput).told_there(config)
    else:
        config.pluginmanager.register(Deaths(config))

def pytest_xdist_make_scheduler(config, log):
    return Rows(config, log)
"""
DIES = """
import os, signal
def test_before(): pass
def test_dies(): os.kill(os.getpid(), signal.SIGKILL)
def test_after(): pass
"""
HANGS = """
import threading
def test_hangs(): threading.Event().wait()
def test_after(): pass
"""
ENDED_S = 240  # a run that waits for a dead worker never ends; a machine of many cares is slow


def run(folder: Path, root: Path, *options: str, **files: str) -> tuple[int, str]:
    """Its exit status, and all it said."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\n")
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    with open(folder / "said", "w+") as said:  # a file: the only pipes are the workers' lines
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "xdist.plugin", "-p", "no:cacheprovider", "-q",
             "--dist", "loadscope", "--no-loadscope-reorder", *options, folder],
            cwd=folder, check=False, timeout=ENDED_S, stdout=said, stderr=subprocess.STDOUT,
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(root), "TMPDIR": str(folder),
            },
        )  # fmt: skip
    return done.returncode, (folder / "said").read_text()


@pytest.mark.parametrize("workers", [1, 2])
def test_the_rest_runs_and_the_run_ends(tmp_path: Path, root: Path, workers: int) -> None:
    one = "def test_one(): pass"
    several = f"{one}\ndef test_two(): pass\ndef test_three(): pass"
    limit = ("-o", "faulthandler_timeout=3", "-o", "faulthandler_exit_on_timeout=true")
    code, said = run(
        tmp_path, root, "-n", str(workers), *limit, a=several, b=DIES, c=one, d=HANGS, e=one, f=one
    )
    assert code == 1
    assert "2 failed, 9 passed" in said
    assert said.count("node down") == 2  # nobody runs again what it died of
    end = said.partition("workers that died")[2]
    for told in (
        "ended with signal SIGKILL",
        "MemAvailable",
        r"under way: .*test_b\.py::test_dies",  # and what the other one runs meanwhile
        "in test_hangs",
        "ended with exit status 1",
    ):
        assert len(re.findall(told, said)) >= 2, told  # at once, and at the end
        assert re.search(told, end), told
    assert not list(tmp_path.glob("verbale-*"))


def test_one_that_died_of_no_test_fails_the_run(tmp_path: Path, root: Path) -> None:
    last = """
import os, pytest
@pytest.fixture(scope="session", autouse=True)
def left():
    yield
    if "PYTEST_XDIST_WORKER" in os.environ: os._exit(3)
def test_fine(): pass
"""
    code, said = run(tmp_path, root, "-n", "1", a=last)
    assert code == 1
    assert "ended with exit status 3" in said


def test_one_whose_line_is_cut_says_where_it_stood(tmp_path: Path, root: Path) -> None:
    """Some code closes a descriptor twice, and it was the worker's own by then."""
    cuts = """
import os, time
def test_closes():
    for fd in range(3, 100):
        try:
            if "pipe:" in os.readlink(f"/proc/self/fd/{fd}"): os.close(fd)
        except OSError: pass
    time.sleep(60)
"""
    code, said = run(tmp_path, root, "-n", "1", a=cuts, b="def test_after(): pass")
    assert code == 1
    assert "lives, but its line is closed" in said
    assert "Fatal Python error: Aborted" in said
    assert "in test_closes" in said
    assert "1 failed, 1 passed" in said
