"""Which passkey activates a grant: one it names, of the technician's, and his to this day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.approvers import Origin
from audit.canonical import b64
from audit.grant import Grant
from audit.statement_parts import Account, Channel, HostKey, LoginCredential, Technician
from broker.domain.activation import check, options, read_answer
from broker.domain.refusal import Refused, Why
from web.demo.authenticator import SoftwareAuthenticator

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
SITE = Origin("localhost", "http://localhost:8700")
OLD, NEW = SoftwareAuthenticator(b"old", SITE), SoftwareAuthenticator(b"new", SITE)


def named(key: SoftwareAuthenticator) -> LoginCredential:
    return LoginCredential(b64(key.credential), key.public_key)


GRANT = Grant(
    "t-1", "s-1", "11" * 32, (), HostKey("h-1", "kk"), Technician("p-tec", "t-house", (named(OLD), named(NEW)), ()),
    (Channel("terminal"),), Account("assistenza", administrator=False), "waived", None,
    NOW, NOW + timedelta(hours=1), 600, NOW, b"g" * 32,
)  # fmt: skip
HELD = {b64(OLD.credential), b64(NEW.credential)}


def test_either_of_his_passkeys_will_do() -> None:
    for key in (OLD, NEW):
        check(GRANT, read_answer(key.authentication(GRANT.activation_challenge)), SITE, HELD)


def test_one_that_was_taken_off_is_neither_asked_for_nor_taken() -> None:
    held = {b64(NEW.credential)}
    assert [one["id"] for one in options(GRANT, SITE, held)["allowCredentials"]] == [b64(NEW.credential)]
    with pytest.raises(Refused) as no:
        check(GRANT, OLD.assertion(GRANT.activation_challenge), SITE, held)
    assert no.value.why is Why.NOT_RECOGNISED


def test_where_all_were_taken_off_a_new_request_is_needed() -> None:
    with pytest.raises(Refused) as no:
        options(GRANT, SITE, {"another"})
    assert no.value.why is Why.PASSKEY_REMOVED


def test_another_grants_answer_is_none() -> None:
    other = replace(GRANT, nonce=b"h" * 32)
    with pytest.raises(Refused) as no:
        check(GRANT, OLD.assertion(other.activation_challenge), SITE, HELD)
    assert no.value.why is Why.ENVELOPE_INVALID


@pytest.mark.parametrize(
    "answer", [{}, {"response": {}}, {"rawId": "AA", "response": {"clientDataJSON": "!"}}]
)
def test_what_is_no_answer(answer: dict[str, object]) -> None:
    with pytest.raises(Refused) as no:
        read_answer(answer)
    assert no.value.why is Why.BAD_INPUT
