"""The record of a received mail."""

from __future__ import annotations

import pytest

from audit.errors import Malformed
from audit.mail_record import MailReceived

GOOD = MailReceived(
    "m-1", "2026-11-26T09:00:00.000Z", "ab" * 32, "cd" * 32, 10, "ordinary", "e1", "dkim_aligned", "p-1"
)


def test_it_goes_out_and_comes_back() -> None:
    assert MailReceived.from_body(GOOD.body()) == GOOD
    assert (
        "person"
        not in MailReceived(
            *[
                getattr(GOOD, f)
                for f in ("mail", "came", "digest", "replay", "size", "transport", "level", "code")
            ]
        ).body()
    )


@pytest.mark.parametrize(
    "change", [{"came": "ieri"}, {"digest": "x"}, {"size": "10"}, {"level": "E1"}, {"x": 1}]
)
def test_another_form_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        MailReceived.from_body(GOOD.body() | change)
