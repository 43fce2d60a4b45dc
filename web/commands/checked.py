"""What a check of the installation came to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checked:
    what: str  # one word, for programs
    well: bool
    it: str  # a sentence; where it is not well, with who mends it
