"""What NIS2 and PCI DSS ask of a customer's rules. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Literal, TypedDict

from web.client.call import Calls


class Line(TypedDict):
    """One control of a preset and what meets it: the rules, the product whatever they say, or the
    customer himself."""

    code: str
    control: str
    state: Literal["rules", "product", "deviates", "yours"]


class PresetView(TypedDict):
    """`chosen`: the rules in force name it."""

    preset: Literal["nis2", "pci_dss"]
    chosen: bool
    lines: list[Line]


class Presets:
    """What NIS2 and PCI DSS ask of a customer's rules."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, *, tenant: str) -> builtins.list[PresetView]:
        """What each asks, and how the rules stand."""
        found: builtins.list[PresetView] = self._calls.json(
            "GET", "/api/tenants/{tenant}/presets", at={"tenant": tenant}
        )
        return found
