"""Nothing leads out of the approved folders: no spelling, no link, no race."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.files import folders
from agent.files.folders import Folders, Refused
from agent.wire.paths import absolute, shown


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """`in/` is approved, `out/` is not; `in/link` leads to `out`, `in/file` to nothing."""
    for name in ("in/deep", "out"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "in/file").write_text("dentro")
    (tmp_path / "out/secret").write_text("fuori")
    (tmp_path / "in/link").symlink_to(tmp_path / "out")
    (tmp_path / "in/filelink").symlink_to(tmp_path / "out/secret")
    return tmp_path


def read(allowed: Folders, path: bytes) -> bytes:
    with allowed.spot(path) as spot:
        fd = folders.open_plain(spot, os.O_RDONLY)
    try:
        return os.read(fd, 100)
    finally:
        os.close(fd)


PARTS = st.lists(
    st.sampled_from([b"in", b"out", b"deep", b"link", b"filelink", b"file", b"secret", b"..", b".", b"", b"\xff", b"a\nb"]),
    max_size=8,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PARTS, st.booleans())
def test_no_path_leads_out(place: Path, parts: list[bytes], rooted: bool) -> None:  # noqa: FBT001
    allowed = Folders([(str(place / "in"), "both")])
    path = b"/".join(parts)
    if rooted:
        path = str(place).encode() + b"/" + path
    try:
        found = read(allowed, path)
    except (Refused, OSError):
        return
    assert found == b"dentro"


@given(st.binary(max_size=40))
def test_an_absolute_path_has_one_spelling(path: bytes) -> None:
    found = absolute(path, b"/home")
    assert found.startswith(b"/")
    assert absolute(found, b"/else") == found
    assert not {b"..", b"."} & set(found.split(b"/"))
    assert isinstance(shown(found).encode(), bytes)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("out/secret", "outside_folder"), ("in/../out/secret", "outside_folder"), ("in/link/secret", "link"),
        ("in/filelink", "link"), ("in/deep", "not_plain"), ("in", "not_plain"), ("in/a\0b", "not_allowed"),
    ],
)  # fmt: skip
def test_why_not(place: Path, path: str, reason: str) -> None:
    allowed = Folders([(str(place / "in"), "both")])
    with pytest.raises(Refused) as no:
        read(allowed, str(place / path).encode())
    assert no.value.reason == reason


def test_a_folder_that_is_reached_by_a_link_is_none(place: Path) -> None:
    """What the approver read is the place itself: nobody points it elsewhere afterwards."""
    allowed = Folders([(str(place / "in/link"), "both")])
    with pytest.raises(Refused, match="link"):
        read(allowed, str(place / "in/link/secret").encode())


def test_a_second_name_is_read_and_not_written(place: Path) -> None:
    os.link(place / "out/secret", place / "in/twin")
    allowed = Folders([(str(place / "in"), "both")])
    with allowed.spot(b"twin") as spot, pytest.raises(Refused, match="not_plain"):
        folders.open_plain(spot, os.O_WRONLY)


def test_the_system_s_own_folders_are_no_files() -> None:
    allowed = Folders([("/", "both")])
    for path in (b"/proc/self/environ", b"/sys/kernel/uevent_seqnum", b"/dev/null"):
        with pytest.raises(Refused, match="outside_folder"):
            read(allowed, path)


def test_of_two_nested_folders_the_inner_one_counts(place: Path) -> None:
    allowed = Folders([(str(place / "in"), "from_host"), (str(place / "in/deep"), "to_host")])
    for path, to_host in ((b"file", False), (b"deep/x", True), (b"deep", True)):
        with allowed.spot(path) as spot:
            assert spot.folder.to_host is to_host


def test_folders_above_lead_on_to_the_approved_ones_alone(place: Path) -> None:
    allowed = Folders([(str(place / "in"), "from_host")])
    assert allowed.above(str(place).encode()) == [b"in"]
    assert allowed.above(str(place / "out").encode()) is None
    assert allowed.above(str(place / "in").encode()) is None


def test_a_folder_swapped_for_a_link_while_it_is_walked(place: Path) -> None:
    """The race that a check of the path before its use would lose."""
    allowed = Folders([(str(place / "in"), "both")])
    (place / "in/deep/secret").write_text("dentro")
    os.symlink(place / "out", place / "in/swap")
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for one, other in (("deep", "kept"), ("swap", "deep"), ("deep", "swap"), ("kept", "deep")):
                os.rename(place / "in" / one, place / "in" / other)

    racer = threading.Thread(target=swap)
    racer.start()
    found = set()
    try:
        for _ in range(2000):
            try:
                found.add(read(allowed, b"deep/secret"))
            except (Refused, OSError):
                continue
    finally:
        stop.set()
        racer.join()
    assert found <= {b"dentro"}
