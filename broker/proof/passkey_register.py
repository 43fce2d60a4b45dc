"""Passkey ceremonies of the login site: what to ask the browser, and what its answer proves.

Wraps the `webauthn` library. Judging a statement's signature is `audit.passkey`, which needs no
library and no network, because other people do it years later.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from audit import cose
from audit.approvers import Origin
from audit.canonical import b64
from audit.errors import BadSignature, Malformed

# What `audit.passkey` can judge, so that a technician's login passkey can activate a grant.
_ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_TIMEOUT_MS = 180_000
MAX_CREDENTIAL_BYTES = 1023  # WebAuthn L3 §4, "credential ID"
# What the library raises on an answer that is none: a key that lacks its parts is a missing dictionary key.
_NOT_IT = (WebAuthnException, Malformed, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Registered:
    """A new passkey: credential id and COSE key as base64url."""

    credential: str
    public_key: str
    sign_count: int


def registration_options(
    site: Origin, challenge: bytes, *, person: str, name: str, exclude: Sequence[str]
) -> dict[str, Any]:
    """For `navigator.credentials.create`: discoverable, user verification required, no attestation."""
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Verbale",
        user_name=name,
        user_id=person.encode(),
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(one)) for one in exclude],
        supported_pub_key_algs=_ALGORITHMS,
    )
    found: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return found


def check_registration(site: Origin, challenge: bytes, answer: dict[str, Any]) -> Registered:
    """The passkey made for exactly this challenge on this page, or `BadSignature`."""
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
        _not_framed(base64url_to_bytes(answer["response"]["clientDataJSON"]))
        cose.parse(found.credential_public_key)
        if len(found.credential_id) > MAX_CREDENTIAL_BYTES:
            raise BadSignature("a credential id longer than WebAuthn allows")
    except _NOT_IT as wrong:
        raise BadSignature("the browser's answer is no new passkey of this page") from wrong
    return Registered(b64(found.credential_id), b64(found.credential_public_key), found.sign_count)


def login_options(site: Origin, challenge: bytes) -> dict[str, Any]:
    """For `navigator.credentials.get`: any discoverable passkey of this site, its holder verified."""
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    found: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return found


def claimed_credential(answer: dict[str, Any]) -> str:
    """The credential id an answer names, to learn whose key to ask for; `BadSignature` if it has none."""
    try:
        return b64(parse_authentication_credential_json(answer).raw_id)
    except _NOT_IT as wrong:
        raise BadSignature("the browser's answer names no passkey") from wrong


def check_login(
    site: Origin, challenge: bytes, answer: dict[str, Any], *, public_key: str, sign_count: int
) -> int:
    """The authenticator's new counter, if its holder answered this challenge; else `BadSignature`."""
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
        _not_framed(base64url_to_bytes(answer["response"]["clientDataJSON"]))
    except _NOT_IT as wrong:
        raise BadSignature("the passkey did not answer this page's question") from wrong
    return found.new_sign_count


def _not_framed(client_data: bytes) -> None:
    if parse_client_data_json(client_data).cross_origin or b'"topOrigin"' in client_data:
        raise BadSignature("the page that asked the passkey was framed by another")
