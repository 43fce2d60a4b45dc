"""From where somebody goes to the signing page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Departure:
    """The page he leaves: he comes back to it if he does not sign, and is spoken to in its language."""

    page: str = "/"
    language: Literal["it", "en"] = "it"


UNSAID = Departure()
