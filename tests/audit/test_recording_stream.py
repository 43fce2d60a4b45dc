"""Both ends of a recorded channel mask and digest alike, however the bytes are cut between the marks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import BadSignature, Malformed
from audit.host_note import key_name
from audit.keys import SigningKey
from audit.note import sign_note
from audit.recording_stream import MAX_SEEN_BYTES, MaskedStream, Seen, open_seen, output_digest, stream_of

ORIGIN, HOST, SALT = "registro.localhost/t-1a2b3c4d/2026", "h-00000001", bytes(32)
KEY = SigningKey(bytes(range(32)))
SEEN = Seen("c-00000001", 3, 42, "ab" * 32)


def stream() -> MaskedStream:
    return MaskedStream("c-00000001", SALT)


def test_a_secret_is_covered_before_it_is_counted() -> None:
    one = stream()
    out = one.feed(b"password=hunter2hunter2\r\n") + one.feed(b"ready\r\n")
    rest, seen, masked = one.finish()
    assert b"hunter2" not in out + rest
    assert sum(masked.values()) == 1
    assert seen == Seen("c-00000001", 0, len(out + rest), output_digest(SALT, "c-00000001", 0, out + rest))


def test_what_is_typed_without_echo_is_covered_in_the_segment_where_it_is() -> None:
    one = stream()
    one.feed(b"Password: ")
    one.echo(on=False)
    first = one.cut()
    one.feed(b"geheim")
    one.echo(on=True)
    _, second, masked = one.finish()
    assert (first[1].n, second.n) == (0, 1)
    assert first[2] == {"no_echo": 1}
    assert masked == {}
    assert second.out_bytes > 0


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(0, 400))
def test_any_cut_of_the_messages_gives_the_same_segments(pieces: list[bytes], at: int) -> None:
    whole = b"iban IT60X0542811101000000123456 ".join(pieces)
    one, other = stream(), stream()
    one.feed(whole)
    other.feed(whole[:at])
    other.feed(whole[at:])
    assert one.cut()[1] == other.cut()[1]
    assert one.finish()[1] == other.finish()[1]


def test_a_secret_across_a_segments_end_is_covered() -> None:
    one = stream()
    out = one.feed(b"token=abcdef")
    rest, _, _ = one.cut()
    out += rest + one.feed(b"ghijklmnop\n")
    last, _, masked = one.finish()
    assert b"klmnop" not in out + last
    assert masked
    assert one.held_bytes == 0


def test_what_the_host_signed_is_read_back() -> None:
    assert open_seen(SEEN.sign(KEY, ORIGIN, HOST), ORIGIN, HOST, KEY.public) == SEEN


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (SEEN.text.replace('"n":3', '"n":-3'), Malformed),
        (SEEN.text.replace('"out_bytes":42', '"out_bytes":-1'), Malformed),
        (SEEN.text.replace('"n":3', '"n": 3'), Malformed),
        (SEEN.text + "\n", Malformed),
        (SEEN.text.replace('"v":1', '"v":1,"x":1'), Malformed),
        (SEEN.text.replace("segment_seen", "host_note"), Malformed),
    ],
)
def test_another_form_is_refused(text: str, wrong: type[Exception]) -> None:
    with pytest.raises(wrong):
        open_seen(sign_note(text, key_name(ORIGIN, HOST), KEY), ORIGIN, HOST, KEY.public)


def test_another_key_or_host_or_a_second_signature_is_refused() -> None:
    data = SEEN.sign(KEY, ORIGIN, HOST)
    for origin, host, key in (
        (ORIGIN, HOST, SigningKey(bytes(32)).public),
        (ORIGIN, "h-00000002", KEY.public),
        ("x/t-1/2026", HOST, KEY.public),
    ):
        with pytest.raises(BadSignature):
            open_seen(data, origin, host, key)
    other = SEEN.sign(SigningKey(bytes(32)), ORIGIN, HOST)
    with pytest.raises(Malformed):
        open_seen(data + other.splitlines(keepends=True)[-1], ORIGIN, HOST, KEY.public)
    with pytest.raises(Malformed):
        open_seen(data + b"x" * MAX_SEEN_BYTES, ORIGIN, HOST, KEY.public)


def test_a_flipped_byte_is_refused() -> None:
    data = SEEN.sign(KEY, ORIGIN, HOST)
    for i in range(len(data)):
        with pytest.raises((Malformed, BadSignature)):
            open_seen(data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :], ORIGIN, HOST, KEY.public)


def test_a_salt_is_32_bytes() -> None:
    with pytest.raises(ValueError, match="32"):
        MaskedStream("c-00000001", b"short")
    assert replace(SEEN, n=4) != SEEN


def test_pictures_are_kept_as_they_are() -> None:
    said = b"password=hunter2hunter2\r\n"
    pictures, text = (stream_of(kind, "c-00000001", SALT) for kind in ("desktop", "terminal"))
    for one in (pictures, text):
        one.echo(on=False)
    assert pictures.feed(said) == said
    assert pictures.cut()[0] == b""
    rest, seen, masked = pictures.finish()
    assert (rest, seen.out_bytes, masked) == (b"", 0, {})
    assert b"hunter2" not in text.feed(said) + text.finish()[0]
