"""What people and hosts do in the month, step by step: reports, requests, answers, sessions and their ends."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Literal

from audit.canonical import unb64
from audit.commitment import Opening
from audit.keys import SigningKey
from audit.statement_parts import Activity, Channel
from broker.cases.ask import Draft, ask
from broker.cases.begin_approval import begin_approval
from broker.cases.close_declared import close_declared
from broker.cases.close_session import NOTHING, Beside, close_session
from broker.cases.declare import begin_declaration, finish_declaration
from broker.cases.join_session import join_session
from broker.cases.log_in import begin_passkey_login, finish_passkey_login
from broker.cases.log_out import log_out
from broker.cases.open_incident import Report, report_incident
from broker.cases.open_session import begin_activation, open_session
from broker.cases.take_incident import take_incident
from broker.cases.take_supervision import begin_supervision
from broker.cases.type_work import Draft as Typed
from broker.cases.type_work import type_work
from broker.cases.work_incident import answer_incident, close_incident, rate_incident
from broker.domain.grants import Wish
from broker.domain.plans import Severity
from broker.store import declared_sessions, estate, sessions
from web.demo.seed.place import OFFICE, Place
from web.demo.seed.someone import Someone

ACTIVITY = Activity("GEST", "ASS")
CHANNELS = (Channel("terminal"), Channel("exec"))
FROM = "192.0.2.20"  # where the technician's `ssh` comes from


async def at_work(person: Someone) -> None:
    """He logs in, as in the morning; `gone` ends it."""
    asked = await begin_passkey_login(person.parts, OFFICE)
    answer = person.login.authentication(unb64(asked.options["challenge"]))
    entered = await finish_passkey_login(person.parts, asked.state, answer, OFFICE)
    person.who, person.token = entered.who, entered.token


async def gone(person: Someone) -> None:
    await log_out(person.parts, person.who, person.token)


class Desk:
    """The house's technician, at one customer's."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.parts = place.house.parts
        self.course = place.house.course
        self.technician = place.house.technician
        self.told: dict[str, str] = {}  # what was reported, by incident

    # ------------------------------------------------------------------------------ incidents

    async def reported(self, text: str, severity: Severity, *, answer_h: float = 0.25) -> str:
        """By the customer's ADS on the portal; rated in ten minutes, rung back `answer_h` hours after that."""
        place = self.place
        await at_work(place.ads)
        said = await report_incident(self.parts, place.ads.who, place.tenant, Report(text, "portal"))
        self.told[said.incident] = text
        await gone(place.ads)
        await self.course.later(minutes=10)
        await self.rated(said.incident, severity)
        await self.course.later(hours=answer_h)
        await answer_incident(self.parts, self.technician.who, place.tenant, said.incident, "call")
        return said.incident

    async def rated(self, incident: str, severity: Severity) -> None:
        await rate_incident(self.parts, self.technician.who, self.place.tenant, incident, severity)

    async def solved(self, incident: str) -> None:
        await close_incident(self.parts, self.technician.who, self.place.tenant, incident, "solved")

    async def taken(self, incident: str, reason: str | None = None) -> None:
        await take_incident(self.parts, self.technician.who, self.place.tenant, incident, reason)

    # ------------------------------------------------------------------- requests and answers

    async def asked(self, incident: str, reason: str, *, hours: float = 8) -> str:
        until = self.course.now() + timedelta(hours=hours)
        wish = Wish(CHANNELS, (ACTIVITY,), None, until, None)
        draft = Draft(self.place.host.id, self.told[incident], reason, wish, incident)
        return (await ask(self.parts, self.technician.who, draft)).request

    async def approved(self, request: str, by: Someone, supervision: str = "self") -> str:
        """The session that comes of it. Whoever watches himself takes supervision at once."""
        await self.course.later(minutes=6)
        if by is not self.technician:
            await at_work(by)
        url = await begin_approval(self.parts, by.who, request, supervision=supervision, demo_software=True)
        await by.sign(url)
        if supervision == "self":
            page = SigningKey(self.parts.chance.octets(32)).public.text
            await by.sign(await begin_supervision(self.parts, by.who, request, page, demo_software=True))
        async with self.parts.store.read() as work:
            found = await sessions.of_request(work, self.place.tenant, request)
        if found is None:
            raise ValueError("an approval makes a session")
        return found.permit.id

    # ------------------------------------------------------- without an agent, or without access

    async def declared(self, incident: str, reason: str, by: Someone, minutes: float, note: str) -> None:
        """Asked and approved for the tool alone; start, end and outcome are the technician's word."""
        bare, me, parts = self.place.customer.bare, self.technician, self.parts
        if bare is None:
            raise ValueError("the customer has no such host")
        async with parts.store.read() as work:
            hosts = await estate.tenant_hosts(work, self.place.tenant)
        host = next(one.id for one in hosts if one.label == bare.label)
        until = self.course.now() + timedelta(hours=4)
        wish = Wish((Channel("tool", bare.tool),), (ACTIVITY,), None, until, None)
        request = (await ask(parts, me.who, Draft(host, self.told[incident], reason, wish, incident))).request
        await self.course.later(minutes=6)
        await at_work(by)
        await by.sign(await begin_approval(parts, by.who, request, supervision="waived", demo_software=True))
        await gone(by)
        async with parts.store.read() as work:
            found = await declared_sessions.of_request(work, self.place.tenant, request)
        if found is None:
            raise ValueError("an approval makes a session")
        session = found.permit.id
        await self._declare(session, "began")
        await self.course.later(minutes=minutes)
        await self._declare(session, "ended")
        await close_declared(parts, me.who, session, outcome="solved", activities=[ACTIVITY], note=note)

    async def _declare(self, session: str, what: Literal["began", "ended"]) -> None:
        me = self.technician
        asked = await begin_declaration(self.parts, me.who, session, what)
        answer = me.login.authentication(unb64(asked.options["challenge"]))
        await finish_declaration(self.parts, me.who, session, asked.state, answer)

    async def worked(
        self, minutes: int, text: str, activity: Activity = ACTIVITY, beside: Beside = NOTHING
    ) -> None:
        """Work that needed no access, typed when it ends."""
        await self.course.later(minutes=minutes)
        began = self.course.now() - timedelta(minutes=minutes)
        product = self.place.house.product
        draft = Typed(began, minutes, "staff", "mail", text, (activity,), product, None, beside)
        await type_work(self.parts, self.technician.who, self.place.tenant, draft)

    # ------------------------------------------------------------------------------- sessions

    async def begun(self, session: str) -> None:
        await self.course.later(minutes=4)
        asked = await begin_activation(self.parts, self.technician.who, session)
        answer = self.technician.login.authentication(unb64(asked["challenge"]))
        await open_session(self.parts, self.technician.who, session, answer)
        await self.place.agent.obey()

    async def ran(self, session: str, command: str, output: bytes, status: int = 0) -> None:
        """One command over `ssh`, as the host tells of it."""
        await self.course.later(minutes=2)
        joined = await join_session(
            self.parts, session, via="ssh", kind="exec", terminal=FROM,
            ssh_fingerprint=self.technician.ssh_fingerprint, command=command,
        )  # fmt: skip
        salt = joined.params["command_salt"]
        opening = Opening.from_value({"salt": salt, "data": {"command": command}})
        agent = self.place.agent
        named = {"channel": joined.channel, "kind": "exec"}
        await agent.note("channel.opened", session, via="ssh", **named)
        await agent.note("command.executed", session, channel=joined.channel, command=opening.commitment)
        await agent.note("channel.closed", session, **_crossed(0, output), exit_status=status, **named)

    async def typed(self, session: str, minutes: float, sent: int, output: bytes) -> None:
        """A terminal over `ssh`, open that long."""
        joined = await join_session(
            self.parts, session, via="ssh", kind="terminal", terminal=FROM,
            ssh_fingerprint=self.technician.ssh_fingerprint,
        )  # fmt: skip
        agent = self.place.agent
        named = {"channel": joined.channel, "kind": "terminal"}
        await agent.note("channel.opened", session, via="ssh", **named)
        await self.course.later(minutes=minutes)
        await agent.note("channel.closed", session, **_crossed(sent, output), exit_status=0, **named)

    async def closed(self, session: str, note: str, outcome: str = "solved") -> None:
        """By the technician, with his note; the host ends it, and the incident is closed with it."""
        await self.course.later(minutes=1)
        await close_session(
            self.parts, self.technician.who, session, outcome=outcome, activities=[ACTIVITY], note=note
        )
        await self.place.agent.obey()


def _crossed(sent: int, output: bytes) -> dict[str, Any]:
    return {
        "in_bytes": sent,
        "out_bytes": len(output),
        "out_digest": hashlib.sha256(output).hexdigest(),
    }
