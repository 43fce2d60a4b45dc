"""Each test where it can run: those of another system are deselected, not skipped."""

from __future__ import annotations

import sys

import pytest

# They import what only their system has.
collect_ignore_glob = [] if sys.platform == "linux" else ["windows/test_streams.py"]
if sys.platform == "win32":
    collect_ignore_glob.append("posix/*")
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
