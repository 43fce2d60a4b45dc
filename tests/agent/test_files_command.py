"""Command lines of scp: what OpenSSH sends, and nothing else."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire.files_command import ScpCommand, is_about_files, read

PATHS = st.text("abc/. àΩ-'\"=,", min_size=1, max_size=20).filter(str.strip)


@given(PATHS, st.booleans(), st.booleans(), st.booleans())
def test_what_openssh_sends_is_read(path: str, sends: bool, recursive: bool, preserve: bool) -> None:  # noqa: FBT001
    flags = (" -r" if recursive else "") + (" -p" if preserve else "")
    behind = "-- " if path.startswith("-") else ""
    line = f"scp{flags} {'-f' if sends else '-t'} {behind}{shlex.quote(path)}"
    assert is_about_files(line)
    found = read(line)
    # shlex.quote writes a quote of the name's own as '"'"', which is read alike
    assert found == ScpCommand(sends, path, recursive=recursive, preserve=preserve)


@pytest.mark.parametrize(
    "line",
    [
        "scp -t x; sh", "scp -t x&&sh", "scp -t x|sh", "scp -t $(sh)", "scp -t `sh`", "scp -t ~/x", "scp -t x\nsh",
        "scp -t *", "scp -t {a,b}", "scp -t x > y", "scp -t x y", "scp -t", "scp -t ''", "scp -t -S", "scp -S sh -t x",
        "scp -tr x", "scp x y", "scp", "/usr/bin/scp -t x", " scp -t 'x", "rsync --server . /srv", "scp -t x\\ y",
        "sftp-server", "scp -t x\x00", "scp -t " + "x" * 5000,
    ],
)  # fmt: skip
def test_anything_else_is_about_files_and_not_served(line: str) -> None:
    assert is_about_files(line)
    assert read(line) is None


@pytest.mark.parametrize("line", ["ls", "echo scp", "scpx -t x", "true; scp -t x", "", "/usr/bin/env"])
def test_what_is_a_command(line: str) -> None:
    assert not is_about_files(line)


@pytest.mark.parametrize(
    "line", ["\\scp -t x", "'scp' -t x", "s''cp -t x", "(scp -t x)", "/bin/../bin/scp -t x", "scp;sh", "scp&"]
)
def test_a_disguise_is_seen_through(line: str) -> None:
    assert is_about_files(line)


@given(st.text(max_size=40))
def test_nothing_raises(line: str) -> None:
    is_about_files(line)
    read(line)
