"""A QR code as the path of a drawing: an address for the telephone beside the screen."""

from __future__ import annotations

import segno

QUIET = 4  # modules of white all round, as readers ask for


def drawn(address: str) -> tuple[int, str]:
    """(side in modules, path of the dark ones)."""
    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    return len(rows) + 2 * QUIET, path
