"""The shape of a mail, bounded."""

from __future__ import annotations

import pytest

from audit.mail_evidence import shape
from audit.mail_evidence.shape import (
    Entity,
    Unfit,
    children,
    decoded,
    entity,
    parts,
    pieces,
    read_message,
    text_of,
)


def code_of(raw: bytes) -> str:
    with pytest.raises(Unfit) as unfit:
        parts(read_message(raw))
    return unfit.value.code


def test_headers_as_dkim_reads_them() -> None:
    found = read_message(b"From: a@b.it\r\nSubject: =?utf-8?b?w6g=?=\r\n folded\r\n\r\nbody\r\n")
    assert found.headers == (("from", b" a@b.it\r\n"), ("subject", b" =?utf-8?b?w6g=?=\r\n folded\r\n"))
    assert (found.one("subject"), found.one("cc"), found.body) == ("è folded", "", b"body\r\n")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "malformed"), (b"\r\nbody", "malformed"), (b"From a@b.it\r\n\r\n", "malformed"),
        (b"From: a@b.it\rBcc: x\r\n\r\n", "malformed"), (b"From: a\0b\r\n\r\n", "malformed"), (b" x: y\r\n\r\n", "malformed"),
        (b"From : a@b.it\r\n\r\n", "malformed"), (b"From: a@b.it\r\nFrom: a@b.it\r\n\r\n", "many_from"),
        (b"Subject: a\r\nSubject: b\r\n\r\n", "header_repeated"), (b"A: " + b"x" * 140_000 + b"\r\n\r\n", "too_complex"),
        (b"A: b\r\n" * 1001 + b"\r\n", "too_complex"), (b"A: b\r\n\r\n" + b"\n" * 500_001, "too_complex"),
        (b"A: b\r\n\r\n" + b" " * 8000, "too_complex"), (b"A: b\r\n\r\n" + b"x" * shape.MAX_MAIL_BYTES, "too_large"),
        (b"Content-Type: multipart/mixed\r\n\r\n", "malformed"),
        (b"Content-Type: multipart/mixed; boundary=" + b"x" * 300 + b"\r\n\r\n", "malformed"),
        (b"Content-Type: " + b"x" * 5000 + b"\r\n\r\n", "too_complex"),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * 202 + b"--x--", "too_complex"),
    ],
)  # fmt: skip
def test_what_is_not_looked_at(raw: bytes, code: str) -> None:
    assert code_of(raw) == code


def nested(depth: int) -> bytes:
    inside = b"Content-Type: text/plain\r\n\r\nend\r\n"
    for level in range(depth):
        mark = f"b{level}".encode()
        inside = (
            b"Content-Type: multipart/mixed; boundary="
            + mark
            + b"\r\n\r\n--"
            + mark
            + b"\r\n"
            + inside
            + b"\r\n--"
            + mark
            + b"--\r\n"
        )
    return inside


def test_containers_within_containers_have_an_end() -> None:
    assert len(parts(read_message(nested(10)))) == 1
    assert code_of(nested(11)) == "too_complex"


def test_many_parts_in_many_containers_are_counted_together() -> None:
    one = b"--b\r\n" + nested(1)
    many = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + (one.replace(b"\r\n--b0--", b"\r\n--b0\r\n\r\nx\r\n--b0--") + b"\r\n") * 150
        + b"--b--"
    )
    assert code_of(many) == "too_complex"


def test_parts_lie_between_their_boundaries_byte_for_byte() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\r\n\r\nbefore\r\n--x \t\r\nA: 1\r\n\r\none\n\r\n--xy\r\n\r\n--x\r\n\r\ntwo\r\n--x--\r\nafter\r\n--x\r\n"
    assert pieces(entity(raw)) == [b"A: 1\r\n\r\none\n\r\n--xy\r\n", b"\r\ntwo"]
    assert [one.body for one in children(entity(raw))] == [b"one\n\r\n--xy\r\n", b"two"]
    open_end = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\none\r\n--x\r\n\r\ntwo"
    assert [one.body for one in children(entity(open_end))] == [b"one", b"two"]
    assert pieces(entity(b"Content-Type: multipart/mixed; boundary=x\r\n\r\nnothing")) == []
    assert pieces(entity(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x")) == [b""]


def part(head: str, body: bytes) -> Entity:
    return entity(head.encode() + b"\r\n\r\n" + body)


def test_transfer_encodings() -> None:
    assert part("Content-Transfer-Encoding: base64", b"YWI\r\n=").content() == b"ab"
    assert part("Content-Transfer-Encoding: Quoted-Printable", b"a=3Db").content() == b"a=b"
    assert part("Content-Transfer-Encoding: 8bit", b"a=3Db").content() == b"a=3Db"
    for head, body in (
        ("Content-Transfer-Encoding: uuencode", b""),
        ("Content-Transfer-Encoding: base64", b"a"),
    ):
        with pytest.raises(Unfit):
            part(head, body).content()


def test_names_of_files() -> None:
    assert part('Content-Disposition: attachment; filename="a.p7m"', b"").name == "a.p7m"
    assert part("Content-Type: application/pdf; name*=utf-8''%C3%A8.pdf", b"").name == "è.pdf"
    assert part("Content-Type: text/plain", b"").name == ""
    assert part("Content-Disposition: attachment; filename*=undefined''%e9", b"").name == ""
    assert part("Content-Type: text/plain; charset*=utf-8''x", b"").parameter("charset") == ""


def test_headers_that_cannot_be_decoded_are_shown_as_they_are() -> None:
    assert decoded(b" =?nowhere?q?x?=") == "=?nowhere?q?x?="
    assert decoded(b" =?utf-8?b?a?=") == "=?utf-8?b?a?="
    assert decoded(b"\xff") == "\ufffd"


def test_the_first_plain_text_is_the_text() -> None:
    file = part('Content-Disposition: attachment; filename="x"\r\nContent-Type: text/plain', b"no")
    html = part("Content-Type: text/html", b"<b>")
    text = part("Content-Type: text/plain; charset=latin-1", "è".encode("latin-1"))
    assert text_of([file, html, text]) == "è"
    assert text_of([html]) == ""
    assert text_of([part("Content-Type: text/plain; charset=nowhere", "è".encode())]) == "è"
    assert len(text_of([part("Content-Type: text/plain", b"x" * 100_000)])) == shape.MAX_TEXT
