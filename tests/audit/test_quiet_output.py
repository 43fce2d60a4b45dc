from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.quiet_output import MAX_CSI, QuietOutput


def quiet(*pieces: str) -> str:
    one = QuietOutput()
    return "".join(one.feed(piece) for piece in pieces)


@pytest.mark.parametrize(
    "text",
    [
        "ciao\r\n\tè così 漢字 😀\x07\x08",
        "\x1b[31;1mrosso\x1b[0m\x1b[2J\x1b[H\x1b[10;20H\x1b[K\x1b[?25l\x1b[?1049h\x1b[4:3m",
        "\x1b7\x1b8\x1bM\x1bc\x1b(B\x1b=\x1b>\x1b[3 q\x1b[s\x1b[u\x1b[!p\x1b[4h",
        "\x1b[?1000l\x1b[?2004l",  # off is off
    ],
)
def test_what_draws_stays(text: str) -> None:
    assert quiet(text) == text


@pytest.mark.parametrize(
    "speaks",
    [
        "\x1b]0;titolo\x07", "\x1b]52;c;c3Vv\x1b\\", "\x1b]8;;https://altrove.example\x1b\\", "\x9d2;x\x9c",
        "\x1bP+q544e\x1b\\", "\x90$qm\x9c", "\x1b_Gf=100;AAAA\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\",
        "\x9fapc\x9c", "\x9epm\x9c", "\x98sos\x9c",
        "\x1b[c", "\x1b[>c", "\x1b[=0c", "\x1b[6n", "\x1b[?6n", "\x1b[21t", "\x1b[8;1;1t", "\x1b[1x",
        "\x1b[1;1;1;1;1;1*y", "\x1b[5i", "\x1b[?5i", "\x1b[>q", "\x1b[>0q", "\x1b[?2026$p", "\x1b[4$p",
        "\x1b[?u", "\x1b[>1u", "\x9b6n", "\x05", "\x1bZ", "\x9a",
        "\x1b[?1000h", "\x1b[?1049;1003h", "\x1b[?2004h", "\x1b[?9h", "\x1b[?1004h",
        "\x1b]0;mai finito\x18", "\x1b]0;mai finito\x1a",
    ],
)  # fmt: skip
def test_what_speaks_to_the_terminal_is_left_out(speaks: str) -> None:
    assert quiet(f"prima{speaks}dopo") == "primadopo"
    assert quiet("prima", *speaks, "dopo") == "primadopo"


def test_a_string_that_never_ends_shows_nothing_more() -> None:
    assert quiet("prima\x1b]0;", "x" * 100_000, "ancora") == "prima"


def test_another_sequence_ends_a_string() -> None:
    assert quiet("\x1b]0;titolo\x1b[31mrosso") == "\x1b[31mrosso"
    assert quiet("\x1b]0;titolo\x1b", "[31mrosso") == "\x1b[31mrosso"


def test_a_sequence_that_is_none_is_text() -> None:
    assert quiet("\x1b[12è") == "12è"
    endless = "1;" * MAX_CSI
    assert quiet("\x1b[", endless) == endless
    for cut in (1, MAX_CSI - 1, MAX_CSI, MAX_CSI + 1):
        whole = f"\x1b[{endless}m"
        assert quiet(whole[:cut], whole[cut:]) == f"{endless}m"


def test_what_has_begun_is_held_until_it_ends() -> None:
    one = QuietOutput()
    assert one.feed("a\x1b") == "a"
    assert one.feed("[3") == ""
    assert one.feed("1mb") == "\x1b[31mb"


_PARTS = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(list("\x1b\x05\x07\x18\x9a\x9b\x9c\x9d\x90[]P\\?;1c0hnqZ$ ")),
    ),
    max_size=60,
)


@given(_PARTS, st.data())
def test_cuts_change_nothing(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=10)))
    assert quiet(*(text[a:b] for a, b in pairwise([0, *cuts, len(text)]))) == quiet(text)


@given(_PARTS)
def test_what_is_shown_is_quiet(parts: list[str]) -> None:
    shown = quiet("".join(parts))
    assert not any(sign in shown for sign in ("\x05", "\x9a", "\x9d", "\x90", "\x1b]", "\x1bP", "\x1bZ"))
