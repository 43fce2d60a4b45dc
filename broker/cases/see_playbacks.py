"""What stands of leaves to play recordings, of those that concern whoever looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.domain.people import Who
from broker.domain.playing import Allowed, AnyPlayback, concerns, in_force
from broker.store import playbacks, reading
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class PlaybacksView:
    """Asked for or allowed and not over, oldest first; `names` of people."""

    found: tuple[AnyPlayback, ...]
    names: dict[str, str]


async def see_playbacks(
    work: Work, who: Who, tenant: str, at: datetime, session: str | None = None
) -> PlaybacksView:
    """Of one session, or of every."""
    found = in_force(await playbacks.every(work, tenant), at)
    held = [one for one in found if concerns(one, who) and session in (None, one.session)]
    named = [one.by.id for one in held] + [one.person for one in held if isinstance(one, Allowed)]
    return PlaybacksView(tuple(held), (await reading.names(work, named)).found)
