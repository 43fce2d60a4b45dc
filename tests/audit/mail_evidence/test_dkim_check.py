"""DKIM and ARC over whole mails (C-02, C-03, C-04)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from audit.mail_evidence.codes import Level
from audit.mail_evidence.dns import DnsSnapshot
from tests.audit.mail_evidence.mails import (
    DNS,
    ENVELOPE,
    KNOWN,
    NOW,
    forwarded,
    judged,
    mail,
    published,
    signed,
    without,
)

GOOD = signed(mail())
FORUM = replace(KNOWN, forwarders=("forum.it",))
BOTH = published("studio.it", "forum.it")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (GOOD, "dkim_aligned"),
        (signed(mail(), {"c": "relaxed/relaxed"}), "dkim_aligned"),
        (GOOD.replace(b"Autorizzo", b"Autorizza"), "dkim_failed"),
        (GOOD.replace(b"[AUT-7K3M]", b"[AUT-9999]"), "dkim_failed"),
        (GOOD + b"P.S. anche l'altra macchina\r\n", "dkim_failed"),
        (GOOD.replace(b" b=", b" b=BBBB", 1), "dkim_failed"),
        (signed(mail(), domain="altro.it"), "dkim_unaligned"),
        (signed(mail(), {"l": "9"}) + b"altro\r\n", "dkim_length"),
        (signed(mail(), {"x": "1700000000"}), "dkim_expired"),
        (signed(mail(), {"h": "from:to"}), "dkim_headers"),
        (signed(mail(), selector="weak"), "dkim_weak_key"),
        (b"From: altro@studio.it\r\n" + GOOD, "many_from"),
        (GOOD.replace(b"\r\nTo:", b"\r\nFrom: altro@studio.it\r\nTo:"), "many_from"),
        (mail(), "dkim_none"),
        (b"DKIM-Signature: v=1; v=1\r\n" + mail(), "dkim_unaligned"),
        (b"DKIM-Signature: v=1; d=studio.it" + b" " * 70 + b"\r\n" + mail(), "dkim_unaligned"),
    ],
)  # fmt: skip
def test_c02_vectors(raw: bytes, code: str) -> None:
    """C-02: pass, body changed, header changed, wrong d=, l=, x=, a second From, keys and coverage."""
    found = judged(raw)
    assert found.code == code
    assert found.level == (Level.E1 if code == "dkim_aligned" else Level.E0)


def test_c02_a_short_key_counts_and_is_told() -> None:
    """C-02: 2,048 bits are preferred."""
    found = judged(signed(mail(), selector="short"))
    assert (found.code, found.reasons) == ("dkim_aligned", ("dkim_aligned", "dkim_short_key"))


def test_c02_alignment_is_that_of_the_registered_organisation() -> None:
    """C-02: a subdomain signs for its organisation; a domain above only where the customer registered it so."""
    below = signed(mail(), domain="mail.studio.it")
    assert judged(below, dns=published("mail.studio.it")).code == "dkim_aligned"
    office = signed(mail("titolare@ufficio.studio.it"))
    one = replace(KNOWN.registered[0], address="titolare@ufficio.studio.it")
    assert judged(office, replace(KNOWN, registered=(one,))).code == "dkim_unaligned"
    wide = replace(one, organisation="studio.it")
    assert judged(office, replace(KNOWN, registered=(wide,))).code == "dkim_aligned"


def test_a_broken_signature_beside_a_good_one() -> None:
    foreign = signed(signed(mail()), domain="altro.it")
    assert judged(foreign).code == "dkim_aligned"
    spoiled = b"DKIM-Signature: v=1; a=rsa-sha256; d=studio.it; s=s1; h=from; bh=QQ==; b=QQ==\r\n"
    assert judged(spoiled + GOOD).code == "dkim_aligned"
    assert judged(spoiled * 3 + GOOD).code == "dkim_headers"  # no more than three of them are computed


def test_c03_the_snapshot_gives_the_same_after_the_key_is_gone() -> None:
    """C-03: with the answers kept, as they were; without them nobody can say."""
    kept = DnsSnapshot.parse(DNS.encode())
    assert judged(GOOD, dns=kept) == judged(GOOD)
    assert judged(GOOD, dns=published(s1=None)).code == "dkim_no_key"
    assert judged(GOOD, dns=published(s1=b"v=DKIM1; p=")).code == "dkim_no_key"
    assert judged(GOOD, dns=DnsSnapshot(NOW, "prova")).code == "dns_unanswered"


def test_c02_times_are_those_of_the_arrival() -> None:
    """C-02: a signature that expired since then was good, and one from tomorrow was not."""
    stamp = int((NOW + timedelta(hours=1)).timestamp())
    raw = signed(mail(), {"x": str(stamp)})
    assert judged(raw).code == "dkim_aligned"
    assert judged(raw, envelope=replace(ENVELOPE, received=NOW + timedelta(hours=2))).code == "dkim_expired"


# ------------------------------------------------------------------------------------------- ARC


def listed(raw: bytes) -> bytes:
    """As a mailing list leaves it: the signature is broken."""
    return raw.replace(b"Inviato da", b"[lista] Inviato da")


def test_c04_a_configured_forwarder_upgrades_what_he_broke() -> None:
    """C-04."""
    found = judged(forwarded(listed(GOOD)), FORUM, BOTH)
    assert (found.level, found.reasons) == (Level.E1, ("arc_forwarded", "dkim_failed"))
    assert found.claims.domain == "forum.it"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (forwarded(listed(GOOD), by="altri.it"), "arc_unknown"),
        (forwarded(listed(GOOD), results="dkim=fail header.d=studio.it"), "arc_failed"),
        (forwarded(listed(GOOD), results="dkim=pass header.d=altro.it"), "arc_failed"),
        (forwarded(listed(GOOD), results="spf=pass"), "arc_failed"),
        (forwarded(listed(GOOD)).replace(b"Autorizzo", b"Autorizza"), "arc_failed"),
        (forwarded(listed(GOOD), message={"l": "1"}), "arc_failed"),
        (forwarded(listed(GOOD), message={"x": "4000000000"}), "arc_failed"),
        (forwarded(listed(GOOD), message={"h": "from:to"}), "arc_failed"),
        (forwarded(listed(GOOD), message={"t": "4000000000"}), "arc_failed"),
        (forwarded(listed(GOOD), message={"d": "altri.it"}), "arc_failed"),
        (forwarded(listed(GOOD), seal={"cv": "pass"}), "arc_failed"),
        (forwarded(listed(GOOD), seal={"a": "rsa-sha1"}), "arc_failed"),
        (b"ARC-Seal: i=x; d=forum.it\r\n" + listed(GOOD), "arc_failed"),
        (b"ARC-Seal: " + b"x" * 9000 + b"\r\n" + listed(GOOD), "arc_failed"),
        (b"ARC-Seal: i=2; cv=pass; a=rsa-sha256; d=forum.it; s=s1; b=QQ==\r\n" * 6 + listed(GOOD), "arc_failed"),
        (without(forwarded(listed(GOOD)), "ARC-Message-Signature"), "arc_failed"),
        (without(forwarded(listed(GOOD)), "ARC-Authentication-Results"), "arc_failed"),
        (forwarded(listed(GOOD)).replace(b" i=1; mx", b" i=3; mx", 1), "arc_failed"),
    ],
)  # fmt: skip
def test_c04_whose_chain_does_not_count(raw: bytes, code: str) -> None:
    """C-04: an unknown sealer, a chain that does not hold, or one that does not say what is needed."""
    found = judged(raw, FORUM, published("studio.it", "forum.it", "altri.it"))
    assert (found.level, found.code) == (Level.E0, "dkim_failed")
    assert code in found.reasons


def test_c04_no_forwarder_is_configured_or_no_key_is_had() -> None:
    """C-04."""
    assert judged(forwarded(listed(GOOD)), KNOWN, BOTH).reasons == ("dkim_failed", "below_minimum")
    assert "dns_unanswered" in judged(forwarded(listed(GOOD)), FORUM, DNS).reasons
    weak = published("studio.it", "forum.it", s1=b"v=DKIM1; p=")
    assert "arc_failed" in judged(forwarded(listed(mail())), FORUM, weak).reasons
    assert judged(mail(), FORUM).reasons == ("dkim_none", "below_minimum")
    assert judged(forwarded(GOOD), FORUM, BOTH).reasons == ("dkim_aligned",)
    by_identity = forwarded(listed(GOOD), results="dkim=pass header.i=@studio.it; spf=none")
    assert judged(by_identity, FORUM, BOTH).code == "arc_forwarded"
