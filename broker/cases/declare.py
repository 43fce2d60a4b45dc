"""On a host without an agent the technician says himself when he begins and when he ends, and signs it.

Nothing is opened and nothing obeys: what he may not begin is refused here, and found by whoever verifies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, get_args

from audit import declared_rules
from audit.canonical import b64, unb64
from audit.declared import Declaration, Declared
from audit.instant import whole_ms
from audit.record import BROKER
from broker.cases.cite_warrant import warranted
from broker.cases.deny import attempt
from broker.cases.located import declared_tenant
from broker.cases.log_in import PasskeyAsked, spend_ceremony
from broker.cases.school_gate import demand_school
from broker.domain import activation
from broker.domain import declared as sitting
from broker.domain import request as asking
from broker.domain.declared import Allowed, Underway
from broker.domain.people import Action, Who
from broker.domain.preconditions import demand, lacking, told_record
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.store import ceremonies, declared_sessions, estate, people, requests, statements
from broker.store.ceremonies import Ceremony
from broker.store.duties import Duties
from broker.store.incident_course import hand_out, require_turn
from broker.store.tx import Tx

PURPOSE = "declare"
LASTS = timedelta(minutes=5)
WHAT: tuple[Declared, ...] = get_args(Declared)


async def begin_declaration(parts: Parts, who: Who, session: str, what: Declared) -> PasskeyAsked:
    """What his browser is asked to sign; refused with what is missing, if something is."""
    tenant = await declared_tenant(parts, who, Action.ACTIVATE, session)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "activation", tenant), parts.store.tx(tenant, at) as tx:
        found = await _ready(parts, tx, who, session, what)
        asked = found.permit.asked
        held = {c.id for c in await people.credentials(tx.work, who.tenant, who.person, "login")}
        usable = [c for c in asked.technician.login_credentials if c.id in held]
        if not usable:
            raise Refused(Why.PASSKEY_REMOVED)
        said = Declaration(tenant, session, asked.digest.hex(), asked.host.id, asked.technician.id, what, at)
        state = new_secret(parts.chance.octets(SECRET_BYTES))
        data = {"statement": b64(said.encode())}
        await ceremonies.put(
            tx, digest_of(state), Ceremony(PURPOSE, who.person, who.tenant, data, at + LASTS)
        )
        options = {
            "challenge": b64(said.digest),
            "rpId": asked.login.rp_id,
            "allowCredentials": [{"type": "public-key", "id": c.id} for c in usable],
            "userVerification": "required",
        }
        return PasskeyAsked(state, options)


async def finish_declaration(
    parts: Parts, who: Who, session: str, state: str, answer: Mapping[str, Any]
) -> str:
    """Record it. The request it is of."""
    tenant = await declared_tenant(parts, who, Action.ACTIVATE, session)
    ceremony = await spend_ceremony(parts, state)
    if ceremony is None or (ceremony.purpose, ceremony.person) != (PURPOSE, who.person):
        raise Refused(Why.EXPIRED)
    said = Declaration.parse(unb64(str(ceremony.data["statement"])))
    if said.session != session:
        raise Refused(Why.EXPIRED)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "activation", tenant), parts.store.tx(tenant, at) as tx:
        found = await _ready(parts, tx, who, session, said.what)
        place = await estate.tenant(tx.work, tenant)
        assert place is not None
        asked, signed = found.permit.asked, activation.read_answer(answer)
        for _ in declared_rules.signed(said, asked, session, signed, at, demo=place.demo):
            raise Refused(Why.ENVELOPE_INVALID)
        held = {c.id for c in await people.credentials(tx.work, who.tenant, who.person, "login")}
        login = asked.technician.login(signed.credential)
        if login is None or login.id not in held:
            raise Refused(Why.NOT_RECOGNISED)
        proof = [("statement", said.encode()), ("assertion", signed.encode())]
        demo = login.demo_software
        if isinstance(found, Underway):
            over, ended = sitting.end(found, said, who.terminal, at, demo_software=demo)
            await declared_sessions.move(tx, found, over, ended, actor=who.actor, proof=proof)
        else:
            pick = await require_turn(tx, asked.incident, who.person)
            if pick is not None:
                await hand_out(tx, pick, who.actor)
            begun, began = sitting.begin(found, said, who.terminal, at, demo_software=demo)
            n = await declared_sessions.move(tx, found, begun, began, actor=who.actor, proof=proof)
            request = asking.declarable(await requests.load(tx, tenant, asked.request))
            await requests.settle(tx, request, asking.open_(request), began, n)
            papers = await Duties(tx.work).facts(tenant, asked.technician.id, at)
            lacks = told_record(asked.request, papers)
            if lacks is not None:
                await tx.append(lacks, actor=BROKER, refs=(n,))
    return asked.request


async def _ready(parts: Parts, tx: Tx, who: Who, session: str, what: Declared) -> Allowed | Underway:
    """Everything that must be so before he signs, and again when he has signed."""
    found = await declared_sessions.load(tx, tx.tenant, session)
    if found.permit.technician != who.person:
        raise Refused(Why.NOT_ALLOWED)
    if what == "ended":
        return sitting.underway(found, tx.at)
    allowed = sitting.allowed(found)
    asked = allowed.permit.asked
    request = asking.declarable(await requests.load(tx, tx.tenant, asked.request))
    sitting.in_window(asked, tx.at)
    await require_turn(tx, asked.incident, who.person)
    demand(lacking(await Duties(tx.work).facts(tx.tenant, who.person, tx.at)))
    await demand_school(tx.work, request.asked, tx.at)
    policy = await statements.policy(tx.work, tx.tenant)
    if policy is None or policy.digest.hex() != asked.policy:
        raise Refused(Why.POLICY_DIFFERS)
    await _still_approved(tx, allowed)
    return allowed


async def _still_approved(tx: Tx, found: Allowed) -> None:
    """Who may approve can have changed since he did."""
    approvers = await statements.approvers(tx.work, tx.tenant)
    place = await estate.tenant(tx.work, tx.tenant)
    assert approvers is not None and place is not None  # somebody approved  # noqa: PT018
    under = await warranted(tx, approvers)
    asked = found.permit.asked
    for given in await requests.approvals_of(tx, tx.tenant, asked.request):
        line = approvers.by_credential(given.signed.credential)
        authority = under.authority(given.approval)
        if line is None or any(
            declared_rules.by_approver(
                given.approval, line, asked, tx.at, demo=place.demo, authority=authority
            )
        ):
            raise Refused(Why.AUTHORISATION_MISSING)
