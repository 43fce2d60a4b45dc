"""A recording's files: what was added is there, and a crash leaves nothing that a reader trips over."""

from __future__ import annotations

import hashlib
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit import checkpoint
from audit import recording as rec
from audit.keys import SigningKey
from audit.recording import SegmentLeaf, unpack_entries
from broker.store.recording_folder import ENTRIES, FOLDER, HEAD, RecordingFolder, require_room

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
KEY = SigningKey(bytes(32))


def leaf(n: int, stored: bytes) -> bytes:
    digest = hashlib.sha256(stored).hexdigest()
    return SegmentLeaf("c-1", n, NOW, NOW, 1, (), "0" * 64, "0" * 64, digest, None).encode()


def head(leaves: list[bytes]) -> bytes:
    return checkpoint.sign(rec.head_of("a/t-1/2026", "c-1", rec.tree_of(leaves)), KEY)


@pytest.fixture
def folder(tmp_path: Path) -> RecordingFolder:
    made = RecordingFolder(tmp_path, "t-1", "c-1")
    made.make()
    leaves: list[bytes] = []
    for n in range(3):
        stored = b"segment %d" % n
        leaves.append(leaf(n, stored))
        made.add(n, stored, leaves[-1], head(leaves))
    return made


def test_what_was_added_is_there_and_ours_alone(folder: RecordingFolder, tmp_path: Path) -> None:
    files = folder.files()
    assert sorted(files) == ["0.age", "1.age", "2.age", ENTRIES, HEAD]
    assert unpack_entries(files[ENTRIES]) == folder.leaves()
    for path in (tmp_path / FOLDER / "t-1" / "c-1").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert RecordingFolder(tmp_path, "t-1", "c-2").files() == {}


def test_a_recording_is_never_made_twice(folder: RecordingFolder) -> None:
    with pytest.raises(FileExistsError):
        folder.make()


def test_one_that_goes_on_is_read_as_of_its_head(folder: RecordingFolder, tmp_path: Path) -> None:
    entries = tmp_path / FOLDER / "t-1" / "c-1" / ENTRIES
    whole = entries.read_bytes()
    entries.write_bytes(whole + rec.pack_entry(leaf(3, b"not yet under a head")) + b"\0")
    assert folder.files()[ENTRIES] == whole


def test_after_a_crash_what_stands_is_kept(folder: RecordingFolder, tmp_path: Path) -> None:
    place = tmp_path / FOLDER / "t-1" / "c-1"
    (place / "2.age").write_bytes(b"half")
    with (place / ENTRIES).open("ab") as entries:
        entries.write(b"\1")
    assert len(folder.whole()) == 2
    assert len(unpack_entries((place / ENTRIES).read_bytes())) == 2
    assert RecordingFolder(tmp_path, "t-1", "c-9").whole() == []


def test_erased_are_the_segments_alone(folder: RecordingFolder, tmp_path: Path) -> None:
    folder.erase()
    folder.erase()
    assert sorted(folder.files()) == [ENTRIES, HEAD]
    RecordingFolder(tmp_path, "t-1", "c-9").erase()


def test_room_is_asked_for(tmp_path: Path) -> None:
    require_room(tmp_path)
    assert list((tmp_path / FOLDER).iterdir()) == []
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        require_room(tmp_path / "file")
