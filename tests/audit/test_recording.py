"""The log of a recording: its leaves in one spelling, its list, its head."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.errors import Malformed
from audit.merkle import leaf_hash
from audit.recording import (
    SegmentLeaf,
    entries_name,
    head_name,
    head_of,
    pack_entry,
    parse_all,
    segment_name,
    tree_of,
    unpack_entries,
)
from audit.recording_stream import MAX_SEEN_BYTES

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LEAF = SegmentLeaf(
    "c-00000001", 0, NOW, NOW + timedelta(seconds=10), 42, (("iban", 2),), "ab" * 32, "cd" * 32, "ef" * 32, "signed\n"
)  # fmt: skip


def test_round_trip() -> None:
    assert SegmentLeaf.parse(LEAF.encode()) == LEAF
    bare = replace(LEAF, host=None, masked=())
    assert SegmentLeaf.parse(bare.encode()) == bare


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"n":0', '"n":-1'),
        ('"out_bytes":42', '"out_bytes":-1'),
        ('"out_bytes":42', '"out_bytes":"42"'),
        ('"last":"2026-11-22T10:00:10.000Z"', '"last":"2026-11-22T09:00:10.000Z"'),
        ('{"iban":2}', '{"iban":0}'),
        ('{"iban":2}', '{"iban":true}'),
        ('{"iban":2}', '{"_iban":2}'),
        ('{"iban":2}', "{" + ",".join(f'"k{i:02}":1' for i in range(65)) + "}"),
        ('"segment"', '"other"'),
        ('"v":1', '"v":1,"x":1'),
        ('"signed\\n"', '"' + "s" * (MAX_SEEN_BYTES + 1) + '"'),
        ("abab", "ABAB"),
    ],
)
def test_another_form_is_refused(old: str, new: str) -> None:
    text = LEAF.encode().decode()
    assert old in text
    with pytest.raises(Malformed):
        SegmentLeaf.parse(text.replace(old, new, 1).encode())


def test_the_list_is_read_as_it_was_written() -> None:
    leaves = [b"one", b"", b"x" * 300]
    data = b"".join(map(pack_entry, leaves))
    assert unpack_entries(data) == leaves
    assert unpack_entries(b"") == []
    for cut in (data[:-1], data + b"\0", data + b"\0\5abc"):
        with pytest.raises(Malformed):
            unpack_entries(cut)


def test_segments_stand_at_their_place_and_in_time() -> None:
    second = replace(LEAF, n=1, first=LEAF.last, last=LEAF.last)
    assert parse_all([LEAF.encode(), second.encode()], "c-00000001") == [LEAF, second]
    for bad in (
        replace(second, n=2),
        replace(second, recording="c-00000002"),
        replace(second, first=NOW + timedelta(seconds=9)),
    ):
        with pytest.raises(Malformed):
            parse_all([LEAF.encode(), bad.encode()], "c-00000001")


def test_names_and_head() -> None:
    head = head_of("a/t-1/2026", "c-1", tree_of([b"x"]))
    assert (head.origin, head.size, head.root) == ("a/t-1/2026/recording/c-1", 1, leaf_hash(b"x"))
    assert [segment_name("c-1", 7), entries_name("c-1"), head_name("c-1")] == [
        "recordings/c-1/7.age", "recordings/c-1/entries", "recordings/c-1/head",
    ]  # fmt: skip
