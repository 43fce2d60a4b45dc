"""The ends of a process's streams: each is closed once, whoever closes first."""

from __future__ import annotations

import os

import pytest

from agent.system.posix.streams import ends_of


@pytest.mark.parametrize("input_first", [True, False])
def test_each_is_closed_once(*, input_first: bool) -> None:
    """A number that was closed may be anybody's: a second close would be his."""
    theirs, ours = zip(*(os.pipe() for _ in range(3)), strict=True)
    ends = ends_of(ours, on_terminal=False)
    first, second = (ends.input.close, ends.close) if input_first else (ends.close, ends.input.close)
    first()
    others = [os.open(os.devnull, os.O_RDONLY) for _ in range(3)]
    second()
    for fd in (*others, *theirs):
        os.close(fd)
    for fd in ours:
        if fd not in others:
            with pytest.raises(OSError, match="Bad file descriptor"):
                os.fstat(fd)
