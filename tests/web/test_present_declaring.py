"""What a declaration says is kept: of text and of pictures, for one covers secrets and the other does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audit.statement_parts import Account, Activity, Channel
from web.present.declaring import Declared, declaration
from web.present.reader import Reader

AT = datetime(2026, 11, 12, 10, 0, tzinfo=UTC)
TEXT, PICTURES = "con i segreti coperti", "coperte soltanto le finestre che le regole lasciano fuori"


def said(*kinds: str, recorded: bool) -> str:
    asked = Declared(
        "Anna", "Casa", "RECEPTION-01", "Cliente", "Perché", tuple(Channel(kind) for kind in kinds),  # type: ignore[arg-type]
        (Activity("GEST", "ASS"),), Account("anna", administrator=False), AT, AT + timedelta(hours=1), 3600, recorded,
    )  # fmt: skip
    return next(
        p
        for p in declaration(asked, Reader("it", AT), right="").paragraphs
        if "registrata" in p.lower() and "Potrà" not in p
    )


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("terminal",), [TEXT]),
        (("desktop",), [PICTURES]),
        (("exec", "desktop"), [TEXT, PICTURES]),
    ],
)
def test_what_is_kept_of_which_channels(kinds: tuple[str, ...], words: list[str]) -> None:
    text = said(*kinds, recorded=True)
    assert text.startswith("*Registrata*")
    assert [one for one in (TEXT, PICTURES) if one in text] == words
    assert "mai i tasti" in text


def test_nothing_is_kept_but_the_facts() -> None:
    assert said("desktop", recorded=False).startswith("Non registrata")
