"""Whole mails: levels, minimum, time, and that nothing a stranger sends costs more than a bounded time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from audit.mail_evidence import judging
from audit.mail_evidence.codes import CODES, PROVING, Level
from audit.mail_evidence.dns import Answer
from audit.mail_evidence.judgement import MAX_MAIL_BYTES, Envelope
from audit.mail_evidence.judging import available
from tests.audit.mail_evidence.mails import (
    ADS,
    ENVELOPE,
    KNOWN,
    NOW,
    TITOLARE,
    forwarded,
    judged,
    mail,
    published,
    signed,
)
from tests.audit.mail_evidence.papers import BODY, carrying, signed_pdf, titolare
from tests.audit.mail_evidence.provider import anomaly, envelope, known, receipt
from tests.audit.mail_evidence.signers import cms_signed, days, indefinite
from tests.bent import TRIES, bent
from tests.stopwatch import Stopwatch

GOOD = signed(mail())


def test_s34_from_a_phone_outside_the_company() -> None:
    """S-34, C-10: the same verdict from a mobile network with an iPhone's signature as from the office."""
    office = signed(mail(body="Autorizzo l’intervento.\r\n"))
    phone = signed(
        mail(body="Autorizzo l’intervento.\r\nInviato da iPhone\r\n", extra=["X-Mailer: iPhone Mail (20G75)"])
    )
    there = Envelope(NOW, "titolare@studio.it", ("aiuto@fornitore.it",), "mobile-93-35-1-2.rete.example.br")
    found, other = judged(office), judged(phone, envelope=there)
    assert (found.level, found.code, found.reasons, found.sender) == (
        other.level,
        other.code,
        other.reasons,
        other.sender,
    )
    assert found.accepted


def test_c10_where_it_comes_from_is_never_judged() -> None:
    """C-10, S-34: envelope, source and trace headers decide nothing."""
    for source in ("", "203.0.113.7", "mail.example.kp"):
        for trace in ("", "Received: from tor-exit.example (unknown)\r\nX-Originating-IP: 198.51.100.9\r\n"):
            assert judged(
                trace.encode() + GOOD, envelope=Envelope(NOW, "altro@altrove.it", (), source)
            ).accepted


def test_c05_who_is_not_registered() -> None:
    """C-05: a homoglyph of the domain, signed in order by its owner, is not recognised."""
    fake = signed(mail("Maria Rossi <titolare@studi0.it>"), domain="studi0.it")
    found = judged(fake, dns=published("studi0.it"))
    assert (found.level, found.code, found.sender) == (Level.E0, "unknown_sender", None)
    assert found.reasons == ("unknown_sender", "lookalike_address", "dkim_aligned", "below_minimum")
    odd = signed(
        mail('"titolare@studio.it" <ladro@altro.it>', extra=["Reply-To: ladro@altrove.it"]), domain="altro.it"
    )
    assert {"display_name_address", "reply_to_differs"} <= set(judged(odd, dns=published("altro.it")).reasons)


def test_s36_an_ads_by_his_delegation() -> None:
    """S-36: valid, accepted without the titolare; ended, its own verdict."""
    raw = signed(mail("ads@studio.it"))
    found = judged(raw)
    assert (found.accepted, found.sender and found.sender.role) == (True, "ads")
    assert ADS.delegation is not None
    ended = replace(ADS, delegation=replace(ADS.delegation, until=NOW - days(1)))
    late = judged(raw, replace(KNOWN, registered=(TITOLARE, ended)))
    assert (late.level, late.code, late.accepted) == (Level.E1, "delegation_expired", False)
    bare = judged(raw, replace(KNOWN, registered=(replace(ADS, delegation=None),)))
    assert bare.code == "delegation_missing"


@pytest.mark.parametrize("minimum", list(Level))
def test_c07_the_customers_minimum(minimum: Level) -> None:
    """C-07: what is below it stays pending; by the usual minimum ordinary mail never counts by itself."""
    found = judged(GOOD, replace(KNOWN, minimum=minimum))
    assert found.level is Level.E1
    assert found.accepted == (minimum <= Level.E1)
    assert ("below_minimum" in found.reasons) == (minimum > Level.E1)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (NOW - timedelta(hours=24), "dkim_aligned"), (NOW - timedelta(hours=24, seconds=1), "too_old"),
        (NOW + timedelta(minutes=15), "dkim_aligned"), (NOW + timedelta(minutes=16), "date_ahead"),
    ],
)  # fmt: skip
def test_c08_mail_of_another_day_is_not_taken_by_itself(written, code: str) -> None:
    """C-08."""
    found = judged(signed(mail(written=written)))
    assert (found.code, found.level) == (code, Level.E1)
    assert found.accepted == (code == "dkim_aligned")


@pytest.mark.parametrize(
    "date", ["", "ieri", "Thu, 26 Nov 2026 08:58:00 -0000", "Thu, 99 Nov 99999999999 08:58:00 +0000"]
)
def test_c08_a_date_that_is_none(date: str) -> None:
    """C-08."""
    raw = mail().replace(b"Date: Thu, 26 Nov 2026 08:58:00 +0000", f"Date: {date}".encode())
    assert judged(signed(raw)).code == "date_missing"


def test_without_the_extra_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    assert available()
    monkeypatch.setattr(judging, "_LIBRARIES", ("nowhere_at_all",))
    assert not available()


# ------------------------------------------------------------------------- strangers' bytes

SEEDS: list[Callable[[], bytes]] = [
    lambda: GOOD, lambda: forwarded(GOOD), envelope, receipt, lambda: anomaly(GOOD),
    lambda: signed(carrying("a.p7m", cms_signed(BODY, titolare(), NOW))),
    lambda: signed(carrying("a.p7m", indefinite(cms_signed(BODY, titolare(), NOW)))), lambda: carrying("a.pdf", signed_pdf(titolare())),
]  # fmt: skip


def test_bent_mail_is_judged_and_never_raised(dice: random.Random, rounds: int) -> None:
    """Whatever comes, a verdict of the closed list; and none of it authorises."""
    seeds = [make() for make in SEEDS]
    whom = replace(known(), forwarders=("forum.it",))
    texts = {judged(seed, whom).claims.text for seed in seeds}
    for _ in range(TRIES * rounds):
        raw = bent(dice, [dice.choice(seeds)])
        found = judged(raw, whom, published("studio.it", "forum.it"))
        assert set(found.reasons) <= set(CODES)
        assert found.code == found.reasons[0]
        if raw not in seeds and found.accepted:
            # What was bent lies outside of what is signed: in trace headers, or behind the last boundary.
            assert found.code in PROVING
            assert found.claims.text in texts


HOSTILE: list[Callable[[], bytes]] = [
    lambda: GOOD + b" " * 60 + b"\n" + (b" " * 60 + b"x") * 60_000,
    lambda: GOOD + b"\r\n" * 400_000,
    lambda: b"X: " + b"y\r\n z" * 20_000 + b"\r\n" + GOOD,
    lambda: b"DKIM-Signature: v=1; d=studio.it; b=" + b" b =" * 2000 + b"\r\n" + GOOD,
    lambda: b"ARC-Seal: i=1; a=rsa-sha256; d=forum.it; b=" + b" \t" * 30 + b"=" * 8000 + b"\r\n" + mail(),
    lambda: b"From: " + b'"a" ' * 1000 + b"\r\n\r\n",
    lambda: b"From: " + b"(" * 4000 + b"\r\n\r\n",
    lambda: b"From: a@b.it\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 100_000,
    lambda: b"From: a@b.it\r\nContent-Type: multipart/mixed; boundary=b; x=" + b';\\"' * 1200 + b"\r\n\r\n--b--",
    lambda: carrying("a.p7m", b"\x30\x80" * 300_000),
    lambda: carrying("a.p7m", b"\x30\x84\x00\x40\x00\x00" + b"\x30\x00" * (1 << 20)),
    lambda: carrying("a.pdf", b"%PDF-1.7 /ByteRange" + b"<<" * 100_000),
    lambda: mail(extra=["X-Trasporto: posta-certificata"]) + b"\r\n" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("make", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_mail_costs_a_bounded_time(make: Callable[[], bytes]) -> None:
    """Measured by what it worked: seconds at most, though its readers are not all linear."""
    raw = make()
    with Stopwatch() as watch:
        found = judged(raw, replace(known(), forwarders=("forum.it",)), published("studio.it", "forum.it"))
    assert watch.took < 5
    assert set(found.reasons) <= set(CODES)


class Failing:
    def txt(self, name: str) -> Answer | None:
        raise RuntimeError(name)


def test_whatever_a_library_throws_is_a_verdict() -> None:
    found = judging.judge(GOOD, ENVELOPE, Failing(), KNOWN)
    assert (found.level, found.code) == (Level.E0, "unreadable")


def test_a_mail_of_any_size() -> None:
    found = judged(GOOD + b"x" * MAX_MAIL_BYTES)
    assert (found.code, found.level) == ("too_large", Level.E0)
    assert ENVELOPE.source
