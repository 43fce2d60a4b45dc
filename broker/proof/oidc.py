"""What a provider of OpenID Connect says, judged: discovery, the answer in the browser, the ID token (C-21, C-22).

Pure: what was fetched comes in as bytes, the instant as an argument. Every "no" is a `NotShown` with the code of
what was wrong, for which there is a sentence (`broker.api.signin_words`). Sections are of OpenID Connect Core 1.0.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from audit.canonical import b64
from broker.domain.provider import Provider, allowed

MAX_ANSWER_BYTES = 256 * 1024
SKEW = timedelta(seconds=60)
OLDEST_TOKEN = timedelta(minutes=10)
# Signatures alone, by keys that only the provider has: "none" and the HMACs are not among them.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_KTY = frozenset({"RSA", "EC", "OKP"})
FISCAL = "https://attributes.eid.gov.it/fiscal_number"
_REGISTRY = jws.JWSRegistry(algorithms=list(ALGORITHMS))


class NotShown(Exception):
    """`what`: issuer | metadata | state | token_answer | algorithm | key | signature | audience | nonce | expired | early | age | …"""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Metadata:
    """`says_issuer`: it promises to name itself in the browser's answer (RFC 9207)."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    says_issuer: bool
    basic: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """`at`: when he showed it who he is; of SPID and CIE, which say none, when the token was made."""

    subject: str
    acr: str
    amr: tuple[str, ...]
    at: datetime


# -------------------------------------------------------------------------------------- discovery


def discovery_address(issuer: str) -> str:
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def read_metadata(answer: bytes, issuer: str, *, plain: bool) -> Metadata:
    """What the provider says of itself, if it is the one that was asked."""
    found = read_json(answer, "metadata")
    if found.get("issuer") != issuer:
        raise NotShown("issuer")
    addresses = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    userinfo = found.get("userinfo_endpoint", "")
    if not all(isinstance(one, str) and len(one) <= 1024 and allowed(one, plain=plain) for one in addresses):
        raise NotShown("metadata")
    if userinfo and not (isinstance(userinfo, str) and allowed(userinfo, plain=plain)):
        raise NotShown("metadata")
    methods = found.get("code_challenge_methods_supported", ["S256"])
    if not isinstance(methods, list) or "S256" not in methods:
        raise NotShown("pkce")
    said = found.get("authorization_response_iss_parameter_supported") is True
    ways = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    basic = not isinstance(ways, list) or "client_secret_basic" in ways
    authorization, token, keys = (str(one) for one in addresses)
    return Metadata(authorization, token, keys, userinfo, said, basic)


# -------------------------------------------------------------------------------------- the question


def question(
    provider: Provider, known: Metadata, back: str, state: str, nonce: str, verifier: str, *, fresh: bool
) -> str:
    """The address the browser is sent to. `fresh`: he is to show who he is anew, whatever the provider remembers."""
    challenge = b64(hashlib.sha256(verifier.encode()).digest())
    asked = {
        "response_type": "code", "client_id": provider.client, "redirect_uri": back, "scope": "openid",
        "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    if provider.asks:
        asked["acr_values"] = provider.asks
    if fresh:
        asked |= {"prompt": "login", "max_age": "0"}
    if provider.national:
        wanted = {FISCAL: {"essential": True}}
        asked["claims"] = json.dumps({"id_token": wanted, "userinfo": wanted}, separators=(",", ":"))
    joint = "&" if "?" in known.authorization else "?"
    return f"{known.authorization}{joint}{urlencode(asked)}"


def exchange(provider: Provider, code: str, back: str, verifier: str) -> dict[str, str]:
    """The form for the token endpoint."""
    return {
        "grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier,
        "client_id": provider.client,
    }  # fmt: skip


def basic(client: str, secret: str) -> str:
    """Name and secret for the header (RFC 6749 §2.3.1: each form-encoded first)."""
    one, two = (urlencode({"": text})[1:] for text in (client, secret))
    return "Basic " + base64.b64encode(f"{one}:{two}".encode()).decode()


# -------------------------------------------------------------------------------------- the answers


def read_json(answer: bytes, what: str) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError) as wrong:
        raise NotShown(what) from wrong
    if len(answer) > MAX_ANSWER_BYTES or not isinstance(found, dict):
        raise NotShown(what)
    return found


def read_tokens(status: int, answer: bytes) -> tuple[str, str]:
    """(ID token, access token) of the token endpoint's answer; a code that was used before gives none."""
    found = read_json(answer, "token_answer")
    if status != 200:
        raise NotShown("code" if found.get("error") == "invalid_grant" else "client")
    both = (found.get("id_token"), found.get("access_token", ""))
    if not all(isinstance(one, str) and len(one) <= 32768 for one in both):
        raise NotShown("token_answer")
    return str(both[0]), str(both[1])


def verified(token: str, keys: bytes) -> dict[str, Any]:
    """The claims of a token that this provider signed with one of its published keys."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as wrong:
        raise NotShown("token_answer") from wrong
    if header.get("alg") not in ALGORITHMS or "crit" in header:
        raise NotShown("algorithm")
    try:
        published = read_json(keys, "key")["keys"]
        usable = [one for one in published if one.get("kty") in _KTY and one.get("use", "sig") == "sig"]
        if "kid" in header:
            usable = [one for one in usable if one.get("kid") == header["kid"]]
        if not usable or len(published) > 64:
            raise NotShown("key")
        decoded = jwt.decode(token, KeySet.import_key_set({"keys": usable}), registry=_REGISTRY)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise NotShown("key") from wrong
    except (JoseError, ValueError) as wrong:
        raise NotShown("signature") from wrong
    return dict(decoded.claims)


def judge(
    token: str, keys: bytes, provider: Provider, nonce: str, at: datetime, *, since: datetime | None
) -> Shown:
    """Who showed himself (§3.1.3.7). `since`: he was asked to show it anew then, and an earlier one is none."""
    claims = verified(token, keys)
    if claims.get("iss") != provider.issuer:
        raise NotShown("issuer")
    for_whom = claims.get("aud")
    others = for_whom if isinstance(for_whom, list) else [for_whom]
    if others != [provider.client] or claims.get("azp", provider.client) != provider.client:
        raise NotShown("audience")
    if claims.get("nonce") != nonce:
        raise NotShown("nonce")
    made, until = _instant(claims, "iat", at), _instant(claims, "exp", at)
    if until <= at - SKEW or made < at - SKEW - OLDEST_TOKEN:
        raise NotShown("expired")
    if made > at + SKEW or ("nbf" in claims and _instant(claims, "nbf", at) > at + SKEW):
        raise NotShown("early")
    subject, acr = claims.get("sub"), claims.get("acr", "")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise NotShown("subject")
    if not isinstance(acr, str) or len(acr) > 256 or not acr.isprintable():
        raise NotShown("acr")
    if "auth_time" in claims:
        shown = _instant(claims, "auth_time", at)
    elif since is None or provider.national:
        shown = made  # SPID and CIE say no auth_time; they ask anew at each log-in from the second level on
    else:
        raise NotShown("age")
    if shown > at + SKEW or (since is not None and shown < since - SKEW):
        raise NotShown("age")
    amr = claims.get("amr", [])
    ways = amr if isinstance(amr, list) and len(amr) <= 16 else []
    return Shown(subject, acr, tuple(str(one)[:32] for one in ways), min(shown, at))


def fiscal_of(token: str, keys: bytes, subject: str, told: bytes | None) -> str:
    """The codice fiscale: in the ID token (CIE), else in what the userinfo endpoint told (SPID), as JSON or signed."""
    claims = verified(token, keys)
    if FISCAL not in claims and told is not None:
        text = told.decode("ascii", "replace").strip()
        claims = read_json(told, "userinfo") if text.startswith("{") else verified(text, keys)
        if claims.get("sub") != subject:
            raise NotShown("userinfo")
    number = claims.get(FISCAL)
    if not isinstance(number, str) or len(number) > 64:
        raise NotShown("fiscal_number")
    return number.removeprefix("TINIT-")


def _instant(claims: dict[str, Any], name: str, at: datetime) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**33:
        raise NotShown("times")
    return datetime.fromtimestamp(int(value), at.tzinfo)
