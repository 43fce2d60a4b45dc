"""A walk over BER before anything recurses into it."""

from __future__ import annotations

import pytest

from audit.mail_evidence import ber
from audit.mail_evidence.shape import Unfit

LONG = b"\x04\x82\x01\x00" + bytes(256)


@pytest.mark.parametrize(
    "data",
    [
        b"\x05\x00", b"\x30\x00", b"\x30\x03\x02\x01\x05", b"\x30\x80\x02\x01\x05\0\0", b"\x30\x80\x24\x80\x04\x01a\0\0\0\0",
        b"\x30\x84\0\0\0\x02\x05\x00", LONG, b"\x30\x02\x30\x00\xff", b"\x3f\x81\x01\x00", b"\x30\x80\x30\x02\x05\x00\0\0",
    ],
)  # fmt: skip
def test_what_is_well_nested(data: bytes) -> None:
    ber.check(data)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x30", b"\x1f", b"\x1f\x81", b"\x04\x80", b"\x04\x05a", b"\x30\x85\0\0\0\0\x01", b"\x04\x82\x01", b"\x30\x05\x05\x00",
        b"\x30\x01\x05\x00", b"\x30\x80\x05\x00", b"\x30\x03\x04\x05abcde", b"\x30\x02\x30\x80\0\0",
    ],
)  # fmt: skip
def test_what_is_cut_or_overlaps(data: bytes) -> None:
    with pytest.raises(Unfit):
        ber.check(data)


@pytest.mark.parametrize("data", [b"\x30\x80" * 60, b"\x30\x83\x0a\x00\x00" + b"\x05\x00" * 327_680])
def test_how_deep_and_how_many(data: bytes) -> None:
    with pytest.raises(Unfit) as unfit:
        ber.check(data)
    assert unfit.value.code == "too_complex"
