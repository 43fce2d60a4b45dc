"""The secret between agent and VNC server, as a stock program writes and reads it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from agent.channels.vnc_secret import answer, to_file


def test_a_stock_program_writes_the_same_file(tmp_path: Path) -> None:
    subprocess.run(["x11vnc", "-storepasswd", "abcdefgh", tmp_path / "pw"], check=True, capture_output=True)
    assert to_file(b"abcdefgh") == (tmp_path / "pw").read_bytes()


def test_an_answer_is_sixteen_bytes_of_that_secret_and_that_challenge() -> None:
    assert answer(b"abcdefgh", bytes(16)).hex() == "e6d91b75c941f823" * 2
    assert answer(b"abcdefgi", bytes(16)) != answer(b"abcdefgh", bytes(16))
