"""The technician's activation of his grant: what his browser is asked, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit import passkey
from audit.canonical import b64, unb64
from audit.errors import BadSignature, Malformed
from audit.grant import Grant
from audit.passkey import Assertion
from audit.statement import Origin
from broker.domain.refusal import Refused, Why


def options(grant: Grant, site: Origin) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptionsJSON (WebAuthn L3 §5.5): sign this grant with a login passkey."""
    return {
        "challenge": b64(grant.activation_challenge),
        "rpId": site.rp_id,
        "allowCredentials": [{"type": "public-key", "id": c.id} for c in grant.technician.login_credentials],
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


def check(grant: Grant, answer: Assertion, site: Origin) -> None:
    """Return if the technician named in the grant signed it with a login passkey of his."""
    used = b64(answer.credential)
    own = next((c for c in grant.technician.login_credentials if c.id == used), None)
    if own is None:
        raise Refused(Why.NOT_RECOGNISED)
    try:
        passkey.check(answer, challenge=grant.activation_challenge, site=site, public_key=own.public_key)
    except (BadSignature, Malformed) as wrong:
        raise Refused(Why.ENVELOPE_INVALID) from wrong
