"""How fast output is masked on one core, beside one search of the same bytes for one pattern by `re`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.masking import Masker
from tests.bench.table import Figure, Peer, Summary
from tests.bench.test_sealing import a_terminals_output

ROUNDS = 7
MESSAGE_BYTES = 64 * 1024
SIZE_BYTES = 2 * 1024 * 1024
ONE = re.compile(rb"[0-9][0-9 -]{11}")


def _mb_s(output: bytes, take: Callable[[bytes], object]) -> float:
    """MB a second of one core, message by message."""
    began = time.process_time()
    for at in range(0, len(output), MESSAGE_BYTES):
        take(output[at : at + MESSAGE_BYTES])
    return len(output) / 1e6 / (time.process_time() - began)


@pytest.mark.parametrize("what", ["log text", "terminal output with colours"])
def test_masking(what: str, log_text: Path, figures: list[Figure]) -> None:
    output = log_text.read_bytes()[:SIZE_BYTES] if what == "log text" else a_terminals_output(SIZE_BYTES)
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(_mb_s(output, Masker().feed))
        bare.append(_mb_s(output, ONE.search))
    peer = Peer("one pattern by re", Summary.of(bare))
    figures.append(Figure(f"masking, {what}, one core", "MB/s", Summary.of(ours), peer))
    assert min(ours) > 0
