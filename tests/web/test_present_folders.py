"""Folders as two texts of a form, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.folders import DIRECTIONS, FolderLine
from web.present import folders

NAMES = st.sampled_from(["/", "/srv", "/srv/dati", "/var/a b"])
LINES = st.dictionaries(NAMES, st.sampled_from(DIRECTIONS)).map(
    lambda found: tuple(FolderLine(name, found[name]) for name in sorted(found))
)


@given(LINES)
def test_what_was_written_is_read_again(lines: tuple[FolderLine, ...]) -> None:
    assert folders.read(folders.written(lines, "from_host"), folders.written(lines, "to_host")) == lines


def test_blanks_and_a_slash_at_the_end_do_not_matter() -> None:
    assert folders.read(" /srv/ \n\n/", "\r\n") == (
        FolderLine("/", "from_host"),
        FolderLine("/srv", "from_host"),
    )


@pytest.mark.parametrize("text", ["srv", "/srv/../etc", "C:\\dati", "/a\x00"])
def test_what_is_no_folder(text: str) -> None:
    assert folders.read("/srv", text) is None
