"""A month with a session on a host without an agent, which its technician declares; and what may be bent in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from audit import instant
from audit.approval import Approval
from audit.bare_host import BareHost
from audit.commitment import Opening
from audit.declared import Declaration, DeclaredRequest
from audit.declared_records import DeclaredAllowed, DeclaredBegan, DeclaredEnded, DeclaredPresumedEnded
from audit.policy import Policy, Tool
from audit.record import BROKER, Actor
from audit.request_records import ApprovalGiven, RequestOpened
from audit.session_records import SessionClosed
from audit.statement_parts import Activity
from tests.audit.world import ADS, LOGIN, TECHNICIAN, TENANT, TITOLARE, Twist, World, same
from web.demo.authenticator import SoftwareAuthenticator

BARE = BareHost("h-00000009", "LABORATORIO-07", "Aula 2", "Windows 7", "teleassistenza")
TOOL = Tool("teleassistenza", ("teleassistenza",), ("teleassistenza",), 5)
RULES: dict[str, Any] = {
    "channels": ("terminal", "exec", "tool"),
    "tools": (TOOL,),
    "bare_hosts": (BARE,),
}
SESSION = "s-0000000009"
REQUEST = "r-00000009"


@dataclass
class Declared(World):
    """`bend` changes what is asked, `say` what the technician signs; `by` whose passkey he signs it with."""

    bend: Any = field(default=same)
    say: Any = field(default=same)
    by: SoftwareAuthenticator | None = None

    def begun(self, **rules: Any) -> DeclaredRequest:
        """Rules that name the host, signed after the first ones, and asked on the 2nd."""
        self.onboard()
        self.change_policy(**(RULES | rules))
        self.until(2, 9)
        return self.ask_declared()

    def allow(self, **rules: Any) -> None:
        """The first rules do."""

        def allowing(policy: Policy) -> Policy:
            return replace(policy, **(RULES | rules))

        self.twist.policy = allowing

    def ask_declared(self) -> DeclaredRequest:
        text = Opening(
            self.octets(),
            {
                "incident_text": "La lavagna non si accende.",
                "host_label": BARE.label,
                "technician_name": "Ettore Modello",
            },
        )
        now = instant.whole_ms(self.now)
        asked: DeclaredRequest = self.bend(DeclaredRequest(
            tenant=TENANT, request=REQUEST, created=now, host=BARE, technician=replace(self.technician, ssh_keys=()),
            login=LOGIN, incident="I-2026-0009", texts=text.commitment, activities=(Activity("GEST", "ASS"),),
            not_before=now, not_after=now + timedelta(hours=4), longest_s=3600, policy=self.policy.digest.hex(),
            head=self.head.decode(), nonce=self.octets(),
        ))  # fmt: skip
        self.append(
            RequestOpened(
                REQUEST, asked.digest.hex(), asked.incident, ("tool",), ("GEST",), instant.to_text(asked.not_before),
                instant.to_text(asked.not_after), asked.longest_s, declared=True,
            ),
            actor=Actor(TECHNICIAN, "technician"), host=BARE.id, proof=(("statement", asked.encode()),), opening=text,
        )  # fmt: skip
        return asked

    def approve_declared(self, asked: DeclaredRequest, *, person: str = ADS, key: Any = None) -> Approval:
        key = key or self.ads
        given = self.twist.approval(Approval(
            TENANT, asked.digest.hex(), person, "waived", None, instant.whole_ms(self.now), demo_software=True,
        ))  # fmt: skip
        role = {TITOLARE: "titolare", TECHNICIAN: "technician"}.get(person, "ads")
        self.append(
            ApprovalGiven(
                asked.request, given.digest.hex(), given.approver, hashlib.sha256(key.credential).hexdigest(),
                given.supervision, given.watcher, demo_software=True, warrant=given.warrant,
            ),
            actor=Actor(person, role), proof=self.signed(given, key),  # type: ignore[arg-type]
        )  # fmt: skip
        return given

    def let(self, asked: DeclaredRequest, *given: Approval) -> None:
        self.append(
            DeclaredAllowed(
                asked.request, tuple(one.digest.hex() for one in given), instant.to_text(asked.not_before),
                instant.to_text(asked.not_after),
            ),
            session=SESSION, host=BARE.id,
        )  # fmt: skip

    def declare(self, asked: DeclaredRequest, what: Any) -> None:
        now = instant.whole_ms(self.now)
        said = self.say(Declaration(TENANT, SESSION, asked.digest.hex(), BARE.id, TECHNICIAN, what, now))
        ends = min(asked.not_after, now + timedelta(seconds=asked.longest_s))
        digest = said.digest.hex()
        record: DeclaredBegan | DeclaredEnded
        if what == "began":
            record = DeclaredBegan(
                asked.request, digest, instant.to_text(ends), BARE.tool, "10.8.0.31", demo_software=True
            )
        else:
            record = DeclaredEnded(digest, "10.8.0.31", demo_software=True)
        self.append(
            record, actor=Actor(TECHNICIAN, "technician"), session=SESSION, host=BARE.id, at=now,
            proof=self.signed(said, self.by or self.login),
        )  # fmt: skip

    def presume(self, until: Any) -> None:
        record = DeclaredPresumedEnded(instant.to_text(until))
        self.append(record, actor=BROKER, session=SESSION, host=BARE.id)

    def outcome(self) -> None:
        self.append(
            SessionClosed("solved"), actor=Actor(TECHNICIAN, "technician"), session=SESSION, host=BARE.id,
            opening={"note": "Cavo sostituito.", "activities": []},
        )  # fmt: skip


def declared(twist: Twist | None = None, *, minutes: float = 40, world: Declared | None = None) -> Declared:
    """Asked, allowed, begun, and ended after so many minutes, with its outcome."""
    w = world or Declared(twist or Twist(witnesses=1))
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    w.wait(minutes=5)
    w.declare(asked, "began")
    w.wait(minutes=minutes)
    w.declare(asked, "ended")
    w.outcome()
    return w


DECLARED_MONTHS: dict[str, Any] = {
    "declared": (declared, None, None),
    "declared-late": (lambda: declared(minutes=90), "UNAPPROVED", "outside_window"),
}
