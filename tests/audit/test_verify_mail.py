"""Step 15: what is recorded of a mail is what its bytes prove, and both verifiers go as far as they can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit import instant, verify_mail
from audit.findings import Judgement, Verdict
from audit.leaf import Leaf
from audit.mail_evidence.keeping import Kept
from audit.mail_evidence.known import Known, Registered
from audit.post_records import MailSenderChanged
from audit.record import Actor
from tests.audit.mail_evidence import provider
from tests.audit.mail_evidence.mails import mail, published, signed
from tests.audit.mail_months import begun, known, mailed, opened, receive, said, written
from tests.audit.verdicts import alone, judge, sound, without
from tests.audit.world import TECHNICIAN, TITOLARE, Twist, World


def step(verdict: Verdict) -> tuple[str, str]:
    return next((s.state, s.why_en) for s in verdict.steps if s.n == 15)


def test_c03_every_mail_is_judged_again_without_a_network() -> None:
    """C-03, C-08: titolare, a copy, ADS, a stranger: each as it was recorded, by the snapshot alone."""
    w = mailed()
    verdict = judge(w)
    sound(verdict)
    assert step(verdict) == ("ok", "checked")
    assert verdict.counts["mails"] == 4


def test_a_log_without_mail() -> None:
    assert step(judge(begun()))[0] == "not_applicable"


def test_certified_mail_is_judged_again_by_the_one_authority_kept() -> None:
    w = begun()
    at = w.now.replace(microsecond=0)
    raw = provider.envelope(provider.daticert(at=at), provider.original(), at=at)
    box = Registered(TITOLARE, "titolare", provider.PEC, pec=True)
    whom = replace(known(w), registered=(box,), providers=(provider.authority().der, provider.gestore().der))
    n = receive(w, raw, whom=whom)
    assert len(w.openings[n].data["known"]["providers"]) == 1
    sound(judge(w))


@pytest.mark.parametrize(
    "bend",
    [
        said(level="e3"), said(level="e4", code="qualified_signature"), said(code="too_old"), said(transport="pec"),
        said(person=TECHNICIAN), said(person=None), said(replay="00" * 32), said(code="duplicate"),
    ],
)  # fmt: skip
def test_a_record_that_says_more_than_the_mail_proves(bend: Callable[[Kept], Kept]) -> None:
    w = begun()
    receive(w, written(w), bend=bend)
    alone(judge(w), "MAIL", "mail_judged")


def test_a_copy_that_is_recorded_as_if_it_were_new() -> None:
    """C-08."""
    w = begun()
    raw = written(w)
    receive(w, raw)
    receive(w, raw)
    alone(judge(w), "MAIL", "mail_judged", found="duplicate")


def test_bytes_of_another_mail() -> None:
    w = begun()
    other = written(w, number=7)
    receive(w, written(w), bend=lambda made: replace(made, evidence=(("mail", other), made.evidence[1])))
    alone(judge(w), "MAIL", "mail_digest")


def test_a_key_that_the_snapshot_never_had() -> None:
    """The broker cannot keep another snapshot than the one the verdict rests on."""
    w = begun()
    other = published("studio.it", s1=None).encode()
    receive(w, written(w), bend=lambda made: replace(made, evidence=(made.evidence[0], ("dns", other))))
    alone(judge(w), "MAIL", "mail_judged", found="dkim_no_key")


@pytest.mark.parametrize("change", [{"known": {}}, {"known": []}])
def test_what_was_known_has_its_form(change: dict[str, Any]) -> None:
    w = begun()
    receive(w, written(w), bend=opened(w, change))
    alone(judge(w), "MAIL", "mail_unread")


def test_a_snapshot_has_its_form() -> None:
    w = begun()
    receive(w, written(w), bend=lambda made: replace(made, evidence=(made.evidence[0], ("dns", b"{}"))))
    alone(judge(w), "MAIL", "mail_unread")


def test_an_opening_that_is_no_object() -> None:
    w = begun()
    receive(w, written(w), bend=lambda made: replace(made, opening=[]))  # type: ignore[arg-type]
    alone(judge(w), "MAIL", "mail_unread")


def test_both_pieces_of_evidence_are_named() -> None:
    w = begun()
    receive(w, written(w), bend=lambda made: replace(made, evidence=made.evidence[:1]))
    alone(judge(w), "MAIL", "mail_evidence")


def test_evidence_that_is_not_there_is_said_once() -> None:
    w = begun()
    receive(w, written(w))
    files = w.entries()
    raw = next(name for name in files if name.startswith("evidence/") and b"DKIM-Signature" in files[name])
    del files[raw]
    alone(judge(w, files), "DAMAGED", "file_missing")


def test_a_sender_nobody_admitted_in_that_role() -> None:
    """What was known is the broker's word; the roles are the log's."""
    w = begun()
    who = replace(known(w).registered[0], person=TECHNICIAN)
    receive(w, written(w), whom=replace(known(w), registered=(who,)))
    alone(judge(w), "MAIL", "mail_person")


def test_an_opening_that_is_not_here() -> None:
    """Sealed or erased: that mail cannot be judged again, and the step says so."""
    w = begun()
    n = receive(w, written(w))
    files = w.entries()
    del files[f"openings/{n}.json"]
    verdict = judge(w, files)
    alone(verdict, "WITHHELD", "opening_missing")
    assert step(verdict)[0] == "unknown"


def test_an_erased_mail_goes_with_its_bytes() -> None:
    """Its bytes are not missing then; whether that was lawful is step 11's to say."""
    w = begun()
    n = receive(w, written(w))
    receive(w, written(w, number=2))
    w.wait(minutes=1)
    w.erase(n)
    assert (
        len([name for name in w.entries() if name.startswith("evidence/") and b"DKIM" in w.entries()[name]])
        == 1
    )
    verdict = judge(w)
    alone(verdict, "WITHHELD", "erased_early")
    assert step(verdict)[0] == "unknown"


def test_of_what_was_erased_lawfully_nothing_is_left_to_judge() -> None:
    w = begun()
    n = receive(w, written(w))
    found = Judgement("none")
    files = {name: data for name, data in w.entries().items() if name != f"openings/{n}.json"}
    mails = verify_mail.Mails(files, found)
    for data in w.leaves:
        if Leaf.parse(data).record.KIND in mails.KINDS:
            mails.feed(Leaf.parse(data))
    mails.close({n})
    assert found.verdict().steps[14].state == "ok"
    assert mails.gone({n}) == {f"evidence/{Leaf.parse(w.leaves[n]).evidence[0].sha256}"}
    mails.close(set())
    assert found.verdict().steps[14].state == "unknown"


@pytest.mark.parametrize("data", [b"{", b'{"data":{},"salt":"' + b"A" * 43 + b'"}'])
def test_an_opening_of_something_else(data: bytes) -> None:
    w = begun()
    n = receive(w, written(w))
    files = w.entries()
    files[f"openings/{n}.json"] = data
    alone(judge(w, files), "ALTERED", "opening_differs")


def test_a_mail_without_its_seal() -> None:
    w = begun(
        Twist(leaf=lambda leaf: leaf._replace(sealed=None) if leaf.record.KIND == "mail.received" else leaf)
    )
    receive(w, written(w))
    w.openings.pop(max(w.openings))
    alone(judge(w), "WITHHELD", "not_sealed")


def test_without_the_extra_the_step_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation has no libraries; what needs none is still compared."""
    monkeypatch.setattr(verify_mail, "available", lambda: False)
    w = begun()
    receive(w, written(w), bend=said(level="e4"))
    verdict = judge(w)
    sound(verdict)
    assert step(verdict) == ("unknown", "to judge the mails again install verbale[mail]")


def test_mails_of_nobody_admitted() -> None:
    """People who were never admitted have no role."""
    w = begun(Twist(leaf=without("person.admitted")))
    receive(w, signed(written(w)))
    assert "mail_person" in {f.code for f in judge(w).findings}


def said_of_the_titolare(w: World, domain: str = "", fiscal_code: str = "") -> int:
    opening = {"domain": domain, "box": "", "fiscal_code": fiscal_code}
    return w.append(MailSenderChanged(TITOLARE), actor=Actor(TITOLARE, "titolare"), opening=opening)


def bearing(w: World, **more: str) -> Known:
    """What was known, with more of the titolare than his address."""
    one, ads = known(w).registered
    return replace(known(w), registered=(replace(one, **more), ads))


@pytest.mark.parametrize("said", ["", "provider.example", "altro.example"])
def test_c05_a_domain_that_the_titolare_said(said: str) -> None:
    """C-05: another domain signs for an address where the log says that it may, and only there."""
    w = begun()
    at = instant.whole_ms(w.now) - timedelta(minutes=1)
    raw = signed(
        mail("titolare@studio.it", written=at.replace(microsecond=0), message_id="<1@studio.it>"),
        domain="provider.example",
    )
    said_of_the_titolare(w, said)
    receive(w, raw, dns=published("provider.example"), whom=bearing(w, organisation="provider.example"))
    if said == "provider.example":
        sound(judge(w))
    else:
        alone(judge(w), "MAIL", "mail_sender")


def test_c26_a_number_that_the_titolare_said() -> None:
    """C-26: from the record on, until another one; and where its opening is not here nothing can be compared."""
    w = begun()
    number = "RSSMRA80A01H501U"
    n = said_of_the_titolare(w, fiscal_code=number)
    receive(w, written(w), whom=bearing(w, fiscal_code=number))
    sound(judge(w))
    said_of_the_titolare(w)
    receive(w, written(w, number=2), whom=bearing(w, fiscal_code=number))
    alone(judge(w), "MAIL", "mail_sender")
    files = w.entries()
    assert n in w.openings
    del files[f"openings/{n + 2}.json"]
    assert "mail_sender" not in {f.code for f in judge(w, files).findings}
