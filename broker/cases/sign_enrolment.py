"""Sign a host's enrolment: what its agent will pin, and the root that is typed there."""

from __future__ import annotations

import hashlib

from audit.approvers import Approvers
from audit.enrolment import Enrolment
from audit.estate_records import HostPrepared
from audit.instant import whole_ms
from audit.policy import Policy
from broker.cases.deny import allow, attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.signing import Finished, SigningAnswer, begin_signing, proof_of, signed_by
from broker.domain.estate import ENROLMENT_LASTS, PreparedHost, SignedHost, Tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, code_text, derived, new_secret
from broker.parts import Parts
from broker.store import estate, people, shards, statements
from broker.store.ceremonies import Ceremony
from broker.store.tx import Tx

PURPOSE = "enrolment"


async def begin_enrolment(parts: Parts, who: Who, host_id: str, *, departure: Departure = UNSAID) -> str:
    """The address of the signing page. Signing again replaces an enrolment nobody has used."""
    await allow(parts, who, Action.SIGN_ENROLMENT, who.tenant, "enrolment")
    state = new_secret(parts.chance.octets(SECRET_BYTES))
    async with parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx:
        host = await _waiting(tx, who.tenant, host_id)
        approvers, policy = await _rules(tx, who.tenant)
        if policy.account_of(host_id) is None:
            raise Refused(Why.POLICY_MISSING)
        place = await estate.tenant(tx.work, who.tenant)
        assert place is not None
        enrolment = _enrolment(parts, tx, place, host, approvers, policy, _code(parts, state))
        named = {one.id: one.name for one in await people.tenant_people(tx.work, who.tenant)}
        return await begin_signing(
            parts,
            tx,
            who,
            purpose=PURPOSE,
            statement=enrolment,
            attached={"approvers": approvers.encode(), "policy": policy.encode()},
            shown={
                who.tenant: place.name,
                host_id: host.label,
                **{line.person: named[line.person] for line in approvers.approvers if line.person in named},
            },
            data={"host": host_id},
            state=state,
            departure=departure,
        )


async def enrolment_signed(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `enrolment`; hands out the one-time code, which is kept nowhere."""
    await allow(parts, who, Action.SIGN_ENROLMENT, who.tenant, "enrolment")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "enrolment", who.tenant), parts.store.tx(who.tenant, at) as tx:
        host = await _waiting(tx, who.tenant, str(ceremony.data["host"]))
        approvers, policy = await _rules(tx, who.tenant)
        new = Enrolment.parse(answer.signed.statement)
        if (new.approvers, new.policy) != (approvers.digest.hex(), policy.digest.hex()):
            raise Refused(Why.POLICY_DIFFERS)
        by = signed_by(answer.signed, approvers, tx, who, parts.settings.signing, titolare=True)
        digest = new.digest.hex()
        await statements.keep(tx, who.tenant, new, answer.signed)
        await estate.keep_host(tx, SignedHost(host.tenant, host.id, host.label, host.place, digest, new.code))
        record = HostPrepared(host.id, digest, by.demo_software)
        await tx.append(record, actor=who.actor, host=host.id, proof=proof_of(answer.signed))
        tx.announce("host", host.id)
    return Finished("/postazioni", {"host": host.id, "code": _code(parts, answer.state)})


async def _waiting(tx: Tx, tenant: str, host_id: str) -> PreparedHost | SignedHost:
    host = await estate.host(tx.work, tenant, host_id)
    if host is None:
        raise Refused(Why.NOT_FOUND)
    if not isinstance(host, PreparedHost | SignedHost):
        raise Refused(Why.WRONG_STATE)
    return host


async def _rules(tx: Tx, tenant: str) -> tuple[Approvers, Policy]:
    approvers = await statements.approvers(tx.work, tenant)
    policy = await statements.policy(tx.work, tenant)
    if approvers is None:
        raise Refused(Why.AUTHORISATION_MISSING)
    if policy is None:
        raise Refused(Why.POLICY_MISSING)
    return approvers, policy


def _code(parts: Parts, state: str) -> str:
    """Made from the state that the browser holds until it comes back, so that it lies nowhere."""
    return code_text(derived(parts.keys.wrapping_key(), "enrolment-code", state))


def _enrolment(
    parts: Parts,
    tx: Tx,
    place: Tenant,
    host: PreparedHost | SignedHost,
    approvers: Approvers,
    policy: Policy,
    code: str,
) -> Enrolment:
    assert tx.head is not None
    origin = tx.head.origin
    return Enrolment(
        tenant=place.id,
        host=host.id,
        label=host.label,
        broker=parts.settings.origin,
        log_origin=origin,
        log_vkey=shards.vkey(parts.keys, origin).text,
        grant_key=parts.keys.grant_key(place.id).public.text,
        login=parts.settings.login,
        approvers=approvers.digest.hex(),
        policy=policy.digest.hex(),
        code=hashlib.sha256(code.encode()).hexdigest(),
        issued=tx.at,
        expires=tx.at + ENROLMENT_LASTS,
        demo=place.demo,
    )
