"""Letters about the post: in both languages, with no power, and no name in them can begin a header."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import pytest

from broker.domain.envelope import Envelope
from broker.domain.letters import address
from broker.domain.post_letter import KINDS, PostFacts, compose

AT = datetime(2026, 11, 12, 9, 2, tzinfo=UTC)
EVIL = "Anna\r\nBcc: x@y.example\r\n\r\n\u202etxt.exe"


@pytest.mark.parametrize("kind", KINDS)
def test_each_says_where_to_read_and_opens_nothing(kind: str) -> None:
    around = Envelope(address(EVIL, "a@b.example"), "verbale@alfa.example", "<1@alfa.example>", AT)
    raw = compose(
        kind, PostFacts(EVIL, EVIL, "r-1a2b3c4d", "AUT-AAAAA-BBBBB-CCCCC-DDDDD"), around, "http://l/posta"
    )
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["Bcc"] is None
    assert str(message["Subject"]).endswith(" [AUT-AAAAA-BBBBB-CCCCC-DDDDD]")
    text = message.get_content()  # type: ignore[attr-defined]
    assert text.count("http://l/posta") == 2
    assert "da solo non autorizza nulla" in text
    assert "by itself it authorises nothing" in text
    assert "\u202e" not in text
    assert "{" not in text + str(message["Subject"])


def test_without_a_code() -> None:
    around = Envelope(address("Anna", "a@b.example"), "verbale@alfa.example", "<1@alfa.example>", AT)
    raw = compose("ads_wrote", PostFacts("Albergo", "Aldo", "", ""), around, "http://l/posta/m-1")
    assert "[" not in str(email.message_from_bytes(raw, policy=email.policy.default)["Subject"])
