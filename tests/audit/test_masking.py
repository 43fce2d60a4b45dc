"""The masker: no secret gets out, whatever way the stream is cut; everything else does."""

from __future__ import annotations

import itertools
import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import masking
from audit.masking import MAX_HELD_BYTES, MAX_KEY_SIGNS, Masker

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\nZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n"
STREAM = (
    "ciao mondo\r\npassword: hunter2 e poi\n"
    "\x1b[31mtok\x1b[0men=ab\x1b[1mcd\x1b[0m fine\r\n"
    "Authorization: Basic Zm9vOmJhcg==\n"
    "carta 4111 1111 1111 1111 e 4111111111111112\n"
    "IT60 X054 2811 1010 0000 0123 456 altro RSSMRA85T10A562S\n"
    f"{KEY}dopo\n"
    "\x1b]0;secret=titolo\x07postgres://u:pw@h/db\x1b[2;5Hpass\x00word=x1\x07è così\x1b[K\n"
    "password=日本e\u0301 fine \x1b[\n\xff"
).encode()
SECRETS = [
    "hunter2",
    "Zm9vOmJhcg",
    "4111 1111",
    "X054 2811",
    "RSSMRA85",
    "b3BlbnNz",
    "ZXktdjEA",
    "titolo",
    ":pw@",
    "x1",
    "日本",
]


def run(*pieces: bytes, idle: bool = False) -> tuple[bytes, Masker]:
    masker = Masker()
    out = b""
    for piece in pieces:
        out += masker.feed(piece)
        if idle:
            out += masker.idle()
    return out + masker.flush(), masker


def cut(data: bytes, at: list[int]) -> list[bytes]:
    places = [0, *sorted({a % (len(data) + 1) for a in at}), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(places)]


def test_frozen_output_and_counts() -> None:
    out, masker = run(STREAM)
    assert out.decode() == (
        "ciao mondo\r\npassword: ███████ e poi\n"
        "\x1b[31mtok\x1b[0men=██\x1b[1m██\x1b[0m fine\r\n"
        "Authorization: Basic ████████████\n"
        "carta ████ ████ ████ ████ e 4111111111111112\n"
        "████ ████ ████ ████ ████ ████ ███ altro ████████████████\n"
        "-----BEGIN OPENSSH PRIVATE KEY-----\n████████████\n████████\n-----END OPENSSH PRIVATE KEY-----\ndopo\n"
        "\x1b]0;secret=██████\x07postgres://u:██@h/db\x1b[2;5Hpass\x00word=██\x07è così\x1b[K\n"
        "password=█████ fine \x1b[\n\xff"
    )
    assert masker.counts == {
        "assignment": 5,
        "authorization": 1,
        "card": 1,
        "connection": 1,
        "fiscal_code": 1,
        "iban": 1,
        "private_key": 1,
    }


def test_two_pieces_cut_at_every_byte() -> None:
    """L-48: a secret cut anywhere is in nothing that is kept or shown."""
    whole, one = run(STREAM)
    for at in range(len(STREAM)):
        out, masker = run(STREAM[:at], STREAM[at:])
        assert out == whole
        assert masker.counts == one.counts


def test_a_pause_at_every_byte_shows_no_secret() -> None:
    """L-48: nor where the output rests."""
    for at in range(len(STREAM)):
        out, _ = run(STREAM[:at], STREAM[at:], idle=True)
        assert not [s for s in SECRETS if s.encode() in out]


def test_a_pause_after_every_byte_shows_no_secret() -> None:
    out, masker = run(*(STREAM[i : i + 1] for i in range(len(STREAM))), idle=True)
    assert not [s for s in SECRETS if s.encode() in out]
    assert masker.counts["private_key"] == 1


_WORDS = st.sampled_from(
    [
        b"password=",
        b"4111111111111111",
        b"RSSMRA85T10A562S",
        b"\x1b[1m",
        b"\x1b[H",
        b"\n",
        b"\r",
        b" \r",
        b" ",
        b"ey",
        b"-----BEGIN PRIVATE KEY-----",
        b"-----END PRIVATE KEY-----",
        "è".encode(),
        b"\xe6\x97",
        b"'",
        b"x" * 50,
        b"y" * MAX_HELD_BYTES,
        b"\x1b",
        b"[",
        b"://a:",
        b"\x07",
    ]
)


@given(st.lists(_WORDS | st.binary(max_size=5), max_size=25), st.lists(st.integers(0, 2**20), max_size=6))
def test_the_cut_makes_no_difference(words: list[bytes], at: list[int]) -> None:
    data = b"".join(words)
    whole, one = run(data)
    out, masker = run(*cut(data, at))
    assert out == whole
    assert masker.counts == one.counts


@given(st.binary(max_size=300))
def test_width_and_everything_but_secrets_are_kept(data: bytes) -> None:
    out, masker = run(data)
    if not masker.counts:
        assert out == data


def test_what_is_held_back_is_bounded() -> None:
    masker = Masker()
    given_in = given_out = 0
    for piece in (
        b"x" * 1000,
        b"\x1b[1m" * 3000,
        b"4" * 9000,
        b"password=" + b"z" * 20_000,
        b"\xe2\x82" * 9000,
    ):
        masker.feed(piece)
        masker.idle()
        given_in += len(piece)
        given_out = given_in - len(masker._line) + masker._done
        assert given_in - given_out <= MAX_HELD_BYTES


def test_long_lines_lose_no_secret_at_their_joints() -> None:
    rng = random.Random(7)
    for _ in range(30):
        fill = b"a" * rng.randint(7000, 9000)
        data = fill + b" password=" + b"Q" * rng.randint(1, 20_000) + b" 4111111111111111 " + fill + b"\n"
        out, _ = run(*cut(data, [rng.randrange(len(data)) for _ in range(4)]))
        assert b"Q" not in out
        assert b"4111" not in out
        assert out.count(b"a") == 2 * len(fill) + 1  # the one of "password"


def test_a_header_without_a_foot_does_not_hide_the_day() -> None:
    line = b"x" * 1023 + b"\n"
    out, _ = run(b"-----BEGIN PRIVATE KEY-----\n" + line * (MAX_KEY_SIGNS // 1023 + 5))
    assert out.endswith(line)


def test_two_keys_on_long_lines() -> None:
    begin, end = b"-----BEGIN PRIVATE KEY-----", b"-----END PRIVATE KEY-----"
    out, masker = run((begin + b"Q" * 12_000 + end + b" fra ") * 2 + b"fine\n")
    assert b"Q" not in out
    assert out.endswith(end + b" fra fine\n")
    assert masker.counts["private_key"] == 2


def test_without_echo_everything_is_covered() -> None:
    """L-42."""
    masker = Masker()
    out = masker.feed(b"Password: ")
    masker.echo(on=False)
    out += masker.feed(b"hun")
    out += masker.feed(b"ter2\r\n") + masker.idle()
    masker.echo(on=True)
    out += masker.feed(b"benvenuto\r\n")
    assert out.decode() == "Password: ███████\r\nbenvenuto\r\n"
    assert masker.counts == {"no_echo": 1}


def test_typed_signs_come_out_with_the_pause() -> None:
    masker = Masker()
    assert masker.feed(b"$ ls -la /etc/") == b""
    assert masker.idle() == b"$ ls -la /etc/"
    assert masker.feed(b"\r\n") == b"\r\n"
    assert masker.flush() == masker.idle() == b""


@pytest.mark.parametrize("colour", [b"", b"\x1b[1;32m"])
def test_many_lines_at_once_come_out_as_line_by_line(colour: bytes) -> None:
    """Blocks without anything to cover pass unread: those around a secret, a key or a long line do not."""
    rng = random.Random(11)
    odd = [
        b"password=hunter2\n",
        b"-----BEGIN PRIVATE KEY-----\n" + b"MIIEvQIBADANBgkqhkiG9w0\n" * 30 + b"-----END PRIVATE KEY-----\n",
        b"x" * 5000 + b" token: abc\n",
        b"http://u:hunter2@h/\r\n",
    ]
    lines = [
        rng.choice(odd) if rng.random() < 0.005 else colour + b"riga %d di un registro qualsiasi\n" % n
        for n in range(4000)
    ]
    whole, one = run(b"".join(lines))
    each, other = run(*lines)
    assert whole == each
    assert one.counts == other.counts
    assert min(one.counts["assignment"], one.counts["private_key"], one.counts["connection"]) > 0
    assert b"hunter2" not in whole


def test_ten_megabytes_of_output_in_a_few_seconds() -> None:
    """L-48: within its time."""
    masker = Masker()
    start = time.process_time()
    size = sum(len(masker.feed(b"y\n" * 32_768)) for _ in range(160))
    assert size == 160 * 65_536
    assert time.process_time() - start < 15


# `export TOKEN=SECRETPARTSECRETPART…` typed into bash on 80 columns, as bash wrote it: readline wraps an
# edited line with a blank and a carriage return.
WRAPPED = (
    b"\x1b[?2004h$ export TOKEN=SECRETPARTSECRETPARTSECRETPARTSECRETPARTSECRETPARTSECRETPARTSECRE \r"
    b"TPARTSECRETPARTSECRETPARTSECRETPARTSECRETPARTSECRETPART\r\n\x1b[?2004l\r\x1b[?2004h$ exit\r\n"
)


def test_a_secret_goes_on_where_readline_wraps_the_line() -> None:
    whole, masker = run(WRAPPED)
    assert b"TPART" not in whole
    assert whole.endswith(b"\r\n\x1b[?2004l\r\x1b[?2004h$ exit\r\n")
    assert whole.decode().count("█") == 120
    assert masker.counts == {"assignment": 1}
    for at in range(len(WRAPPED)):
        assert run(WRAPPED[:at], WRAPPED[at:])[0] == whole
        assert b"TPART" not in run(WRAPPED[:at], WRAPPED[at:], idle=True)[0]
    bytewise, _ = run(*(WRAPPED[i : i + 1] for i in range(len(WRAPPED))), idle=True)
    assert b"TPART" not in bytewise
    assert len(bytewise.decode()) == len(whole.decode())


@pytest.mark.parametrize(
    "line",
    [
        b"export TOK \rEN=QQQQ",  # the word itself is parted
        b"n=5 \r4111111111111111 \r",  # or ended there, and a card begins
        b"carta 4111111 \r111111111",
        b"fatto \rBearer QQQQQQQQQQ",
        b"avanti \reyJQQQQQQQQQQQQ",
        b"password=  \rQQQQ",
    ],
)
def test_where_a_line_wraps_a_word_may_go_on_or_end(line: bytes) -> None:
    """Nobody can tell which: both are covered."""
    for pieces in ([line], [line[i : i + 1] for i in range(len(line))]):
        out, masker = run(*pieces, b"\r\n")
        assert b"Q" not in out
        assert b"1111" not in out
        assert masker.counts.total() == 1


def test_signs_lost_in_colours_are_not_held_for_ever() -> None:
    masker = Masker()
    out = masker.feed(b"4" + b"\x1b[1m" * 3000)
    assert out.startswith(b"4\x1b[1m")
    assert len(out) >= MAX_HELD_BYTES // 2


@given(
    st.lists(st.sampled_from(b" \r\n\x07\x0b\x0c\x1b[]PXm;1A9a\x00\x7f\x08\x0e(@~\\"), max_size=24).map(bytes)
)
def test_what_is_shown_in_two_passes_is_what_one_pattern_says(data: bytes) -> None:
    silent = re.compile(b" \r|" + masking._SILENT.encode())
    assert masking.plain(data) == silent.sub(b"", masking._JUMP.sub(b"\n", data))
