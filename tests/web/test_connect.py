"""`verbale connect`: what it takes, and what it says where it cannot. The way through is tried in tests/e2e."""

from __future__ import annotations

import socket

import pytest

from web import site

PLACE = "s-0123456789@broker.esempio.invalid:22"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["s-0123456789", "--port", "rdp"], "Scriva"),
        (["root@broker.esempio.invalid", "--port", "rdp"], "Scriva"),
        (["s-0123456789@-oProxyCommand=x y", "--port", "rdp"], "Scriva"),
        ([PLACE, "--port", "RDP"], "Scriva"),
        ([PLACE, "--port", "rdp", "--listen", "nowhere:x"], "Scriva"),
        ([PLACE, "--port", "rdp", "--listen", "0.0.0.0:13389"], "solo su questo computer"),
        ([PLACE, "--port", "rdp", "--listen", "[::]:13389"], "solo su questo computer"),
        ([PLACE, "--port", "rdp", "--listen", "192.168.1.2:13389"], "solo su questo computer"),
        ([PLACE, "--port", "rdp", "--listen", "127.0.0.1:70000"], "solo su questo computer"),
    ],
)
def test_misuse_is_told(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert site.main(["connect", *words]) == 2
    assert said in capsys.readouterr().out


def test_a_server_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as none:
        none.bind(("127.0.0.1", 0))
        port = none.getsockname()[1]
    place = f"s-0123456789@127.0.0.1:{port}"
    assert site.main(["connect", place, "--port", "rdp", "--host-key", "SHA256:x"]) == 1
    assert "non risponde" in capsys.readouterr().out
