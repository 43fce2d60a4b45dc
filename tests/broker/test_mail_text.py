"""What of a mail is shown, whatever it holds."""

from __future__ import annotations

import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.domain.mail_text import MAX_ATTACHMENTS, MailText, mail_text
from tests.audit.mail_evidence import provider
from tests.broker.mail_sample import mail


@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"]),
)
def test_no_bytes_break_it(data: bytes, before: bytes) -> None:
    assert isinstance(mail_text(before + data), MailText)


def test_of_certified_mail_the_message_inside() -> None:
    found = mail_text(provider.envelope())
    assert found.text == "Autorizzo.\r\n"
    assert provider.PEC in found.sender
    assert found.subject == "[AUT-7K3M] si proceda"
    assert not mail_text(provider.receipt()).unread


def test_c09_html_alone_is_its_source() -> None:
    """C-09: as bytes that were sent, never as a page."""
    raw = mail("a@b.example", text="<p onclick=x()>ciao</p>").replace(b"text/plain", b"text/html")
    found = mail_text(raw)
    assert (found.source, found.text.strip()) == (True, "<p onclick=x()>ciao</p>")
    message = email.message_from_bytes(mail("a@b.example", text="solo testo"), policy=email.policy.SMTP)
    message.add_alternative("<p>altro</p>", subtype="html")  # type: ignore[attr-defined]
    found = mail_text(message.as_bytes())
    assert (found.source, found.text.strip()) == (False, "solo testo")


@pytest.mark.parametrize(
    ("name", "data", "sort", "warns"),
    [
        ("a.p7m", b"0\x82", "signed", False), ("a.zip", b"PK\x03\x04", "archive", False),
        ("a.txt", b"#!/bin/sh", "program", True), ("a.docm", b"x", "other", True), ("", b"x", "other", False),
    ],
)  # fmt: skip
def test_c09_an_attachment_is_what_its_bytes_say(name: str, data: bytes, sort: str, *, warns: bool) -> None:
    """C-09: by its first bytes and by its name, whatever type it declares."""
    message = email.message_from_bytes(mail("a@b.example"), policy=email.policy.SMTP)
    message.add_attachment(data, maintype="application", subtype="pdf", filename=name)  # type: ignore[attr-defined]
    (one,) = mail_text(message.as_bytes()).attachments
    assert (one.sort, one.warns, one.type, one.size) == (sort, warns, "application/pdf", len(data))


def test_not_more_than_fit_a_page() -> None:
    message = email.message_from_bytes(mail("a@b.example"), policy=email.policy.SMTP)
    for number in range(MAX_ATTACHMENTS + 5):
        message.add_attachment(b"x", maintype="a", subtype="b", filename=f"{number}")  # type: ignore[attr-defined]
    assert len(mail_text(message.as_bytes()).attachments) == MAX_ATTACHMENTS


def test_what_is_no_mail() -> None:
    assert mail_text(b"").unread
    assert mail_text(b"From: a@b.example\r\nFrom: c@d.example\r\n\r\nx").unread
