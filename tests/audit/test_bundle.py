"""The bundle's ZIP: one spelling, stock readers understand it, no flipped bit passes."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import bundle
from audit.bundle import pack, parse_sums, sums, unpack
from audit.bundle_files import limit
from audit.errors import Malformed
from audit.merkle import Tree
from audit.verify import verify
from tests.audit.world import World, busy_month

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,8}(/[a-z0-9][a-z0-9_-]{0,8}){0,3}", fullmatch=True)
ENTRIES = st.dictionaries(NAMES, st.binary(max_size=200), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def world() -> World:
    return busy_month()


@given(ENTRIES)
def test_round_trip(entries: dict[str, bytes]) -> None:
    data = pack(entries)
    assert dict(unpack(data)) == entries
    assert pack(dict(reversed(entries.items()))) == data
    with zipfile.ZipFile(io.BytesIO(data)) as stock:
        assert stock.testzip() is None
        assert {i.filename: stock.read(i) for i in stock.infolist()} == entries


@given(ENTRIES, st.data())
def test_any_single_bit_is_noticed(entries: dict[str, bytes], draw: st.DataObject) -> None:
    data = bytearray(pack(entries))
    bit = draw.draw(st.integers(0, len(data) * 8 - 1))
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Malformed):
        unpack(bytes(data))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        unpack(data)


def test_cut_or_lengthened_is_refused(world: World) -> None:
    data = pack(world.entries())
    for wrong in (b"", data[:-1], data + b"\0", data[: len(data) // 2], data[30:], b"\0" + data):
        with pytest.raises(Malformed):
            unpack(wrong)


@pytest.mark.parametrize(
    "name", ["", "/a", "a/", "a//b", "../a", "a/../b", "a b", "è", ".a", "a\\b", "a" * 201]
)
def test_names_outside_the_plain_are_refused(name: str) -> None:
    with pytest.raises(Malformed):
        pack({name: b""})


def test_more_files_than_a_short_end_record_can_count() -> None:
    """From 65,535 files on the ZIP64 record holds the count, and stock readers follow it."""
    entries = {f"f/{n}": b"" for n in range(65_535)}
    data = pack(entries)
    assert len(unpack(data)) == len(entries)
    with zipfile.ZipFile(io.BytesIO(data)) as stock:
        assert len(stock.infolist()) == len(entries)


@pytest.mark.parametrize(
    "name",
    ["LEGGIMI.txt", "checkpoint", "log.vkey", "policy.tenant", "policy.witness", "heads/3.note", bundle.SUMS,
     "tile/entries/000.p/3", "tile/0/000", "evidence/" + "0" * 64, "openings/7.json"],
)  # fmt: skip
def test_a_file_has_the_most_its_kind_can_have(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a bundle of zeroes fills the memory of whoever reads its smallest file."""
    most = limit(name, 2)
    assert most is not None
    fits = {"a": b"", name: bytes(most)}
    assert len(unpack(pack(fits))[name]) == most
    over = {"a": b"", name: bytes(most + 1)}
    with pytest.raises(Malformed, match="larger than its kind"):
        pack(over)
    with monkeypatch.context() as patch:
        patch.setattr(bundle, "limit", lambda _name, _files: None)
        packed = pack(over)
    with pytest.raises(Malformed, match="larger than its kind"):
        unpack(packed)


def test_names_nobody_knows_have_no_bound_and_are_never_read() -> None:
    assert [limit(n, 9) for n in ("proofs/7.tlog-proof", "openings/07.json", "tile/9/000", "x")] == [None] * 4
    assert limit("reports/VB-1.pdf", 9)


def test_sums_are_of_one_spelling() -> None:
    found = sums({"b": b"2", "a": b"1", bundle.SUMS: b"x"})
    assert list(parse_sums(found)) == ["a", "b"]
    lines = found.splitlines(keepends=True)
    for wrong in (
        found[:-1],
        found.upper(),
        lines[1] + lines[0],
        lines[0] * 2,
        found.replace(b"  ", b" "),
        b"\xff\n",
    ):
        with pytest.raises(Malformed):
            parse_sums(wrong)


def test_bits_flipped_across_a_real_bundle_always_show(world: World) -> None:
    data, trust = pack(world.entries()), world.trust()
    chosen = random.Random(7).sample(range(len(data) * 8), 200)
    for bit in chosen:
        wrong = bytearray(data)
        wrong[bit // 8] ^= 1 << bit % 8
        verdict = verify(bytes(wrong), trust=trust).verdict
        assert not verdict.sound
        assert {f.cls for f in verdict.findings} == {"DAMAGED"}


def test_bits_flipped_inside_files_and_sealed_again_always_show(world: World) -> None:
    """Whoever flips a bit and puts the digests right meets the next check. The readme alone says nothing,
    nor does the signature of a witness nobody knows; so the head carries none here."""
    entries, trust, chance = world.entries(), world.trust(), random.Random(8)
    entries["checkpoint"] = world.head
    names = sorted(entries.keys() - {bundle.SUMS, "LEGGIMI.txt"})
    for name in names:
        data = bytearray(entries[name])
        bit = chance.randrange(len(data) * 8)
        data[bit // 8] ^= 1 << bit % 8
        wrong = entries | {name: bytes(data)}
        wrong[bundle.SUMS] = sums(wrong)
        verdict = verify(pack(wrong), trust=trust).verdict
        assert not verdict.sound, (name, bit)


def test_files_put_in_places_of_others_never_break_it(world: World) -> None:
    entries, chance = world.entries(), random.Random(9)
    names = sorted(entries.keys() - {bundle.SUMS, "LEGGIMI.txt"})
    for name in names:
        for data in (chance.choice((b"", b"{}", b"\xff" * 40)), entries[chance.choice(names)]):
            wrong = entries | {name: data}
            wrong[bundle.SUMS] = sums(wrong)
            try:
                packed = pack(wrong)
            except Malformed:
                continue  # larger than a file of that name can be
            verdict = verify(packed, trust=world.trust()).verdict
            assert verdict.sound == (data == entries[name])


def test_nothing_and_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Malformed):
        pack({})
    three = dict.fromkeys("abc", b"x")
    data = pack(three)
    monkeypatch.setattr(bundle, "MAX_FILES", 2)
    with pytest.raises(Malformed, match="1 to 2 files"):
        pack(three)
    with pytest.raises(Malformed, match="more files"):
        unpack(data)
    monkeypatch.setattr(bundle, "MAX_FILES", 9)
    monkeypatch.setattr(bundle, "MAX_BYTES", 40)
    with pytest.raises(Malformed, match="4 GiB"):
        pack({"a": bytes(20), "b": bytes(20)})
    monkeypatch.setattr(bundle, "MAX_BYTES", -(1 << 28))
    with pytest.raises(Malformed, match="larger than"):
        unpack(data)


def test_files_out_of_order_are_refused() -> None:
    """Two files in a row that `sorted` would not put so, each well written by itself."""
    first, second = (pack({name: b"x"}) for name in "ba")
    size = 30 + 1 + 1
    with pytest.raises(Malformed, match="sorted"):
        unpack(first[:size] + second[:size])


def test_sizes_of_files(world: World) -> None:
    files = unpack(pack(world.entries()))
    assert files.size("checkpoint") == len(files["checkpoint"])


def test_the_page_lies_beside_the_evidence_and_is_told_of() -> None:
    """Whoever opens the bundle learns which copy of the page to trust."""
    entries = bundle.build(
        leaves=(), read=Tree().read, checkpoint=b"c", log_vkey="k", policy_tenant=b"{}", policy_witness="", heads={},
        evidence={}, openings={}, reports={}, page=b"<!doctype html>",
    )  # fmt: skip
    assert dict(unpack(pack(entries)))["verifica.html"] == b"<!doctype html>"
    assert b"  verifica.html\n" in entries[bundle.SUMS]
    for word in ("verifica.html", "impronta SHA-256", "conservata dall’avvio", "kept from on-boarding"):
        assert word in entries["LEGGIMI.txt"].decode()
