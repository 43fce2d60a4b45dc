"""What every kind of record shares; bodies are tried whole in test_leaf."""

from __future__ import annotations

import pytest

from audit.record import form_of


def test_a_field_of_no_form_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        form_of(str)
