"""What a mail is known by."""

from __future__ import annotations

import hashlib

from audit.mail_evidence.digests import mail_digest, replay_digest


def test_the_bytes_as_they_came() -> None:
    assert mail_digest(b"a\n") == hashlib.sha256(b"a\n").hexdigest() != mail_digest(b"a\r\n")


def test_c08_a_copy_is_known_by_id_and_body() -> None:
    """C-08: whatever servers on its way did to the ends of its lines."""
    one = replay_digest(b" <a@b.it>\r\n", b"Si.\r\n\r\n")
    assert one == replay_digest(b"<a@b.it>", b"Si.\n")
    assert one != replay_digest(b"<a@b.it>", b"No.\n")
    assert one != replay_digest(b"<c@b.it>", b"Si.\n")
    assert replay_digest(b"a", b"b") != replay_digest(b"", b"ab")
