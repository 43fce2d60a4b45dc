"""How /proc spells an address."""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.needs_linux


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0100007F:1F90", ("127.0.0.1", 8080)),
        ("00000000:170C", ("0.0.0.0", 5900)),
        ("00000000000000000000000001000000:170C", ("::1", 5900)),
        ("B80D01200000000067452301EFCDAB89:0050", ("2001:db8::123:4567:89ab:cdef", 80)),
    ],
)
def test_an_address(text: str, found: tuple[str, int]) -> None:
    from agent.system.linux_screens import read_address

    assert sys.byteorder == "little", "these words are"
    assert read_address(text) == found
