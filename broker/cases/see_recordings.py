"""A session's recordings as their page shows them, and the facts whose moments are in them."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from audit.recording import SegmentLeaf
from audit.recording_rules import WINDOW
from broker.cases.located import session_tenant
from broker.cases.note_reading import note_reading
from broker.cases.see_playbacks import PlaybacksView, see_playbacks
from broker.domain.people import Action, Person, Who
from broker.domain.playing import may_play
from broker.parts import Parts
from broker.store import channels, people, recordings
from broker.store.about import Moments, moments_of
from broker.store.database import Work
from broker.store.recording_folder import RecordingFolder
from broker.store.recordings import Recorded


@dataclass(frozen=True, slots=True)
class Seen:
    """A recording as its list shows it, of what is sealed so far, which begins at `first`. `windows`: pictures that
    leave some out."""

    told: Recorded
    seconds: int
    out_bytes: int
    first: datetime | None = None
    secrets: int = 0
    windows: int = 0


@dataclass(frozen=True, slots=True)
class RecordingsView:
    """A session's recordings in the order in which they began, what stands of leaves to play them, whether he
    may, and which ADS could be let. `kinds`: of its channels, by id, which is that of their recording. `moments` are
    there for whoever may play."""

    session: str
    lines: list[Seen]
    kinds: dict[str, str]
    playbacks: PlaybacksView
    may_play: bool
    ads: list[Person]
    moments: Moments | None = None


async def see_recordings(parts: Parts, who: Who, session: str) -> RecordingsView:
    """What they show is not read."""
    tenant = await session_tenant(parts, who, Action.SEE_RECORDINGS, session)
    at = parts.clock.now()
    async with parts.store.read() as work:
        found = await of_session(work, tenant, session)
        stands = await see_playbacks(work, who, tenant, at, session)
        ads = await people.tenant_people(work, tenant, role="ads")
        kinds = await channels.kinds(work, tenant, session)
    lines = [await asyncio.to_thread(seen, parts, one) for one in found]
    may = may_play(stands.found, who, session, at)
    moments = None
    if may:
        async with parts.store.read() as work:
            moments = await moments_of(
                work, tenant, session, parts.keys.wrapping_key(), own=who.tenant == tenant
            )
        await note_reading(parts, who, tenant, "session", session)
    return RecordingsView(session, lines, kinds, stands, may, ads, moments)


async def of_session(work: Work, tenant: str, session: str) -> list[Recorded]:
    return [one for one in await recordings.every(work, tenant) if one.session == session]


def seen(parts: Parts, one: Recorded) -> Seen:
    leaves = [
        SegmentLeaf.parse(x) for x in RecordingFolder(parts.settings.state, one.tenant, one.id).leaves()
    ]
    length = (leaves[-1].last - leaves[0].first).total_seconds() if leaves else 0
    first = leaves[0].first if leaves else None
    covered = sum((Counter(dict(leaf.masked)) for leaf in leaves), Counter[str]())
    windows = covered.pop(WINDOW, 0)
    out_bytes = sum(leaf.out_bytes for leaf in leaves)
    return Seen(one, int(length), out_bytes, first, covered.total(), windows)
