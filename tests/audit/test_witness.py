"""What a witness takes, and each of its reasons to refuse."""

from __future__ import annotations

import pytest

from audit import checkpoint, merkle
from audit.checkpoint import Checkpoint
from audit.note import VerifierKey
from audit.witness import Head, HeadRefused, accept
from tests.audit.people import GRANT_KEY, LOG_KEY, LOG_VKEY, ORIGIN


def tree_of(words: str) -> merkle.Tree:
    tree = merkle.Tree()
    for word in words:
        tree.append(word.encode())
    return tree


TREE, OTHER = tree_of("abcdefgh"), tree_of("abXdefgh")


def note(size: int, tree: merkle.Tree = TREE) -> bytes:
    return checkpoint.sign(Checkpoint(ORIGIN, size, tree.root(size)), LOG_KEY)


def head(size: int) -> Head:
    return Head(size, TREE.root(size))


def test_the_first_head_and_every_next_one() -> None:
    held = None
    for size in range(9):
        old = held.size if held else 0
        proof = merkle.consistency_proof(old, size, TREE.read)
        new = accept(held, ORIGIN, note(size), old, proof, LOG_VKEY)
        assert new == head(size)
        held = head(size)
    assert accept(held, ORIGIN, note(8), 8, [], LOG_VKEY) == held


def test_stale_starts_tell_the_size_held() -> None:
    assert accept(head(5), ORIGIN, note(8), 4, [], LOG_VKEY) == HeadRefused("stale", 5)
    assert accept(head(5), ORIGIN, note(3), 5, [], LOG_VKEY) == HeadRefused("stale", 5)
    assert accept(None, ORIGIN, note(3), 2, [], LOG_VKEY) == HeadRefused("stale", 0)


def test_two_roots_of_one_size_are_a_fork() -> None:
    assert accept(head(5), ORIGIN, note(5, OTHER), 5, [], LOG_VKEY) == HeadRefused("fork", 5)


@pytest.mark.parametrize("count", [0, 200])
def test_a_rewritten_log_proves_nothing(count: int) -> None:
    proof = merkle.consistency_proof(5, 8, OTHER.read) + [bytes(32)] * count
    assert accept(head(5), ORIGIN, note(8, OTHER), 5, proof, LOG_VKEY) == HeadRefused("unproven", 5)


def test_wrong_keys_wrong_logs_and_noise() -> None:
    stranger = VerifierKey.log(ORIGIN, GRANT_KEY.public)
    assert accept(head(5), ORIGIN, note(8), 5, [], stranger) == HeadRefused("bad_signature", 5)
    assert accept(head(5), "other", note(8), 5, [], LOG_VKEY) == HeadRefused("bad_signature", 5)
    assert accept(head(5), ORIGIN, b"noise", 5, [], LOG_VKEY) == HeadRefused("malformed", 5)
