"""The technician's activation of his grant: what his browser is asked, and what comes back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from audit import passkey
from audit.approvers import Origin
from audit.canonical import b64, unb64
from audit.errors import BadSignature, Malformed
from audit.grant import Grant
from audit.passkey import Assertion
from audit.statement_parts import LoginCredential
from broker.domain.refusal import Refused, Why


def usable(grant: Grant, held: Collection[str]) -> list[LoginCredential]:
    """Of the passkeys the grant names, those the technician still has; `held` are ids of today's."""
    found = [c for c in grant.technician.login_credentials if c.id in held]
    if not found:
        raise Refused(Why.PASSKEY_REMOVED)
    return found


def options(grant: Grant, site: Origin, held: Collection[str]) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptionsJSON (WebAuthn L3 §5.5): sign this grant with a login passkey."""
    return {
        "challenge": b64(grant.activation_challenge),
        "rpId": site.rp_id,
        "allowCredentials": [{"type": "public-key", "id": c.id} for c in usable(grant, held)],
        "userVerification": "required",
    }


def read_answer(answer: Mapping[str, Any]) -> Assertion:
    """AuthenticationResponseJSON as browsers give it; `bad_input` for anything else."""
    response = answer.get("response")
    if not isinstance(response, Mapping):
        raise Refused(Why.BAD_INPUT, field="response")
    try:
        return Assertion(
            credential=_octets(answer, "rawId"),
            client_data=_octets(response, "clientDataJSON"),
            authenticator_data=_octets(response, "authenticatorData"),
            signature=_octets(response, "signature"),
        )
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="response") from wrong


def _octets(part: Mapping[str, Any], name: str) -> bytes:
    text = part.get(name)
    if not isinstance(text, str):
        raise Malformed(f"{name} is no text")
    return unb64(text)


def check(grant: Grant, answer: Assertion, site: Origin, held: Collection[str]) -> None:
    """Return if the technician named in the grant signed it with a login passkey of his, not taken off since."""
    used = b64(answer.credential)
    own = next((c for c in usable(grant, held) if c.id == used), None)
    if own is None:
        raise Refused(Why.NOT_RECOGNISED)
    try:
        passkey.check(answer, challenge=grant.activation_challenge, site=site, public_key=own.public_key)
    except (BadSignature, Malformed) as wrong:
        raise Refused(Why.ENVELOPE_INVALID) from wrong
