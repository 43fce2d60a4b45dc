"""The page that gives the agent out: to anybody, with the digest of what it sends."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from tests.web.test_english import italian_in
from web import agent_files
from web.agent_files import AgentFiles

Browse = Any
FILES = {
    "verbale-agent-0.1.0-linux-x86_64": "Linux, un file solo, x86_64",
    "verbale-agent_0.1.0_amd64.deb": "Debian e Ubuntu, pacchetto, amd64",
    "verbale-agent-0.1.0-windows-x86_64.exe": "Windows, un file solo, x86_64",
    "verbale-agent-0.1.0-macos-arm64": "macOS, un file solo, arm64",
}


@pytest.fixture
def given(site: FastAPI, tmp_path: Path) -> Path:
    folder = tmp_path / "agents"
    folder.mkdir()
    for name in FILES:
        (folder / name).write_bytes(name.encode() * 1000)
    site.state.agent_files = AgentFiles(folder)
    return folder


async def test_the_page_shows_the_digest_of_the_very_file(given: Path, browse: Browse) -> None:
    """S-01."""
    page = (await browse().get("/agente")).text
    for name, system in FILES.items():
        assert system in page
        assert name in page
        assert hashlib.sha256((await browse().get(f"/agente/{name}")).content).hexdigest() in page
    for command in ("sha256sum", "shasum -a 256", "Get-FileHash"):
        assert command in page
    english = (await browse().speak("en").get("/agente")).text
    assert "Debian and Ubuntu, package, amd64" in english
    assert not italian_in(english)


async def test_it_is_sent_as_a_file(given: Path, browse: Browse) -> None:
    name = "verbale-agent_0.1.0_amd64.deb"
    data = (given / name).read_bytes()
    got = await browse().get(f"/agente/{name}")
    digest = hashlib.sha256(data)
    assert got.content == data
    assert got.headers["content-type"] == "application/vnd.debian.binary-package"
    assert got.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert got.headers["content-length"] == str(len(data))
    assert got.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert got.headers["x-content-type-options"] == "nosniff"
    again = await browse().get(f"/agente/{name}", **{"if-none-match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await browse().client.head(f"/agente/{name}")
    assert (head.status_code, head.headers["etag"], head.content) == (200, f'"{digest.hexdigest()}"', b"")
    other = await browse().get("/agente/verbale-agent-0.1.0-linux-x86_64")
    assert other.headers["content-type"] == "application/octet-stream"


async def test_what_is_not_there_is_said(site: FastAPI, browse: Browse) -> None:
    page = await browse().get("/agente")
    assert page.status_code == 200
    assert "non li ha ancora messi a disposizione" in page.text
    for name in ("verbale-agent-0.1.0-linux-x86_64", "..%2fverbale.db", "verbale.db"):
        assert (await browse().get(f"/agente/{name}")).status_code == 404


async def test_too_many_at_once_are_asked_to_come_back(
    given: Path, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_files, "AT_ONCE", 0)
    got = await browse().get("/agente/verbale-agent-0.1.0-linux-x86_64")
    assert (got.status_code, got.headers["retry-after"]) == (503, "30")
