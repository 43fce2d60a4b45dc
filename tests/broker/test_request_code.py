"""The code of a request: found in a mail however it was quoted, true for one request of one customer only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.domain.request_code import fits, named, request_code

KEY = bytes(range(32))
IDS = st.from_regex(r"r-[0-9a-f]{8}", fullmatch=True)


@given(IDS, IDS)
def test_c06_a_code_is_found_and_is_true(request_id: str, other: str) -> None:
    """C-06: in a subject or quoted in a body, in small letters too."""
    code = request_code(KEY, "t-1", request_id)
    assert len(code) == 27
    for text in (f"Re: Richiesta [{code}]", f"> > [{code.lower()}]\n\nSì.", f"x\n{code}."):
        assert named(text) == [request_id]
        assert fits(KEY, "t-1", request_id, text)
        assert not fits(KEY, "t-2", request_id, text)
        assert not fits(bytes(32), "t-1", request_id, text)
        assert fits(KEY, "t-1", other, text) == (other == request_id)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    assert named(text) == []
    assert not fits(KEY, "t-1", "r-00000000", text)


def test_what_is_no_code() -> None:
    code = request_code(KEY, "t-1", "r-1a2b3c4d")
    for text in (
        code[:-1],
        code.replace("-", ""),
        code + "A",
        "AUT-" + "A" * 20,
        code.replace("AUT", "XAUT"),
    ):
        assert named(text) == []
    assert len(named(" ".join(request_code(KEY, "t-1", f"r-{n:08x}") for n in range(50)))) == 16
    with pytest.raises(ValueError, match="no request's id"):
        request_code(KEY, "t-1", "r-1")
