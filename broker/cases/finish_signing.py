"""Take what the signing page sent back and do what was signed for: one table of purposes."""

from __future__ import annotations

from audit.canonical import unb64
from audit.passkey import Assertion
from audit.signed import SignedStatement
from audit.statement import MAX_STATEMENT_BYTES
from broker.cases import (
    approve,
    change_approvers,
    change_policy,
    decide_erasure,
    delegate_archives,
    give_warrant,
    instruct_clean_up,
    paper_key,
    register_signing_key,
    sign_enrolment,
    sign_recovery,
    sign_stop,
    take_supervision,
)
from broker.cases.log_in import spend_ceremony
from broker.cases.signing import Finished, Handler, NewKey, SigningAnswer
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts

HANDLERS: dict[str, Handler] = {
    approve.PURPOSE: approve.give_approval,
    change_approvers.PURPOSE: change_approvers.approvers_signed,
    change_policy.PURPOSE: change_policy.policy_signed,
    decide_erasure.PURPOSE: decide_erasure.erasure_signed,
    sign_enrolment.PURPOSE: sign_enrolment.enrolment_signed,
    sign_recovery.PURPOSE: sign_recovery.recovery_signed,
    sign_stop.PURPOSE: sign_stop.stop_signed,
    paper_key.ANNOUNCE: paper_key.set_announced,
    paper_key.OBJECT: paper_key.objected,
    give_warrant.PURPOSE: give_warrant.warrant_signed,
    delegate_archives.PURPOSE: delegate_archives.delegation_signed,
    instruct_clean_up.PURPOSE: instruct_clean_up.instruction_signed,
    take_supervision.PURPOSE: take_supervision.supervision_signed,
}


async def finish_signing(
    parts: Parts, who: Who, state: str, answer: Assertion | NewKey | None, *, paper: bytes | None = None
) -> Finished:
    """`answer` is None where the person went back without signing: then nothing happens at all. `paper` is the
    signature of the key on paper, where it was asked for too."""
    ceremony = await spend_ceremony(parts, state)
    if ceremony is None or (
        ceremony.purpose not in HANDLERS and ceremony.purpose != register_signing_key.PURPOSE
    ):
        raise Refused(Why.EXPIRED)
    if ceremony.person != who.person:
        raise Refused(Why.NOT_FOUND)
    match answer:
        case None:
            return Finished(str(ceremony.data.get("page", "/")))
        case NewKey() if ceremony.purpose == register_signing_key.PURPOSE:
            return await register_signing_key.keep_signing_key(parts, who, ceremony, answer)
        case Assertion() if ceremony.purpose in HANDLERS:
            # The bytes are those kept here, not whatever a browser says it signed.
            statement = unb64(ceremony.data["statement"], max_bytes=MAX_STATEMENT_BYTES)
            signed = SignedStatement(statement, answer, paper)
            return await HANDLERS[ceremony.purpose](parts, who, ceremony, SigningAnswer(state, signed))
        case _:
            raise Refused(Why.ENVELOPE_INVALID)
