"""The same path without hands, and what scripts ask of a running demo."""

from __future__ import annotations

import json
import os
import shlex
import zipfile
from pathlib import Path

from audit.leaf import Leaf
from audit.tiles import Tile, unpack_entries
from tests.e2e.kit import QUIET, Demo, of_session, run, verify
from tests.stopwatch import Stopwatch
from web.demo.processes import program

FILES = {"report.pdf", "bundle.zip", "trust.json", "transcript.txt"}
HEADLESS_S = 60


async def test_the_whole_path_in_a_minute(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Stopwatch() as watch:
        done = await run(
            [*program("web.site"), "demo", "--headless", "--out", str(out)], seconds=5 * HEADLESS_S
        )
    assert done.status == 0, done.out.decode() + done.err.decode()
    assert watch.took < HEADLESS_S
    assert {p.name for p in out.iterdir()} == FILES
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF-")
    verdict = await verify(out / "bundle.zip", out / "trust.json")
    assert (verdict["verdict"], verdict["exit"]) == ("sound", 0)
    transcript = (out / "transcript.txt").read_text()
    for said in ("rifiutata, con motivo", "autorizzazione falsa", "integro"):
        assert said in transcript
    assert "NON È ACCADUTO" not in transcript
    assert unmarked(out / "bundle.zip") == set()


def unmarked(bundle: Path) -> set[tuple[str, str]]:
    """What people's keys did that no record calls a demo's: (kind of record, kind of key)."""
    found = set()
    with zipfile.ZipFile(bundle) as files:
        for name in files.namelist():
            if name.startswith("tile/entries/"):
                for leaf in map(Leaf.parse, unpack_entries(Tile.parse(name), files.read(name))):
                    if not getattr(leaf.record, "demo_software", True):
                        found.add((leaf.record.KIND, getattr(leaf.record, "kind", "")))
    return found


async def test_headless_needs_a_folder() -> None:
    done = await run([*program("web.site"), "demo", "--headless"])
    assert done.status == 2
    assert "--out" in (done.out + done.err).decode()


async def test_a_running_demo_tells_scripts_where_it_is(demo: Demo) -> None:
    done = await run([*program("web.site"), "demo", "--json", "--state", str(demo.state)])
    assert done.status == 0, done.err
    said = json.loads(done.out)
    assert said["origin"] == demo.stage.origin
    assert said["ssh_fingerprint"] == demo.running.fingerprint
    assert Path(said["identity"]).is_file()
    assert set(said["people"]) == {"owner", "technician", "titolare", "ads"}


async def test_no_demo_is_one_sentence(tmp_path: Path) -> None:
    for words in (("--json",), ("session", "--json")):
        done = await run([*program("web.site"), "demo", *words, "--state", str(tmp_path)])
        assert done.status == 1
        assert "make demo" in done.out.decode()
        assert not done.err


async def test_a_session_by_script_is_one_ssh_command(demo: Demo) -> None:
    words = [
        *program("web.site"),
        "demo",
        "session",
        "--channels",
        "exec",
        "--json",
        "--state",
        str(demo.state),
    ]
    done = await run(words)
    assert done.status == 0, done.out + done.err
    said = json.loads(done.out)
    ssh = shlex.split(said["ssh"])
    assert ssh[0] == "ssh"
    assert said["identity"] in ssh
    there = await run([*ssh[:1], *QUIET, *ssh[1:], "echo ecco"])
    assert (there.status, there.out) == (0, b"ecco\n")
    assert of_session(said["session"])
    terminal = await run([*ssh[:1], *QUIET, "-tt", *ssh[1:]], stdin=b"exit\n")
    assert terminal.status == 254, "only exec was asked for"


async def test_a_session_in_words_for_people(demo: Demo) -> None:
    words = [*program("web.site"), "demo", "session", "--state", str(demo.state)]
    done = await run(words)
    assert done.status == 0
    assert [line.split()[0] for line in done.out.decode().splitlines()] == ["sessione", "identità", "comando"]


async def test_a_channel_that_does_not_exist_is_one_sentence(demo: Demo) -> None:
    words = [*program("web.site"), "demo", "session", "--channels", "telepatia", "--state", str(demo.state)]
    done = await run(words)
    assert done.status == 1
    assert b"Traceback" not in done.out + done.err


async def test_a_step_that_fails_is_a_sentence_and_its_logs_are_kept(tmp_path: Path) -> None:
    """Here the `ssh` of this machine does nothing; whatever fails, nobody reads a traceback first."""
    tools, out = tmp_path / "bin", tmp_path / "out"
    tools.mkdir()
    stub = tools / "ssh"
    stub.write_text("#!/bin/sh\nexit 0\n")
    stub.chmod(0o755)
    env = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    done = await run(
        [*program("web.site"), "demo", "--headless", "--out", str(out)], env=env, seconds=5 * HEADLESS_S
    )
    said = done.out.decode() + done.err.decode()
    assert done.status == 1, said
    assert "Traceback" not in said
    assert "non è accaduto: ssh: comando eseguito" in said
    assert "NON È ACCADUTO" in (out / "transcript.txt").read_text()
    assert {"broker.log", "agente.log", "firma.log"} <= {p.name for p in (out / "logs").iterdir()}


async def test_a_file_in_the_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("mio")
    done = await run([*program("web.site"), "demo", "--headless", "--out", str(out)])
    assert done.status == 2
    assert str(out) in done.out.decode()
    assert b"Traceback" not in done.out + done.err
    assert out.read_text() == "mio"
