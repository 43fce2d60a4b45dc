"""The two troubles of evidence are values of their own kind, and never each other."""

from __future__ import annotations

import pytest

from audit.errors import BadSignature, Malformed


@pytest.mark.parametrize("kind", [Malformed, BadSignature])
def test_one_sentence_each(kind: type[ValueError]) -> None:
    assert issubclass(kind, ValueError)
    assert str(kind("a sentence")) == "a sentence"
    assert not issubclass(Malformed, BadSignature)
    assert not issubclass(BadSignature, Malformed)
