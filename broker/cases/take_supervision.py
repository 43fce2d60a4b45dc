"""The chosen watcher takes supervision: his passkey signs for one session and one page of his (trust.md §2).

While the session runs another approver of the customer may take over, by the same signature of his own.
"""

from __future__ import annotations

from agent.wire import frames
from audit.admission import check_in as breaches_of
from audit.canonical import b64
from audit.check_in import CheckIn
from audit.errors import Malformed
from audit.forms import KEY
from audit.instant import whole_ms
from broker.cases.approve import rules
from broker.cases.deny import attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.located import request_tenant
from broker.cases.names import session_names
from broker.cases.own_line import own_line
from broker.cases.signing import Finished, SigningAnswer, begin_signing, proof_of, signed_by
from broker.domain import request as asking
from broker.domain.approving import credential_digest
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.request import Approved, Watchable
from broker.domain.session import AnySession, Granted, Live, Running
from broker.parts import Parts
from broker.store import openings, outbox, requests, sessions, statements
from broker.store.ceremonies import Ceremony
from broker.store.tx import Tx

PURPOSE = "supervision"


async def begin_supervision(
    parts: Parts,
    who: Who,
    request: str,
    page_key: str,
    *,
    demo_software: bool | None = None,
    departure: Departure = UNSAID,
) -> str:
    """The address of the signing page. `page_key`: what the caller's page made for this session (Ed25519,
    base64url), whose answers the host will ask for."""
    tenant = await request_tenant(parts, who, Action.SUPERVISE, request)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "watch", tenant), parts.store.tx(tenant, at) as tx:
        found, session = await _watchable(tx, who, request)
        approvers, _ = await rules(tx, tenant)
        own = own_line(approvers, who, tx, demo_software=demo_software)
        grant = session.permit.grant
        if who.person != grant.watcher and own.valid_until < grant.not_after:
            raise Refused(Why.APPOINTMENT_ENDS)
        texts = await openings.get(tx.work, tenant, found.asked.opened_n, parts.keys.wrapping_key())
        if texts is None:
            raise Refused(Why.ENVELOPE_INVALID)
        return await begin_signing(
            parts,
            tx,
            who,
            purpose=PURPOSE,
            statement=CheckIn(
                tenant=tenant,
                session=grant.session,
                request=grant.request,
                grant=grant.digest.hex(),
                host=grant.host,
                watcher=who.person,
                page_key=_key(page_key),
                not_before=at,
                not_after=grant.not_after,
                demo_software=own.demo_software,
            ),
            attached={"request": found.asked.statement.encode()},
            openings={"texts": texts},
            shown=await session_names(tx, found.asked.statement, texts, who.person),
            data={"request": request},
            departure=departure,
        )


def _key(text: str) -> str:
    try:
        return KEY.check(text, "page_key")
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="page_key") from wrong


async def _watchable(tx: Tx, who: Who, request: str) -> tuple[Watchable, AnySession]:
    session = await sessions.of_request(tx, tx.tenant, request)
    runs = isinstance(session, Running)
    found = asking.watchable(await requests.load(tx, tx.tenant, request), who.person, runs=runs)
    if session is None or not isinstance(session, Granted | Live):
        raise Refused(Why.SESSION_ENDED)
    if tx.at >= session.permit.grant.not_after:
        raise Refused(Why.WINDOW_CLOSED)
    return found, session


async def supervision_signed(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `supervision`: record it, and hand it to a host that runs the session already."""
    request = str(ceremony.data["request"])
    tenant = await request_tenant(parts, who, Action.SUPERVISE, request)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "watch", tenant), parts.store.tx(tenant, at) as tx:
        found, session = await _watchable(tx, who, request)
        approvers, _ = await rules(tx, tenant)
        by = signed_by(answer.signed, approvers, tx, who, parts.settings.signing)
        taken = CheckIn.parse(answer.signed.statement)
        if ceremony.data["statement"] != b64(answer.signed.statement):
            raise Refused(Why.ENVELOPE_INVALID)
        runs = isinstance(session, Running)
        if any(breaches_of(taken, by, session.permit.grant, at, demo=by.demo_software, runs=runs)):
            raise Refused(Why.ENVELOPE_INVALID)
        if await statements.by_digest(tx.work, tenant, taken.digest.hex()) is not None:
            raise Refused(Why.DUPLICATE)  # the same page, asked to sign twice in one moment
        credential = credential_digest(answer.signed.assertion.credential)
        after, record = asking.take_supervision(found, taken, credential, who.terminal, runs=runs)
        await statements.keep(tx, tenant, taken, answer.signed)
        await requests.move(
            tx, found, after, record,
            actor=who.actor, session=session.permit.id, refs=(session.permit.granted_n,),
            proof=proof_of(answer.signed),
        )  # fmt: skip
        if isinstance(found, Approved):
            await outbox.letters(tx, "supervised", request, (after.asked.technician,))
        tx.announce("session", session.permit.id)
    if isinstance(session, Live):
        frame = frames.CheckIn(session.permit.id, answer.signed.to_value())
        await parts.hub.push(session.permit.host, frame)
    return Finished(f"/sessioni/{session.permit.id}/diretta")
