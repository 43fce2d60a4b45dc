"""How the program starts its parts, from a checkout and as a package."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

import pytest

from agent import guardian, program

LOADER = {
    "_PYI_ARCHIVE_FILE": "/x/verbale-agent",
    "_PYI_APPLICATION_HOME_DIR": "/tmp/_MEI1",
    "_PYI_PARENT_PROCESS_LEVEL": "1",
}


@pytest.fixture(autouse=True)
def nothing_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_ours", {})


def test_a_part_is_run_by_python_or_by_the_program_itself() -> None:
    assert not program.is_packaged()
    words = program.part("guardian.py", "s-1")
    assert words[0] == sys.executable
    assert words[1:4] == ["-I", "-S", "-X"]
    assert Path(words[-2]) == Path(guardian.__file__)
    assert words[-1] == "s-1"
    assert program.part("guardian.py", "s-1", packaged=True) == [sys.executable, "guardian.py", "s-1"]


def test_no_other_program_inherits_the_loaders_variables() -> None:
    environ = {
        "HOME": "/h",
        "LD_LIBRARY_PATH": "/tmp/_MEI1:/opt/x",
        "LD_LIBRARY_PATH_ORIG": "/opt/x",
        **LOADER,
    }
    whole = dict(environ)
    program.set_apart(environ)
    assert environ == {"HOME": "/h", "LD_LIBRARY_PATH": "/opt/x"}
    assert program.part_environment(environ) == whole


def test_where_nothing_was_set_nothing_is() -> None:
    environ = {"HOME": "/h", "LD_LIBRARY_PATH": "/tmp/_MEI1", **LOADER}
    program.set_apart(environ)
    assert environ == {"HOME": "/h"}
    assert program.part_environment(environ)["LD_LIBRARY_PATH"] == "/tmp/_MEI1"
    assert program.part_environment({}) == {"LD_LIBRARY_PATH": "/tmp/_MEI1", **LOADER}


def test_it_trusts_whom_the_system_trusts(tmp_path: Path) -> None:
    there = tmp_path / "ca.pem"
    there.write_text("")
    places = (str(tmp_path / "none"), str(there))
    environ: dict[str, str] = {}
    program.find_authorities(environ, places)
    assert environ == {"SSL_CERT_FILE": str(there)}
    for told in ({"SSL_CERT_FILE": "/x"}, {"SSL_CERT_DIR": "/x"}):
        environ = dict(told)
        program.find_authorities(environ, places)
        assert environ == told
    environ = {}
    program.find_authorities(environ, places[:1])
    assert environ == {}


def test_what_was_unpacked_is_held_while_we_live(tmp_path: Path) -> None:
    assert program.hold_unpacked() is None, "nothing was"
    program.set_apart({"_PYI_APPLICATION_HOME_DIR": str(tmp_path)})
    held = program.hold_unpacked()
    assert held is not None
    cleaner = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with pytest.raises(BlockingIOError):
            fcntl.flock(cleaner, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(cleaner)
        os.close(held)
    program.set_apart({"_PYI_APPLICATION_HOME_DIR": str(tmp_path / "gone")})
    assert program.hold_unpacked() is None


def test_itself_is_this_interpreter_or_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert program.itself("desk") == [sys.executable, "-P", "-m", "agent.main", "desk"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert program.itself("desk") == [sys.executable, "desk"]
