"""A running session as a channel needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.folders import FolderLine
from audit.statement_parts import Account
from audit.statement_parts import Channel as GrantedChannel


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A running session as a channel needs it. `params` go into the order to the agent as they are."""

    tenant: str
    session: str
    host: str
    technician: str
    account: Account
    channels: tuple[GrantedChannel, ...]
    salt: bytes
    ends: datetime
    channel: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def folders(self) -> tuple[FolderLine, ...]:
        """Where its files may be, in the grant's order."""
        return tuple(one.place for one in self.channels if one.place is not None)
