"""Sealed bundles: what a key opens is the plain bundle byte for byte; nothing takes another's place."""

from __future__ import annotations

import pytest

from audit import bundle
from audit.errors import BadSignature
from audit.sealed import key_name, opened, seal, sealed_name, split, subject_of_key, unseal
from tests.audit.verdicts import alone, honest, judge, said
from tests.audit.world import TENANT

KEYS = {TENANT: b"k" * 32, "r-00000001": b"q" * 32}


def sealed_month() -> dict[str, bytes]:
    """The honest month, every text under the first request's key and the reports under the tenant's."""
    files: dict[str, bytes] = {}
    for n, (name, data) in enumerate(sorted(honest().entries().items())):
        if name.startswith(("openings/", "reports/")):
            subject = TENANT if name.startswith("reports/") else "r-00000001"
            files[sealed_name(subject, name)] = seal(KEYS[subject], n.to_bytes(12, "big"), name, data)
        else:
            files[name] = data
    files |= {key_name(subject): b"age-encryption.org/v1\n" for subject in KEYS}
    return files


def test_opened_it_is_the_plain_bundle() -> None:
    files = sealed_month()
    files[bundle.SUMS] = bundle.sums(files)
    assert bundle.pack(opened(files, KEYS)) == bundle.pack(honest().entries())


def test_what_has_no_key_stays_out() -> None:
    plain = opened(sealed_month(), {TENANT: KEYS[TENANT]})
    assert any(name.startswith("reports/") for name in plain)
    assert not any(name.startswith(("openings/", "sealed/", "keys/")) for name in plain)


def test_the_verifier_says_what_it_cannot_see() -> None:
    verdict = judge(honest(), sealed_month())
    assert verdict.sound, verdict.findings
    assert [s.n for s in verdict.steps if s.state == "unknown"] == [11, 14]
    assert "verbale-verify open" in verdict.steps[10].why
    assert not said(verdict, "erased")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.update({sealed_name(TENANT, "openings/9999.json"): b"x" * 40}),  # of no record
        lambda f: f.pop(key_name("r-00000001")),  # nobody could open it
        lambda f: f.update({key_name("r-7"): b"age"}),  # opens nothing
        lambda f: f.update({"openings/1.json": honest().entries()["openings/1.json"]}),  # there twice
    ],
)
def test_nothing_lies_there_for_nothing(spoil: object) -> None:
    files = sealed_month()
    spoil(files)  # type: ignore[operator]
    alone(judge(honest(), files), "DAMAGED", "file_extra")


def test_a_text_that_is_neither_here_nor_sealed_is_withheld() -> None:
    files = sealed_month()
    del files[sealed_name("r-00000001", "openings/1.json")]
    alone(judge(honest(), files), "WITHHELD", "opening_missing")


def test_one_opens_with_its_key_and_under_its_name_only() -> None:
    made = seal(KEYS[TENANT], b"n" * 12, "openings/1.json", b"data")
    assert unseal(KEYS[TENANT], "openings/1.json", made) == b"data"
    for key, name, data in (
        (KEYS["r-00000001"], "openings/1.json", made), (KEYS[TENANT], "openings/2.json", made),
        (KEYS[TENANT], "openings/1.json", made[:-1]), (KEYS[TENANT], "openings/1.json", b""),
    ):  # fmt: skip
        with pytest.raises(BadSignature):
            unseal(key, name, data)


def test_names() -> None:
    assert split(sealed_name("r-1", "openings/7.json")) == ("r-1", "openings/7.json")
    assert split("openings/7.json") is split("sealed/r-1/tile/0") is None
    assert subject_of_key(key_name("r-1")) == "r-1"
    assert subject_of_key("keys/../r.age") is None
