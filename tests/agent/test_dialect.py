"""Every dialect against the lines that were published of it (where, says the adapter's file), and against others."""

from __future__ import annotations

import pytest

from agent.tools.adapter import adapter
from agent.tools.dialect import MAX_LINE, MAX_PEER, Heard, heard, plain

TEAMVIEWER = "1031857653\tDESKTOP-CAK7OMO\t11-09-2022 14:44:03\t11-09-2022 15:27:53\tSERVER TV\tRemoteControl\t{C2CC2F16-D1F4-4547-9928-EE63891D4CC0}"
ANYDESK = "Incoming     2014-11-26, 03:46 User                  user1@ad 654321"
RUSTDESK = "[2025-01-01 13:04:08.350802 +00:00] DEBUG [src\\server\\connection.rs:983] #1362 Connection opened from REDACTED IP:6074."
RUSTDESK_MAC = "[2026-08-20 17:40:23.350802 -03:00] DEBUG [src/server/connection.rs:1377] #899 Connection opened from 192.168.35.148:50328."
CLOSED = "[2025-01-01 13:09:00.000001 +00:00] INFO [src/server/connection.rs:1001] #1362 Connection closed: Peer close"
SESSION_CLOSED = (
    "info 2024-02-16 20:31:04.298       back   4668   6440                   app.session - Session closed."
)


def said(name: str, line: str, system: str = "windows") -> Heard | None:
    return heard(line, [form for log in adapter(name, system).logs for form in log.lines])


@pytest.mark.parametrize(
    ("name", "line", "found"),
    [
        (
            "teamviewer",
            TEAMVIEWER,
            Heard("whole", "11-09-2022 14:44:03", "11-09-2022 15:27:53", "1031857653"),
        ),
        ("anydesk", ANYDESK, Heard("began", "2014-11-26, 03:46", None, "user1@ad 654321")),
        (
            "anydesk",
            "Incoming     2014-11-26, 04:38   Token       user2@ad 123456",
            Heard("began", "2014-11-26, 04:38", None, "user2@ad 123456"),
        ),
        (
            "anydesk",
            "Incoming     2014-11-26, 17:54  Passwd user3@ad 123210",
            Heard("began", "2014-11-26, 17:54", None, "user3@ad 123210"),
        ),
        ("anydesk", SESSION_CLOSED, Heard("ended", None, "2024-02-16 20:31:04.298", None)),
        ("rustdesk", RUSTDESK, Heard("began", "2025-01-01 13:04:08.350802 +00:00", None, "REDACTED IP:6074")),
        (
            "rustdesk",
            RUSTDESK_MAC,
            Heard("began", "2026-08-20 17:40:23.350802 -03:00", None, "192.168.35.148:50328"),
        ),
        ("rustdesk", CLOSED, Heard("ended", None, "2025-01-01 13:09:00.000001 +00:00", None)),
    ],
)
def test_what_was_published(name: str, line: str, found: Heard) -> None:
    assert said(name, line) == found


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("teamviewer", TEAMVIEWER.replace("\t", " ")),
        ("teamviewer", TEAMVIEWER + "\textra"),
        ("anydesk", "Incoming     2014-11-26, 03:46 REJECTED                  user1@ad 654321"),
        (
            "anydesk",
            "info 2024-02-16 20:29:04.298       back   4668   6440                   app.backend_session - Incoming session request: Richard Beard (221436813)",
        ),
        ("rustdesk", "note: " + RUSTDESK),
        ("rustdesk", RUSTDESK.replace("opened from", "opened  from")),
        ("teamviewer", TEAMVIEWER + " " * MAX_LINE),
    ],
)
def test_any_other_line_says_nothing(name: str, line: str) -> None:
    assert said(name, line) is None


def test_a_peer_is_one_plain_text_of_bounded_length() -> None:
    assert plain("a\x1b[31m\u202e  b\x00c") == "a [31m b c"
    assert len(plain("x" * 1000)) == MAX_PEER
    found = said("anydesk", "Incoming 2014-11-26, 03:46 User \x07\x1b]0;" + "x" * 100)
    assert found is not None
    assert found.peer == "]0;" + "x" * 100
