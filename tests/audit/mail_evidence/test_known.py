"""What is known of a customer, kept with each mail in one spelling."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.errors import Malformed
from audit.mail_evidence.addresses import Address
from audit.mail_evidence.codes import Level
from audit.mail_evidence.known import Known, Registered, Service, Term, TrustedList, named
from tests.audit.mail_evidence.mails import ADS, NOW, TITOLARE

LIST = TrustedList(NOW, (Service(b"one", NOW), Service(b"two", NOW, NOW + timedelta(days=1))))
PEC = Registered("p-titolare", "titolare", "titolare@pec.it", pec=True, organisation="pec.it")
WHOLE = Known(
    (TITOLARE, ADS, PEC),
    ("forum.it",),
    (b"provider",),
    (b"authority",),
    (b"crl",),
    LIST,
    Level.E3,
    fold_local=True,
)


@pytest.mark.parametrize("known", [WHOLE, Known(), replace(WHOLE, trusted_list=None, fold_local=False)])
def test_it_goes_out_and_comes_back(known: Known) -> None:
    assert Known.from_value(known.to_value()) == known


def bent(change: dict[str, Any]) -> dict[str, Any]:
    return WHOLE.to_value() | change


LINE = WHOLE.to_value()["registered"][1]


@pytest.mark.parametrize(
    "value",
    [
        None, [], {}, bent({"x": 1}), bent({"minimum": "e9"}), bent({"fold_local": False}), bent({"providers": [1]}),
        bent({"providers": ["="]}), bent({"forwarders": [""] * 1001}), bent({"forwarders": [1]}), bent({"registered": [1]}),
        bent({"registered": [LINE | {"address": "nobody"}]}), bent({"registered": [LINE | {"delegation": []}]}),
        bent({"registered": [LINE | {"x": 1}]}), bent({"registered": [LINE | {"pec": False}]}),
        bent({"trusted_list": []}), bent({"trusted_list": {"issued": "ieri", "services": []}}),
        bent({"trusted_list": {"issued": "2026-11-26T09:00:00.000Z", "services": [{}]}}),
    ],
)  # fmt: skip
def test_another_form_is_refused(value: Any) -> None:
    with pytest.raises(Malformed):
        Known.from_value(value)


def test_an_address_is_of_ordinary_or_of_certified_mail() -> None:
    assert WHOLE.by_address(Address.parse("TITOLARE@studio.it"), pec=False) == TITOLARE
    assert WHOLE.by_address(Address.parse("titolare@studio.it"), pec=True) is None
    assert WHOLE.by_address(Address.parse("titolare@pec.it"), pec=True) == PEC
    assert (PEC.domain, ADS.domain) == ("pec.it", "studio.it")


def test_only_what_was_believed_is_kept() -> None:
    kept = WHOLE.narrowed(frozenset({named(b"provider"), named(b"two")}))
    assert (kept.providers, kept.authorities, kept.crls) == ((b"provider",), (), ())
    assert kept.trusted_list == TrustedList(NOW, (LIST.services[1],))
    assert replace(WHOLE, trusted_list=None).narrowed(frozenset()).trusted_list is None


def test_terms_and_services_hold_from_until() -> None:
    term = Term(NOW, NOW + timedelta(days=1))
    assert [term.holds(NOW + timedelta(days=d)) for d in (-1, 0, 1)] == [False, True, False]
    open_end, ended = LIST.services
    assert open_end.granted(NOW + timedelta(days=9))
    assert [ended.granted(NOW + timedelta(days=d)) for d in (-1, 0, 1)] == [False, True, False]


def test_c18_a_list_is_old_after_thirty_days() -> None:
    """C-18."""
    assert not LIST.old(NOW + timedelta(days=30))
    assert LIST.old(NOW + timedelta(days=30, seconds=1))
    assert datetime(2026, 1, 1, tzinfo=UTC) < NOW
