"""An agent's notes: what they say, whose they are, and that nobody can reword them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import host_note
from audit.errors import BadSignature, Malformed
from audit.host_note import HOST_KINDS, HostNote, claimed, key_name, open_host_note
from audit.note import VerifierKey, cosign, parse_note, sign_note
from audit.records import KINDS
from tests.audit.people import AGENT_KEY, HOST, NOW, ORIGIN, SESSION, TENANT, WITNESS_KEY

NOTE = HostNote(TENANT, HOST, 4, NOW, "session.ended", SESSION, {"reason": "expired", "seconds": 60})
KEY = (ORIGIN, AGENT_KEY.public)
VKEY = VerifierKey.log(key_name(ORIGIN, HOST), AGENT_KEY.public)
TEXT = (
    '{"body":{"reason":"expired","seconds":60},"host":"h-00000001","host_n":4,"kind":"session.ended",'
    '"session":"s-0123456789","tenant":"t-1a2b3c4d","time":"2026-11-22T10:00:00.000Z","type":"host_note",'
    '"v":1}\n'
)


def test_frozen_text() -> None:
    assert NOTE.text == TEXT
    assert key_name(ORIGIN, HOST) == f"{ORIGIN}/host/{HOST}"


def test_every_kind_is_a_record_kind() -> None:
    assert set(HOST_KINDS) <= set(KINDS)


@given(
    st.sampled_from(HOST_KINDS),
    st.integers(0, 2**53 - 1),
    st.sampled_from([None, SESSION]),
    st.text(max_size=20),
)
def test_round_trip(kind: str, host_n: int, session: str | None, word: str) -> None:
    found = HostNote(TENANT, HOST, host_n, NOW, kind, session, {"word": word})
    data = found.sign(AGENT_KEY, ORIGIN)
    assert open_host_note(data, KEY) == open_host_note(data, VKEY) == claimed(data) == found


def test_every_flipped_byte_is_refused() -> None:
    data = NOTE.sign(AGENT_KEY, ORIGIN)
    for at in range(len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 1
        with pytest.raises((Malformed, BadSignature)):
            open_host_note(bytes(flipped), KEY)


def test_another_key_another_host() -> None:
    with pytest.raises(BadSignature):
        open_host_note(NOTE.sign(WITNESS_KEY, ORIGIN), KEY)
    with pytest.raises(BadSignature):
        open_host_note(NOTE.sign(AGENT_KEY, "other.example/log"), KEY)
    elsewhere = replace(NOTE, host="h-00000002")
    data = sign_note(elsewhere.text, VKEY.name, AGENT_KEY)
    for key in (KEY, VKEY):
        with pytest.raises(BadSignature):
            open_host_note(data, key)


@pytest.mark.parametrize(
    "text",
    [
        TEXT[:-1] + " \n",
        TEXT.replace('"v":1', '"v":2'),
        TEXT.replace("host_note", "hostnote"),
        TEXT.replace("session.ended", "session.opened"),
        TEXT.replace('"host_n":4', '"host_n":-4'),
        TEXT.replace('"v":1', '"v":1,"w":1'),
        TEXT.replace('"body":{"reason":"expired","seconds":60},', ""),
        TEXT + "\n",
    ],
)
def test_wrong_spellings_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        claimed(sign_note(text, VKEY.name, AGENT_KEY))


def test_text_without_its_newline() -> None:
    with pytest.raises(Malformed):
        HostNote.parse(TEXT[:-1])


def test_one_signature_and_no_other() -> None:
    note = parse_note(NOTE.sign(AGENT_KEY, ORIGIN))
    with pytest.raises(Malformed):
        open_host_note(note.add(cosign(NOTE.text, "w", WITNESS_KEY, NOW)).data, KEY)


def test_no_note_of_a_kind_agents_do_not_write() -> None:
    with pytest.raises(Malformed):
        replace(NOTE, kind="report.issued")
    assert host_note.HostNote.parse(NOTE.text) == NOTE
