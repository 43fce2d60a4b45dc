"""Orders under a delegation or mandate, forged. Pure.

Who approves is with the thief here, or fooled: his own passkeys sign whatever they are given. What is left is
whether his signature counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from agent.wire.frames import Open
from audit import warrant
from audit.approval import Approval
from audit.passkey import Assertion
from audit.signed import SignedStatement
from audit.warrant import Warrant
from web.demo.attack.loot import Loot
from web.demo.attack.orders import approval_of, approved_by, grant_of, request_of, rewrite
from web.demo.authenticator import SoftwareAuthenticator


@dataclass(frozen=True, slots=True)
class Accomplice:
    """An approver's pseudonym and passkey, and the technician's login passkey, which activates."""

    person: str
    signs: SoftwareAuthenticator
    logs_in: SoftwareAuthenticator


def under(loot: Loot, frame: Open, who: Accomplice, cited: SignedStatement | None, **change: Any) -> Open:
    """The order with its request changed so, approved by him under that warrant, and activated."""
    frame = rewrite(loot, frame, **change)
    said = replace(
        Approval.parse(approval_of(frame).statement),
        request=request_of(frame).digest.hex(),
        approver=who.person,
        warrant=None if cited is None else cited.digest.hex(),
    )
    frame = approved_by(loot, frame, SignedStatement(said.encode(), who.signs.assertion(said.digest)))
    activation = who.logs_in.assertion(grant_of(frame).activation_challenge)
    given = () if cited is None else (cited.to_value(),)
    return replace(frame, activation=activation.to_value(), warrants=given)


def reworded(true: SignedStatement, **change: Any) -> SignedStatement:
    """Other words above the titolare's signature."""
    return SignedStatement(replace(_warrant(true), **change).encode(), true.assertion)


def wider(true: SignedStatement) -> Warrant:
    """As the thief would have it: everywhere, everything, for a year."""
    said = _warrant(true)
    return replace(
        said, hosts=None, channels=("terminal", "exec"), activities=None, administrator=True,
        not_after=said.not_before + timedelta(days=360),
    )  # fmt: skip


def signed(
    said: Warrant, by: SoftwareAuthenticator, in_the_name_of: Assertion | None = None
) -> SignedStatement:
    """`in_the_name_of`: whose credential is written on it."""
    made = by.assertion(said.digest)
    if in_the_name_of is not None:
        made = replace(made, credential=in_the_name_of.credential)
    return SignedStatement(said.encode(), made)


def _warrant(true: SignedStatement) -> Warrant:
    return warrant.parse(true.statement)
