"""The rules page's licensed tools: what an adapter adds to them."""

from __future__ import annotations

import pytest

from agent.tools.adapter import GENERIC, NAMES
from audit.policy import Tool
from broker.domain.refusal import Refused
from web.present.rules import ADAPTERS, _tools


def test_the_page_offers_the_programs_the_agent_knows() -> None:
    assert set(ADAPTERS) == set(NAMES) - {GENERIC}


def test_a_tool_with_an_adapter_needs_no_command() -> None:
    typed = {
        "tool-id": ["any", "own"], "tool-start": ["", "own -x"], "tool-watch": ["", "own"], "tool-grace": ["5", "9"],
        "tool-adapter": ["anydesk", ""], "tool-resident": ["1", ""],
    }  # fmt: skip
    assert _tools(typed) == (
        Tool("any", (), (), 5, "anydesk", resident=True),
        Tool("own", ("own", "-x"), ("own",), 9),
    )
    with pytest.raises(Refused):
        _tools(typed | {"tool-adapter": ["", ""]})
    with pytest.raises(Refused):
        _tools(typed | {"tool-adapter": ["nobody", ""]})
