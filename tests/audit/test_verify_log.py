"""The head, the tree under it, and the heads somebody else kept or signed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit import bundle, checkpoint, merkle, tiles
from audit.checkpoint import Checkpoint
from audit.findings import Judgement, Verdict
from audit.keys import SigningKey
from audit.merkle import EMPTY_ROOT, Tree
from audit.note import parse_note, sign_note
from audit.person_records import LoginEnded
from audit.verify_log import MAX_ENTRIES, Heads, SignedHead, TreeCheck
from tests.audit.verdicts import alone, honest, judge, only, sound
from tests.audit.world import ORIGIN, TENANT, Twist, World, busy_month, seed

KEY = SigningKey(seed("log"))


def signed(head: Checkpoint) -> str:
    return checkpoint.sign(head, KEY).decode()


def citing(head: Any) -> Verdict:
    """A month whose requests cite that head; `head` gets the honest one."""
    return judge(busy_month(Twist(request=lambda r: replace(r, head=head(r.head))), closed=False))


# ----------------------------------------------------------------------------------- approved heads


def test_an_approved_head_of_this_log() -> None:
    sound(citing(lambda note: note))
    sound(citing(lambda note: note.split("\n\n")[0] + "\n"))  # its three lines


@pytest.mark.parametrize(
    "origin",
    [
        "altrove.example/t-9/1999",
        f"registro.localhost/{TENANT}/2024",
        f"registro.localhost/{TENANT}/2027",
        f"registro.localhost/{TENANT}/2025",
        "registro.localhost/t-99999999/2025",
        f"altrove.example/{TENANT}/2025",
    ],
)
def test_an_approved_head_of_another_log(origin: str) -> None:
    """Of a log nobody here can check: the customer signed something, and not this history."""
    text = Checkpoint(origin, 7, bytes(31) + b"\x01").text
    alone(citing(lambda _: text), "REWRITTEN", "approved_head")


def test_an_approved_head_of_nothing() -> None:
    alone(citing(lambda _: signed(Checkpoint(ORIGIN, 0, EMPTY_ROOT))), "REWRITTEN", "approved_head")


def test_an_approved_head_larger_than_the_log_was_then() -> None:
    """It is a true prefix now; but when the request was drawn up it cannot have existed."""
    w = honest()
    later = signed(Checkpoint(ORIGIN, w.tree.size - 5, w.tree.root(w.tree.size - 5)))
    request = next(n for n, d in enumerate(w.leaves) if b'"type":"request.opened"' in d)
    judgement = Judgement("none")
    heads = Heads(_head_of(w), w.tree.read, judgement)
    heads.check_cited(later, request, "n=0")
    assert [f.code for f in judgement.findings] == ["approved_head"]
    heads.check_cited(signed(Checkpoint(ORIGIN, request, w.tree.root(request))), request, "n=0")
    assert len(judgement.findings) == 1


def _head_of(w: World) -> SignedHead:
    note = parse_note(w.head)
    return SignedHead(w.vkey, note, checkpoint.parse(note.text), TENANT)


@pytest.mark.parametrize(
    "head", ["", "x", "\n\n", "a\n1\nb\n", "registro.localhost/t/2026\n1\nAA==\n\n— x AAAAAAAA\n"]
)
def test_an_approved_head_that_is_none(head: str) -> None:
    alone(citing(lambda _: head), "REWRITTEN", "approved_head")


def test_an_approved_head_signed_by_another_key() -> None:
    forged = checkpoint.sign(Checkpoint(ORIGIN, 1, bytes(32)), SigningKey(seed("x"))).decode()
    alone(citing(lambda _: forged), "REWRITTEN", "approved_head")


# --------------------------------------------------------------------------------------- kept heads


@pytest.mark.parametrize("note", [b"", b"x\n", b"\xff"])
def test_a_kept_head_that_is_none(note: bytes) -> None:
    alone(judge(honest(), honest().entries() | {"heads/5.note": note}), "FORGED", "head_unread")


def test_a_kept_head_of_another_key_or_another_size() -> None:
    w = honest()
    true = Checkpoint(ORIGIN, 5, w.tree.root(5))
    forged = checkpoint.sign(true, SigningKey(seed("x")))
    alone(judge(w, w.entries() | {"heads/5.note": forged}), "FORGED", "head_forged")
    alone(judge(w, w.entries() | {"heads/6.note": checkpoint.sign(true, KEY)}), "REWRITTEN", "kept_head")
    sound(judge(w, w.entries() | {"heads/5.note": checkpoint.sign(true, KEY)}))


# ------------------------------------------------------------------------------------------ the head


@pytest.mark.parametrize("key", [b"", b"x\n", b"\xff\n", b"no newline"])
def test_a_log_key_that_is_none(key: bytes) -> None:
    alone(judge(honest(), honest().entries() | {"log.vkey": key}), "FORGED", "vkey_unread")


@pytest.mark.parametrize(
    "head",
    [b"", b"x", signed(Checkpoint("no-origin", 1, bytes(32))).encode(),
     signed(Checkpoint(ORIGIN, MAX_ENTRIES + 1, bytes(32))).encode()],
)  # fmt: skip
def test_a_head_that_is_none(head: bytes) -> None:
    alone(judge(honest(), honest().entries() | {"checkpoint": head}), "FORGED", "head_unread")


def test_a_head_under_the_key_of_another_log() -> None:
    w = honest()
    name = f"registro.localhost/{TENANT}/2027"
    other = Checkpoint(name, w.tree.size, w.tree.root())
    entries = w.entries() | {"checkpoint": checkpoint.sign(other, KEY)}
    assert ("FORGED", "head_forged") in {(f.cls, f.code) for f in judge(w, entries).findings}


# ------------------------------------------------------------------------------------------ the tree


def many(count: int) -> World:
    """A log of several tiles."""
    w = World()
    w.onboard()
    for n in range(count):
        w.append(LoginEnded(f"p-{n}", "x"))
    return w


def test_a_hash_of_the_upper_tiles_that_is_another() -> None:
    """The leaves agree with their hashes; a node above them is not theirs."""
    w = many(600)
    sound(judge(w))
    entries = w.entries()
    path = next(t.path for t in tiles.hash_tiles(w.tree.size) if t.level == 1)
    entries[path] = bytes(32) + entries[path][32:]
    alone(judge(w, entries), "TAMPERED", "tile")


def test_a_hash_tile_that_is_not_there_or_too_short() -> None:
    w = many(600)
    path = next(t.path for t in tiles.hash_tiles(w.tree.size) if t.level == 0)
    gone = w.entries()
    del gone[path]
    alone(judge(w, gone), "DAMAGED", "file_missing")
    short = w.entries()
    short[path] = short[path][:-1]
    alone(judge(w, short), "TAMPERED", "tile")


@pytest.mark.parametrize("damage", [lambda d: d[:-1], lambda _d: b"", None])
def test_an_entry_tile_that_cannot_be_read(damage: Any) -> None:
    w = many(600)
    entries = w.entries()
    path = tiles.entry_tiles(w.tree.size)[1].path
    if damage is None:
        del entries[path]
    else:
        entries[path] = damage(entries[path])
    found = judge(w, entries)
    assert ("TAMPERED", "entry_missing") in {(f.cls, f.code) for f in found.findings}
    assert "n=256" in {f.where for f in found.findings}


def test_an_entry_changed_while_the_published_tree_is_the_signed_one() -> None:
    """Heads kept by others are then compared with the published tree."""
    w = many(600)
    leaves = list(w.leaves)
    leaves[300] = leaves[300].replace(b'"terminal":"x"', b'"terminal":"y"')
    entries = w.entries()
    tile = tiles.entry_tiles(len(leaves))[1]
    entries[tile.path] = tiles.pack_entries(leaves[256:512])
    entries["heads/400.note"] = checkpoint.sign(Checkpoint(ORIGIN, 400, w.tree.root(400)), KEY)
    verdict = judge(w, entries)
    only(verdict, "TAMPERED", "entry")
    assert verdict.findings[0].where == "n=300"
    assert verdict.steps[4].state == "ok"


def test_nothing_to_compare_heads_with() -> None:
    w = many(600)
    entries = {k: v for k, v in w.entries().items() if not k.startswith("tile/0")}
    entries["tile/entries/000"] = entries["tile/entries/001"]
    verdict = judge(w, entries)
    assert verdict.steps[4].state == "unknown"


def test_heads_of_a_tree_whose_tiles_lie() -> None:
    head = Checkpoint(ORIGIN, 3, bytes(31) + b"\x01")
    judgement = Judgement("none")

    def broken(_level: int, _index: int) -> bytes:
        raise KeyError

    heads = Heads(SignedHead(honest().vkey, _head_of(honest()).note, head, TENANT), broken, judgement)
    assert not heads.holds(Checkpoint(ORIGIN, 2, bytes(31) + b"\x02"))
    assert not heads.holds(Checkpoint("other/t/2026", 2, bytes(31) + b"\x02"))


def test_an_empty_log() -> None:
    w = World()
    entries = bundle.build(
        leaves=[], read=w.tree.read, checkpoint=w.head, log_vkey=w.vkey.text, policy_tenant=b"{}",
        policy_witness=f"log {w.vkey.text}\nquorum none\n", heads={}, evidence={}, openings={}, reports={},
    )  # fmt: skip
    found = {(f.cls, f.code) for f in judge(honest(), entries, trust=None).findings}
    assert found == {("UNTRUSTED", "policy_file")}


def test_the_rebuilt_tree_is_the_one_of_rfc_6962() -> None:
    w = many(300)
    check = TreeCheck(
        dict_of(w), checkpoint.parse(w.head.decode().split("\n\n")[0] + "\n"), Judgement("none")
    )
    for first in range(0, len(w.leaves), 256):
        check.feed(w.leaves[first : first + 256])
    read = check.close()
    assert read is not None
    plain = Tree()
    for data in w.leaves[:123]:
        plain.append(data)
    assert merkle.root(123, read) == plain.root()


def dict_of(w: World) -> Any:
    return bundle.unpack(bundle.pack(w.entries()))


def test_a_head_under_a_key_that_bears_another_name() -> None:
    """The key's own name must be the log's: here it is the signature's, and the head is another log's."""
    w = honest()
    other = Checkpoint("altrove.example/t-9/2026", w.tree.size, w.tree.root())
    note = sign_note(other.text, ORIGIN, KEY)
    entries = w.entries() | {"checkpoint": note}
    assert ("FORGED", "head_forged") in {(f.cls, f.code) for f in judge(w, entries, trust=None).findings}


SIZE = 66_000  # of two upper levels, the first with a full tile


@pytest.fixture(scope="module")
def tall() -> tuple[list[bytes], Any, Checkpoint]:
    entries, tree = [b"%d" % n for n in range(SIZE)], Tree()
    for entry in entries:
        tree.append(entry)
    files = {one.path: tiles.pack_hashes(one, tree.read) for one in tiles.hash_tiles(SIZE)}
    return entries, files, Checkpoint(ORIGIN, SIZE, tree.root())


@pytest.mark.parametrize("since", [0, 256, 512, 65_280, 65_536, 65_792])
def test_gone_on_with_behind_some_entries_it_is_the_same_tree(since: int, tall: Any) -> None:
    entries, files, head = tall
    judge = Judgement("none")
    check = TreeCheck(files, head, judge)
    check.resume(since)
    for first in range(since, SIZE, 256):
        check.feed(entries[first : first + 256])
    assert check.close() is not None
    assert not judge.findings


def test_gone_on_with_what_is_new_is_still_compared(tall: Any) -> None:
    entries, files, head = tall
    judge = Judgement("none")
    check = TreeCheck(files, head, judge)
    check.resume(65_536)
    check.feed([b"another", *entries[65_537:65_792]])
    check.feed(entries[65_792:])
    check.close()
    assert [(f.code, f.where) for f in judge.findings] == [("entry", "n=65536")]
