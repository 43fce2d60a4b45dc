"""The client of a timestamp authority, against `openssl ts` behind a real HTTP server, honest and not."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.checkpoint import Checkpoint
from audit.merkle import leaf_hash
from audit.timestamp import MAX_TOKEN_BYTES, Issuer, read_token
from broker.out import timestamp_authority
from broker.out.timestamp_authority import HttpAuthority
from tests.timestamping import Authority, Server

HEAD = Checkpoint("registro.localhost/t-1a2b3c4d/2026", 1, leaf_hash(b""))
OTHER = Checkpoint("registro.localhost/t-1a2b3c4d/2026", 1, leaf_hash(b"x"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def served(made: Authority) -> Iterator[Authority]:
    with Server(made) as one:
        yield one
    made.answer = {}


async def test_a_token_over_a_head(served: Authority, tmp_path: Path) -> None:
    token = await HttpAuthority(served.url, served.root).token(HEAD)
    assert read_token(token, HEAD, served.root).issuer is Issuer.KNOWN
    (tmp_path / "token.tsr").write_bytes(token)
    (tmp_path / "head").write_bytes(HEAD.text.encode())
    assert "Verification: OK" in served.verify(tmp_path / "token.tsr", tmp_path / "head")


async def test_an_answer_to_another_question_is_not_taken(served: Authority) -> None:
    """A token over the same head, but asked for earlier: its nonce tells."""
    authority = HttpAuthority(served.url, served.root)
    earlier = await authority.token(HEAD)
    served.answer = {"body": earlier}
    for head in (HEAD, OTHER):
        with pytest.raises(OSError, match="another question"):
            await authority.token(head)


async def test_another_authority_is_not_taken(served: Authority, tmp_path: Path) -> None:
    other = Authority.make(tmp_path / "other", "Altre marche")
    with pytest.raises(OSError, match="not of the authority"):
        await HttpAuthority(served.url, other.root).token(HEAD)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500, "body": b""},
        {"status": 302, "body": b""},
        {"type": "text/html", "body": b"<p>busy</p>"},
        {"body": b"hello"},
        {"body": bytes.fromhex("30053003020102")},  # rejected
        {"body": bytes(MAX_TOKEN_BYTES + 1)},
    ],
)
async def test_what_is_no_token_is_an_outage(served: Authority, answer: dict[str, object]) -> None:
    served.answer = answer
    with pytest.raises(OSError, match="timestamp authority"):
        await HttpAuthority(served.url, served.root).token(HEAD)


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "nonsense", "http://[::1", "ftp://127.0.0.1/"])
async def test_nobody_there(made: Authority, url: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(OSError, match="no timestamp authority"):
        await HttpAuthority(url.format(port=port), made.root).token(HEAD)


async def test_one_that_never_answers_is_not_waited_for(
    made: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timestamp_authority, "TIMEOUT_S", 0.2)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with pytest.raises(OSError, match="Timeout"):
            await HttpAuthority(f"http://127.0.0.1:{mute.getsockname()[1]}/", made.root).token(HEAD)
