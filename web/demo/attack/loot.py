"""What the thief has: the broker's keys, what passed through it before, and passkeys of his own.

And what he can lure people into: his front end is the real one, so it may show anybody a log-in and have
his *login* passkey sign any challenge. A signing passkey answers on the signing site alone (WebAuthn binds
it to that host); `astray` is one that answers elsewhere all the same, as no browser lets it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from agent.wire.frames import Open
from audit.keys import SigningKey
from broker.out.clock import SystemChance
from broker.out.key_file import KeyFiles
from web.demo.authenticator import SoftwareAuthenticator
from web.demo.client import site
from web.demo.stage import Stage


@dataclass(slots=True)
class Loot:
    """`earlier` is an order that the customer did sign, and that was obeyed."""

    tenant: str
    keys: KeyFiles
    pen: SoftwareAuthenticator
    lured: SoftwareAuthenticator
    astray: SoftwareAuthenticator
    earlier: Open | None = None

    @property
    def grant_key(self) -> SigningKey:
        return self.keys.grant_key(self.tenant)

    def log_key(self, origin: str) -> SigningKey:
        """Of the log of that name."""
        return self.keys.log_key(origin)


def loot_of(broker_state: Path, stage: Stage) -> Loot:
    """From the state folder of the broker; the approver whom the thief lures is the ADS."""
    chance = SystemChance()
    elsewhere = replace(stage, signing_origin=stage.origin)
    return Loot(
        tenant=stage.tenant,
        keys=KeyFiles(broker_state / "keys", chance),
        pen=SoftwareAuthenticator(chance.octets(32), site(stage.signing_origin)),
        lured=stage.authenticator("ads", signing=False),
        astray=elsewhere.authenticator("ads", signing=True),
    )
