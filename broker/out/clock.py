"""The machine's own clock and its source of chance."""

from __future__ import annotations

import os
from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemChance:
    def octets(self, count: int) -> bytes:
        return os.urandom(count)
