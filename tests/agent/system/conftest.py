"""Each test where it can run: those of another system are deselected, not skipped."""

from __future__ import annotations

import sys

import pytest

ELSEWHERE = {"needs_linux": "linux", "needs_macos": "darwin", "needs_windows": "win32"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    away = [
        item
        for item in items
        if any(item.get_closest_marker(mark) and sys.platform != name for mark, name in ELSEWHERE.items())
    ]
    if away:
        config.hook.pytest_deselected(items=away)
        items[:] = [item for item in items if item not in away]
