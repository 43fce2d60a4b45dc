"""The agent's programs that a broker gives out: which, with what digest, to whom and how many at once."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from web import agent_files
from web.agent_files import AgentFiles

ONE, DEB = "verbale-agent-0.1.0-linux-x86_64", "verbale-agent_0.1.0_amd64.deb"


def put(folder: Path, name: str, data: bytes = b"program") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


async def whole(files: AgentFiles, name: str, reader: str = "::1") -> bytes:
    found = await files.find(name)
    assert found is not None
    body = files.begin(found, reader)
    assert body is not None
    return b"".join([chunk async for chunk in body])


async def test_what_there_is_with_its_digest(tmp_path: Path) -> None:
    put(tmp_path, ONE)
    put(tmp_path, "verbale-agent-0.2.0-linux-x86_64", b"newer")
    put(tmp_path, DEB, b"package")
    files = AgentFiles(tmp_path)
    found = await files.listed()
    assert [(one.system, one.version) for one in found] == [
        ("amd64.deb", "0.1.0"), ("linux-x86_64", "0.2.0"), ("linux-x86_64", "0.1.0"),
    ]  # fmt: skip
    for one in found:
        data = await whole(files, one.name)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (one.size, one.sha256)


async def test_no_folder_no_files(tmp_path: Path) -> None:
    for folder in (None, tmp_path / "none"):
        assert await AgentFiles(folder).listed() == []
        assert await AgentFiles(folder).find(ONE) is None


@pytest.mark.parametrize(
    "name",
    [
        "verbale-0.1.0.tar.gz", "verbale-agent", "verbale-agent-0.1.0-linux-mips", "verbale-agent-0.1.0-linux-x86_64.sig",
        "../verbale-agent-0.1.0-linux-x86_64", "verbale-agent-../x-linux-x86_64", "verbale-agent-0.1.0-linux-x86_64\n",
    ],
)  # fmt: skip
async def test_what_is_not_named_so_is_not_given_out(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "agents"
    folder.mkdir()
    put(tmp_path, ONE)
    if "/" not in name:
        put(folder, name)
    assert await AgentFiles(folder).find(name) is None
    assert await AgentFiles(folder).listed() == []


async def test_only_plain_files_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "agents"
    folder.mkdir()
    (folder / ONE).symlink_to(put(tmp_path, "secret"))
    (folder / DEB).mkdir()
    os.mkfifo(folder / "verbale-agent-0.3.0-linux-x86_64")
    put(folder, "verbale-agent-0.4.0-linux-x86_64", b"")
    put(folder, "verbale-agent-0.5.0-linux-x86_64", b"x" * 101)
    monkeypatch.setattr(agent_files, "MAX_BYTES", 100)
    assert await AgentFiles(folder).listed() == []


async def test_a_file_is_read_once_and_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    digest = agent_files._digest
    monkeypatch.setattr(agent_files, "_digest", lambda handle: read.append(handle) or digest(handle))
    path = put(tmp_path, ONE)
    files = AgentFiles(tmp_path)
    first = await files.find(ONE)
    assert first == await files.find(ONE)
    assert len(read) == 1
    put(tmp_path, "new", b"another program").replace(path)
    assert first is not None
    assert files.begin(first, "::1") is None, "no longer the file of that digest"
    second = await files.find(ONE)
    assert second is not None
    assert second.sha256 != first.sha256
    assert len(read) == 2


async def test_a_file_taken_away_before_its_first_byte(tmp_path: Path) -> None:
    path = put(tmp_path, ONE)
    files = AgentFiles(tmp_path)
    found = await files.find(ONE)
    assert found is not None
    body = files.begin(found, "::1")
    assert body is not None
    path.unlink()
    assert [chunk async for chunk in body] == []
    assert files.begin(found, "::1") is None


async def test_nobody_takes_all_the_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_files, "AT_ONCE", 3)
    monkeypatch.setattr(agent_files, "AT_ONCE_EACH", 2)
    put(tmp_path, ONE)
    files = AgentFiles(tmp_path)
    found = await files.find(ONE)
    assert found is not None
    under_way = []
    for reader in ("a", "a", "b"):
        body = files.begin(found, reader)
        assert body is not None
        await anext(body)
        under_way.append(body)
        assert files.begin(found, "a") is None or under_way == [body]
    assert files.begin(found, "c") is None, "of all"
    for body in under_way:
        assert [chunk async for chunk in body] == []
    assert await whole(files, ONE, "a") == b"program"


async def test_no_more_than_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_files, "MAX_FILES", 2)
    for minor in range(4):
        put(tmp_path, f"verbale-agent-0.{minor}.0-linux-x86_64")
    assert [one.version for one in await AgentFiles(tmp_path).listed()] == ["0.3.0", "0.2.0"]
