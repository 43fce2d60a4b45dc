"""What a provider says, judged: every forged, stale or misdirected answer is named and refused (C-21, C-22)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from broker.api.signin_words import WRONG
from broker.domain.provider import Provider, allowed, checked
from broker.domain.refusal import Refused
from broker.proof import oidc
from broker.proof.oidc import NotShown

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
NOW = int(AT.timestamp())
ISSUER = "https://id.example"
OWN = Provider("o-1", "t-1", "oidc", "Prova", ISSUER, "verbale", "urn:due")
SPID = Provider("o-2", "t-1", "spid", "SPID", ISSUER, "verbale")
RSA = RSAKey.generate_key(2048, {"kid": "a", "use": "sig"})
NEXT = ECKey.generate_key("P-256", {"kid": "b", "use": "sig"})
STRANGER = RSAKey.generate_key(2048, {"kid": "a"})
KEYS = json.dumps({"keys": [RSA.as_dict(private=False), NEXT.as_dict(private=False)]}).encode()
CLAIMS = {
    "iss": ISSUER, "aud": "verbale", "sub": "ada", "nonce": "n", "iat": NOW - 5, "exp": NOW + 60, "auth_time": NOW - 5,
}  # fmt: skip


def token(key: Any = RSA, header: dict[str, Any] | None = None, **changed: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changed).items() if value is not None}
    return jwt.encode(header or {"alg": "RS256", "kid": "a"}, claims, key)


def judge(
    text: str, provider: Provider = OWN, since: datetime | None = None, keys: bytes = KEYS
) -> oidc.Shown:
    return oidc.judge(text, keys, provider, "n", AT, since=since)


def why(text: str, provider: Provider = OWN, since: datetime | None = None, keys: bytes = KEYS) -> str:
    with pytest.raises(NotShown) as no:
        judge(text, provider, since, keys)
    assert no.value.what in WRONG  # each has its sentence
    return no.value.what


def by_hand(header: dict[str, Any], mac: bytes = b"") -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (header, CLAIMS)]
    text = b".".join(parts)
    sign = hmac.digest(mac, text, "sha256") if mac else b""
    return (text + b"." + base64.urlsafe_b64encode(sign).rstrip(b"=")).decode()


def test_c21_whoever_showed_himself_is_known_by_subject_and_level() -> None:
    found = judge(token(acr="urn:due", amr=["pwd", "otp"]))
    assert (found.subject, found.acr, found.amr, found.at) == (
        "ada",
        "urn:due",
        ("pwd", "otp"),
        AT - timedelta(seconds=5),
    )
    assert judge(token(NEXT, {"alg": "ES256", "kid": "b"})).subject == "ada"
    assert judge(token(aud=["verbale"], azp="verbale")).subject == "ada"


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"iss": "https://altro.example"}, "issuer"), ({"iss": None}, "issuer"), ({"iss": ISSUER + "/"}, "issuer"),
        ({"aud": "altro"}, "audience"), ({"aud": ["verbale", "altro"]}, "audience"), ({"aud": None}, "audience"),
        ({"azp": "altro"}, "audience"), ({"nonce": "m"}, "nonce"), ({"nonce": None}, "nonce"),
        ({"exp": NOW - 61}, "expired"), ({"iat": NOW - 3600}, "expired"), ({"iat": NOW + 61}, "early"),
        ({"nbf": NOW + 61}, "early"), ({"exp": None}, "times"), ({"iat": "ieri"}, "times"), ({"exp": True}, "times"),
        ({"exp": 10**18}, "times"), ({"sub": None}, "subject"), ({"sub": ""}, "subject"), ({"sub": "x" * 256}, "subject"),
        ({"sub": 7}, "subject"), ({"acr": 2}, "acr"), ({"acr": "\u202e"}, "acr"), ({"auth_time": NOW + 61}, "age"),
    ],
)  # fmt: skip
def test_c21_each_wrong_claim_is_named(changed: dict[str, Any], what: str) -> None:
    assert why(token(**changed)) == what


def test_c21_clocks_may_differ_by_a_minute() -> None:
    assert judge(token(iat=NOW + 59, exp=NOW - 59, auth_time=None)).at == AT


def test_c21_no_other_signature_than_the_provider_s_own() -> None:
    assert why(by_hand({"alg": "none"})) == "algorithm"
    public = RSA.as_pem(private=False)
    assert why(by_hand({"alg": "HS256", "kid": "a"}, public)) == "algorithm"
    assert why(by_hand({"alg": "RS256", "kid": "a", "crit": ["x"], "x": 1})) == "algorithm"
    assert why(token(STRANGER)) == "signature"
    assert why(token(header={"alg": "RS256", "kid": "c"})) == "key"
    assert why(token(NEXT, {"alg": "ES256", "kid": "a"})) == "signature"  # the named key is of another kind
    bent = token()
    assert why(bent[:-6] + "AAAAAA") == "signature"


def test_c21_keys_are_those_published_now() -> None:
    """Rotation: they are fetched at each log-in, so a key that was taken back counts no longer."""
    only_next = json.dumps({"keys": [NEXT.as_dict(private=False)]}).encode()
    assert why(token(), keys=only_next) == "key"
    secret = {"kty": "oct", "k": "AAAA", "kid": "a"}
    assert why(token(), keys=json.dumps({"keys": [secret]}).encode()) == "key"
    for junk in (b"", b"[]", b'{"keys": 1}', b'{"keys": [1]}', b'{"keys": [{"kty": "RSA", "kid": "a"}]}'):
        assert why(token(), keys=junk) in {"key", "signature"}


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda some: some.decode("latin-1")))
def test_c21_junk_is_refused_and_breaks_nothing(text: str) -> None:
    assert why(text) in WRONG


def test_c21_a_fresh_proof_is_fresh() -> None:
    assert judge(token(), since=AT - timedelta(seconds=30)).subject == "ada"
    assert why(token(auth_time=NOW - 120), since=AT - timedelta(seconds=30)) == "age"
    assert why(token(auth_time=None), since=AT) == "age"
    # SPID and CIE say no auth_time; there the token's own making counts.
    assert judge(token(auth_time=None), SPID, since=AT - timedelta(seconds=30)).at == AT - timedelta(
        seconds=5
    )


@pytest.mark.parametrize(
    ("acr", "enough"),
    [("https://www.spid.gov.it/SpidL1", False), ("https://www.spid.gov.it/SpidL2", True),
     ("https://www.spid.gov.it/SpidL3", True), ("SpidL2", False), ("", False)],
)  # fmt: skip
def test_c21_the_first_level_is_not_enough(acr: str, enough: bool) -> None:  # noqa: FBT001
    assert SPID.strong(acr) is enough


def test_c21_of_an_own_provider_only_the_named_level_is() -> None:
    assert OWN.strong("urn:due")
    assert not OWN.strong("")
    assert not Provider("o", "t", "oidc", "P", ISSUER, "c").strong("")


def test_c22_the_fiscal_number_comes_by_token_or_by_userinfo_of_the_same_person() -> None:
    number = f"TINIT-{(bare := 'RSSMRA85T10A562S')}"
    assert oidc.fiscal_of(token(**{oidc.FISCAL: number}), KEYS, "ada", None) == bare
    told = json.dumps({"sub": "ada", oidc.FISCAL: number}).encode()
    assert oidc.fiscal_of(token(), KEYS, "ada", told) == bare
    assert oidc.fiscal_of(token(), KEYS, "ada", token(**{oidc.FISCAL: number}).encode()) == bare
    for wrong, what in (
        (json.dumps({"sub": "altra", oidc.FISCAL: number}).encode(), "userinfo"),
        (b'{"sub": "ada"}', "fiscal_number"), (None, "fiscal_number"), (b"\xff\xfe", "token_answer"),
    ):  # fmt: skip
        with pytest.raises(NotShown) as no:
            oidc.fiscal_of(token(), KEYS, "ada", wrong)
        assert no.value.what == what


def metadata(**changed: Any) -> bytes:
    found = {
        "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/a?x=1", "token_endpoint": f"{ISSUER}/t",
        "jwks_uri": f"{ISSUER}/k", "userinfo_endpoint": f"{ISSUER}/u",
    }  # fmt: skip
    return json.dumps(
        {name: value for name, value in (found | changed).items() if value is not None}
    ).encode()


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"issuer": "https://altro.example"}, "issuer"), ({"token_endpoint": None}, "metadata"),
        ({"jwks_uri": "http://id.example/k"}, "metadata"), ({"jwks_uri": "file:///etc/passwd"}, "metadata"),
        ({"userinfo_endpoint": "http://id.example"}, "metadata"), ({"userinfo_endpoint": 3}, "metadata"),
        ({"code_challenge_methods_supported": ["plain"]}, "pkce"), ({"code_challenge_methods_supported": "S256"}, "pkce"),
        ({"token_endpoint": "https://u:p@id.example/t"}, "metadata"),
    ],
)  # fmt: skip
def test_c21_a_provider_describes_itself(changed: dict[str, Any], what: str) -> None:
    with pytest.raises(NotShown) as no:
        oidc.read_metadata(metadata(**changed), ISSUER, plain=False)
    assert no.value.what == what


def test_c21_the_question_binds_everything() -> None:
    known = oidc.read_metadata(metadata(), ISSUER, plain=False)
    address = oidc.question(SPID, known, "https://v.example/entra/ritorno", "s", "n", "v" * 43, fresh=True)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).rstrip(b"=").decode()
    assert asked["code_challenge"] == challenge
    assert (asked["x"], asked["state"], asked["nonce"], asked["max_age"]) == ("1", "s", "n", "0")
    assert oidc.FISCAL in asked["claims"]


@pytest.mark.parametrize(
    ("status", "body", "what"),
    [
        (400, b'{"error": "invalid_grant"}', "code"), (401, b'{"error": "invalid_client"}', "client"),
        (200, b"{}", "token_answer"), (200, b'{"id_token": 3}', "token_answer"), (200, b"<html>", "token_answer"),
        (200, b"[" * 100_000, "token_answer"),
    ],
)  # fmt: skip
def test_c21_the_token_endpoint_s_noes(status: int, body: bytes, what: str) -> None:
    with pytest.raises(NotShown) as no:
        oidc.read_tokens(status, body)
    assert no.value.what == what


def test_the_client_s_name_and_secret_are_encoded_before_they_are_joined() -> None:
    assert base64.b64decode(oidc.basic("a:b", "c d").removeprefix("Basic ")) == b"a%3Ab:c+d"


@pytest.mark.parametrize(
    "url", ["https://id.example", "https://id.example:8443/realm", "https://[2001:db8::1]/x"]
)
def test_https_anywhere_may_be_asked(url: str) -> None:
    assert allowed(url, plain=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1",
        "https://",
        "https://a@b",
        "https://x:99999",
        "https://è.example",
        "https://x y",
        "x",
        "https://[",
        "",
    ],
)
def test_nothing_else_may(url: str) -> None:
    assert not allowed(url, plain=False)


def test_plain_http_only_on_this_machine_where_the_broker_is_too() -> None:
    assert allowed("http://127.0.0.1:9", plain=True)
    assert not allowed("http://id.example", plain=True)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"name": ""}, "name"), ({"name": "a\nb"}, "name"), ({"name": " a"}, "name"), ({"name": "a" * 61}, "name"),
     ({"client": ""}, "client"), ({"acr": "a b"}, "acr"), ({"kind": "saml"}, "kind"), ({"issuer": ISSUER + "#x"}, "issuer")],
)  # fmt: skip
def test_a_provider_is_entered_as_it_must_be(changed: dict[str, Any], field: str) -> None:
    assert checked(OWN, plain=False) == OWN
    with pytest.raises(Refused) as no:
        checked(replace(OWN, **changed), plain=False)
    assert no.value.facts["field"] == field
