"""The parts a case works with, put together once by `app.py` and handed to every case."""

from __future__ import annotations

from dataclasses import dataclass, field

from broker.live.acts import Acts
from broker.live.bus import Bus
from broker.live.hub import Hub
from broker.live.mail_desk import MailDesk
from broker.live.meters import Meters
from broker.live.recordings import Recordings
from broker.live.signed_chains import SignedChains
from broker.live.turns import Turns
from broker.ports import Chance, Channel, Clock, KeyRing, ProviderCaller, Reporter, WebhookCaller
from broker.settings import Settings
from broker.store.tx import Store


@dataclass(frozen=True, slots=True)
class Parts:
    clock: Clock
    chance: Chance
    keys: KeyRing
    store: Store
    hub: Hub
    bus: Bus
    settings: Settings
    reporter: Reporter
    acts: Acts = field(default_factory=Acts)
    turns: Turns = field(default_factory=Turns)
    recordings: Recordings = field(default_factory=Recordings)
    chains: SignedChains = field(default_factory=SignedChains)
    channels: dict[str, Channel] = field(
        default_factory=dict, hash=False
    )  # of letters with receipts, by code
    mail: MailDesk | None = None  # where mail is received
    meters: Meters = field(default_factory=Meters)
    webhooks: WebhookCaller | None = None  # how other systems are called
    providers: ProviderCaller | None = None  # where people may log in elsewhere
