"""Command lines of rsync: what its client sends over ssh, and a name for each option that is not done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire import files_command
from agent.wire.file_watch import is_served, unserved
from agent.wire.rsync_command import SEVERAL, RsyncCommand, Unserved, read

# As `rsync` 3.5.0 wrote them for the options at the left.
SENT = {
    "-av, there": "rsync --server -vlogDtpre.iLsfxCIvu . d/",
    "-av, back": "rsync --server --sender -vlogDtpre.iLsfxCIvu . d/",
    "-avz": "rsync --server -vlogDtprze.iLsfxCIvu . d/",
    "-avz --zc=zlib": "rsync --server -vlogDtprze.iLsfxCIvu --old-compress . d/",
    "-avP": "rsync --server -vlogDtpre.iLsfxCIvu --partial . d/",
    "-ani": "rsync --server -nlogDtpre.iLsfxCIvu --log-format=%i . d/",
    "-avm, back": "rsync --server --sender -vlogDtpre.LsfxCIvu . d/",
    "-q": "rsync --server -qe.LsfxCIvu . d/",
    "-avx": "rsync --server -vlogDtprxe.iLsfxCIvu . d/",
    "-av --timeout=30": "rsync --server --sender -vlogDtpre.iLsfxCIvu --timeout=30 . d/",
}
NOT_DONE = {
    "--delete": "rsync --server -vlogDtpre.iLsfxCIvu --delete . d/",
    "-H": "rsync --server -vlHogDtpre.iLsfxCIvu . d/",
    "-A": "rsync --server -vlogDtpAre.iLsfxCIvu . d/",
    "-X": "rsync --server --sender -vlogDtpXre.iLsfxCIvu . d/",
    "-L": "rsync --server --sender -vlLogDtpre.iLsfxCIvu . d/",
    "-R": "rsync --server -vlogDtprRe.iLsfxCIvu . d/",
    "-s": "rsync --server -svlogDtpre.iLsfxCIvu",
    "-U": "rsync --server -vlogDtUpre.iLsfxCIvu . d/",
    "--append": "rsync --server -vlogDtpre.iLsfxCIvu --append . d/",
    "-B": "rsync --server -logDtpre.iLsfxCIvu -B1000 . d/",
    "--usermap": "rsync --server -vlogDtpre.iLsfxCIvu --usermap=\\*:a . d/",
    "--compress-choice": "rsync --server -vlogDtpre.iLsfxCIvu --compress-choice=zstd . d/",
    "--remove-source-files": "rsync --server --sender -vlogDtpre.iLsfxCIvu --remove-source-files . d/",
    "--bwlimit": "rsync --server --sender -vlogDtpre.iLsfxCIvu --bwlimit=100 . d/",
    "--files-from": "rsync --server --sender -vlogDtpre.iLsfxCIvu --files-from=/etc/x . d/",
    "-r": "rsync --server -r . x",  # a client so old that it tells no capabilities
    "--daemon": "rsync --server --daemon .",
    "--rsync-path": "/usr/local/bin/rsync --server -vlogDtpre.iLsfxCIvu . d/",
    SEVERAL: "rsync --server --sender -logDtpre.iLsfxCIvu . a b",
    "* ? [ ] ~": "rsync --server --sender -logDtpre.iLsfxCIvu . *.log",
}


@pytest.mark.parametrize("line", SENT.values(), ids=SENT)
def test_what_the_client_sends_is_read(line: str) -> None:
    found = read(line)
    assert isinstance(found, RsyncCommand)
    assert (found.sends, found.path) == ("--sender" in line, "d/")
    assert is_served(line)
    assert unserved(line) is None


def test_each_flag_says_its_own() -> None:
    found = read("rsync --server --sender -nlogDtprczIe.iLsfxCIvu --numeric-ids --compress-level=9 . x")
    assert found == RsyncCommand(
        True, "x", recursive=True, folders=True, links=True, owners=True, groups=True, devices=True, times=True,
        modes=True, checksums=True, compressed=True, only_tells=True, takes_all=True, numeric=True, level=9,
    )  # fmt: skip
    found = read("rsync --server -udOe.LsfxCIvu --size-only --existing --ignore-existing . x")
    assert found == RsyncCommand(
        False, "x", folders=True, by_size=True, only_present=True, only_new=True, keeps_newer=True,
        no_folder_times=True,
    )  # fmt: skip


@pytest.mark.parametrize(("option", "line"), NOT_DONE.items(), ids=NOT_DONE)
def test_an_option_that_is_not_done_is_named(option: str, line: str) -> None:
    assert files_command.is_about_files(line)
    assert read(line) == Unserved(option)
    assert not is_served(line)
    assert unserved(line) == option


@pytest.mark.parametrize(
    "line",
    [
        "rsync", "rsync --daemon", "rsync --server", "rsync --server . x", "rsync -av a b", "rsync --server -re.L .",
        "rsync --server -re.L x", "rsync --server -re.L . x; sh", "rsync --server -re.L . $(sh)",
        "rsync --server -re.L . `sh`", "rsync --server -re.L . 'x'", "rsync --server -re.L . x\nsh",
        "rsync --server -re.L . x&", "rsync --server -re.L . x > y", "rsync  --server -re.L . x",
        "rsync --server -re.L . x\\", "rsync --server --rsh=sh . x;", "rsync --server -re.L . " + "x" * 5000,
    ],
)  # fmt: skip
def test_what_no_client_sends_is_not_read(line: str) -> None:
    assert read(line) is None
    assert not is_served(line)
    assert unserved(line) is None


@given(st.text("ab/. àΩ-'\"=,*?[]~$;&\\", min_size=1, max_size=20))
def test_a_name_with_backslashes_is_the_name(name: str) -> None:
    line = "rsync --server -re.L . " + "".join("\\" + sign for sign in name)
    assert read(line) == RsyncCommand(False, name, recursive=True, folders=True)


def test_a_tilde_is_a_home_only_in_front() -> None:
    assert read("rsync --server -re.L . nota~") == RsyncCommand(False, "nota~", recursive=True, folders=True)
    assert read("rsync --server -re.L . ~/nota") == Unserved("* ? [ ] ~")


@given(st.text(max_size=60))
def test_nothing_raises(line: str) -> None:
    read(line)
    read("rsync --server " + line)
