"""Forms: what fits is remembered, within bounds, and what does not is refused by name."""

from __future__ import annotations

import pytest

from audit import forms
from audit.errors import Malformed
from audit.forms import DIGEST, ID, Form


def test_a_text_that_fits_is_given_back() -> None:
    assert ID.check("p-00000001", "person") == "p-00000001"


@pytest.mark.parametrize("wrong", ["", "É" * 64, "ff", None, 1, ["00" * 32], b"00"])
def test_a_text_that_does_not_fit_is_refused_by_name(wrong: object) -> None:
    with pytest.raises(Malformed, match="sealed is not of the form digest"):
        DIGEST.check(wrong, "sealed")


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log of a million different ids must not fill the verifier's memory."""
    monkeypatch.setattr(forms, "_MAX_KNOWN", 3)
    form = Form("letter", str.isalpha)
    assert all(form.fits(text) for text in "abcdef")
    assert not form.fits("1")
    assert form.known == {"a", "b", "c"}
