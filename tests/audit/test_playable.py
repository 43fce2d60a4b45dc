"""Text becomes an asciicast, pictures FBS, and nothing both."""

from __future__ import annotations

import pytest

from audit.errors import Malformed
from audit.playable import CAST, SCREEN, playable
from audit.recording_segment import Event, Piece
from tests.audit.recorded import KEY_PICTURE

TEXT = Piece(1_000, Event.OUTPUT, b"ls\r\n")
PICTURE = Piece(1_000, Event.SCREEN, KEY_PICTURE)


def test_text_and_pictures() -> None:
    assert playable([TEXT]).suffix == CAST
    assert playable([]).suffix == CAST
    found = playable([PICTURE])
    assert (found.suffix, found.data[:4]) == (SCREEN, b"FBS ")


def test_none_is_both() -> None:
    with pytest.raises(Malformed):
        playable([PICTURE, TEXT])
