"""Change the customer's rules: a titolare signs the next policy, and every connected agent gets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from audit.bare_host import BareHost
from audit.estate_records import PolicyChanged
from audit.instant import whole_ms
from audit.policy import Policy
from broker.cases.deny import allow, attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.push_pins import push_pins
from broker.cases.signing import Finished, SigningAnswer, begin_signing, proof_of, signed_by
from broker.domain.appointing import PolicyDraft, next_policy, succeeds
from broker.domain.estate import Host, HostWithoutAgent, RevokedHost
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.presets import deviations, rest_of
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import duties, estate, logins, openings, statements
from broker.store.ceremonies import Ceremony
from broker.store.tx import Tx

PURPOSE = "policy"


async def begin_policy(parts: Parts, who: Who, draft: PolicyDraft, *, departure: Departure = UNSAID) -> str:
    """The address of the signing page, with the whole of the new rules."""
    await allow(parts, who, Action.CHANGE_POLICY, who.tenant, "policy")
    if not parts.settings.demo and any(w.url.startswith("http:") for w in draft.external):
        # A name of this machine's own is nobody a customer could choose, save in a demo.
        raise Refused(Why.BAD_INPUT, field="external")
    async with parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx:
        approvers = await statements.approvers(tx.work, who.tenant)
        if approvers is None:
            raise Refused(Why.AUTHORISATION_MISSING)
        labels = estate.labels(await estate.tenant_hosts(tx.work, who.tenant))
        current = await statements.policy(tx.work, who.tenant)
        hosts = await estate.tenant_hosts(tx.work, who.tenant)
        draft = replace(draft, bare_hosts=_named(parts, draft.bare_hosts, hosts))
        switched_on = draft.recording is not None and (current is None or current.recording is None)
        if switched_on and not await _assessed(tx, who.tenant):
            raise Refused(Why.DPIA_MISSING)
        if next(deviations(draft), None) is not None:
            raise Refused(Why.BAD_INPUT, field="presets")
        new = next_policy(who.tenant, current, draft, hosts=frozenset(labels), approvers=approvers)
        place = await estate.tenant(tx.work, who.tenant)
        assert place is not None
        named = {host: labels[host] for host, _ in new.accounts}
        return await begin_signing(
            parts,
            tx,
            who,
            purpose=PURPOSE,
            statement=new,
            shown={who.tenant: place.name, **named},
            departure=departure,
        )


async def _assessed(tx: Tx, tenant: str) -> bool:
    """Whether an impact assessment is on file: systematic monitoring of workers needs one (art. 35 GDPR, L-39)."""
    place = await estate.tenant(tx.work, tenant)
    assert place is not None
    return (await duties.register(tx.work, tenant)).has("dpia", day_of(tx.at, place.zone))


async def policy_signed(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `policy`."""
    await allow(parts, who, Action.CHANGE_POLICY, who.tenant, "policy")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "approval", who.tenant), parts.store.tx(who.tenant, at) as tx:
        approvers = await statements.approvers(tx.work, who.tenant)
        if approvers is None:
            raise Refused(Why.AUTHORISATION_MISSING)
        new = Policy.parse(answer.signed.statement)
        succeeds(new, await statements.policy(tx.work, who.tenant))
        by = signed_by(answer.signed, approvers, tx, who, parts.settings.signing, titolare=True)
        await statements.keep(tx, who.tenant, new, answer.signed)
        await logins.allow_rest(tx, rest_of(new.presets))
        _apart(new.bare_hosts, await estate.tenant_hosts(tx.work, who.tenant))
        await estate.name_bare_hosts(tx, new.bare_hosts)
        record = PolicyChanged(new.number, new.digest.hex(), by.demo_software)
        await tx.append(record, actor=who.actor, proof=proof_of(answer.signed))
        await openings.reseal(tx.work, who.tenant, parts.keys.wrapping_key())
        tx.announce("host", who.tenant)
    await push_pins(parts, who.tenant)
    return Finished("/postazioni")


def _named(parts: Parts, lines: Sequence[BareHost], hosts: Sequence[Host]) -> tuple[BareHost, ...]:
    """Hosts without an agent under the ids they had, by their names, or new ones."""
    _apart(lines, hosts)
    known = {one.label.casefold(): one.id for one in hosts if isinstance(one, HostWithoutAgent)}
    return tuple(
        replace(one, id=known.get(one.label.casefold()) or opaque_id(parts.chance, "h")) for one in lines
    )


def _apart(lines: Sequence[BareHost], hosts: Sequence[Host]) -> None:
    """Return, or refuse: a host with an agent is never declared to be without."""
    taken = {one.label.casefold() for one in hosts if not isinstance(one, RevokedHost | HostWithoutAgent)}
    if any(one.label.casefold() in taken for one in lines):
        raise Refused(Why.BAD_INPUT, field="bare_hosts")
