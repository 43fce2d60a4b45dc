"""In which of two languages a process speaks to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["it", "en"]
NAMED = "VERBALE_LANG"
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts


def spoken(environ: Mapping[str, str]) -> Language:
    """What `NAMED` says; else Italian unless the environment's locale says English."""
    named = environ.get(NAMED)
    if named in ("it", "en"):
        return "en" if named == "en" else "it"
    locale = next((found for name in LOCALE if (found := environ.get(name))), "")
    return "en" if locale.lower().startswith("en") else "it"
