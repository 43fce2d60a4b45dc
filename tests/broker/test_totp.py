"""One-time codes: the RFC's own vectors, and the slack of one step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from broker.domain import totp

SECRET = b"12345678901234567890"  # RFC 6238, appendix B


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_of_rfc_6238(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.accepted_step(SECRET, code, at) == seconds // 30
    for away, accepted in ((30, True), (-29, True), (61, False)):
        found = totp.accepted_step(SECRET, code, at + timedelta(seconds=away))
        assert (found == seconds // 30) == accepted


@pytest.mark.parametrize("code", ["", "28708", "287082 ", "２８７０８２", "287083"])
def test_anything_else_is_no_code(code: str) -> None:
    assert totp.accepted_step(SECRET, code, datetime.fromtimestamp(59, UTC)) is None


def test_apps_read_the_address() -> None:
    address = totp.address(SECRET, account="teresa@albergo.example", issuer="Verbale")
    assert address.startswith("otpauth://totp/Verbale:teresa%40albergo.example?secret=GEZDGNBV")
