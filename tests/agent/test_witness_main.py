"""A witness as its own process, asked by what other people have: curl, and Go's own note and tree code."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from agent import main as agent_main
from agent import witness_main
from agent.witness_state import IDENTITY_FILE
from audit import checkpoint, merkle
from audit.add_checkpoint import AddCheckpoint, cosignature
from audit.checkpoint import Checkpoint
from tests.agent.witness_process import ROOT, command, running
from tests.audit.people import LOG_KEY, LOG_VKEY, ORIGIN

NAME = "testimone.esempio.it"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    path = tmp_path / "logs.txt"
    path.write_text(f"# il registro del cliente\n\n{LOG_VKEY.text}\n")
    return path


def request(old: int, new: int) -> AddCheckpoint:
    tree = merkle.Tree()
    for n in range(new):
        tree.append(b"%d" % n)
    note = checkpoint.sign(Checkpoint(ORIGIN, new, tree.root()), LOG_KEY)
    return AddCheckpoint.of(old, tuple(merkle.consistency_proof(old, new, tree.read)) if old else (), note)


def curl(url: str, tmp_path: Path, *more: str) -> tuple[int, str, str]:
    """(status, content type, body)."""
    out = tmp_path / "out"
    out.write_bytes(b"")
    done = subprocess.run(
        ["curl", "-sS", "--max-time", "60", "-o", str(out), "-w", "%{http_code} %{content_type}", *more, url],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    status, _, kind = done.stdout.partition(" ")
    return int(status), kind, out.read_text("utf-8")


def posted(url: str, tmp_path: Path, body: bytes, *more: str) -> tuple[int, str, str]:
    (tmp_path / "body").write_bytes(body)
    return curl(f"{url}/add-checkpoint", tmp_path, "--data-binary", f"@{tmp_path / 'body'}", *more)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_curl_gets_cosignatures_and_a_restart_forgets_nothing(tmp_path: Path, logs: Path) -> None:
    state = tmp_path / "state"
    with running(state, logs, "--name", NAME) as one:
        assert one.vkey.name == NAME
        asked = request(0, 5)
        status, _, body = posted(one.url, tmp_path, asked.encode(), "-H", "Expect: 100-continue")
        assert status == 200
        assert cosignature(body.encode(), asked.head, one.vkey)[0] == body
        assert (state / IDENTITY_FILE).stat().st_mode & 0o777 == 0o600
    with running(state, logs) as again:
        assert again.vkey == one.vkey
        assert posted(again.url, tmp_path, request(0, 8).encode()) == (409, "text/x.tlog.size", "5\n")
        asked = request(5, 8)
        status, _, body = posted(again.url, tmp_path, asked.encode())
        assert status == 200
        assert cosignature(body.encode(), asked.head, again.vkey)
        assert curl(f"{again.url}/add-checkpoint", tmp_path)[0] == 405
        assert curl(f"{again.url}/", tmp_path)[0] == 404
        busy = subprocess.run(
            [*command(state, logs), "--lang", "en"], check=False, capture_output=True, text=True, timeout=60
        )
        assert busy.returncode == 2
        assert "Another process already witnesses" in busy.stderr


def go_client(tmp_path: Path) -> Path:
    """Built from the note and tree code that the Go toolchain brings along; skips without one."""
    if shutil.which("go") is None:
        pytest.skip("needs Go")
    root = subprocess.run(["go", "env", "GOROOT"], check=True, capture_output=True, text=True).stdout.strip()
    theirs = Path(root) / "src/cmd/vendor/golang.org/x"
    if not (theirs / "mod/sumdb/note").is_dir():
        pytest.skip("needs the sources of Go's own tools")
    (tmp_path / "go/src/golang.org").mkdir(parents=True)
    (tmp_path / "go/src/golang.org/x").symlink_to(theirs.resolve())
    built = tmp_path / "client"
    subprocess.run(
        ["go", "build", "-o", str(built), str(Path(__file__).with_name("witness_client.go"))],
        check=True,
        env=os.environ
        | {"GO111MODULE": "off", "GOPATH": str(tmp_path / "go"), "GOCACHE": str(tmp_path / "cache")},
    )
    return built


def test_a_log_written_in_go_is_cosigned_and_finds_it_right(tmp_path: Path) -> None:
    """Go makes keys, heads and proofs; ours cosigns over HTTP; Go's `note.Open` judges the answer."""
    client = str(go_client(tmp_path))
    made = subprocess.run([client, "key", ORIGIN], check=True, capture_output=True, text=True)
    skey, vkey = made.stdout.split()
    (tmp_path / "logs.txt").write_text(f"{vkey}\n")
    with running(tmp_path / "state", tmp_path / "logs.txt", "--name", NAME) as one:
        asked = [client, "ask", one.url, one.vkey.text]
        done = subprocess.run(asked, input=skey, check=True, capture_output=True, text=True, timeout=120)
    assert done.stdout == "409 text/x.tlog.size 300\n"


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert witness_main.main(args) == 2
    return capsys.readouterr().err


def test_what_keeps_it_from_serving_is_one_sentence(
    tmp_path: Path, logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = ("--state", str(tmp_path / "w"), "--port", "0")
    assert "ha bisogno di un nome" in refused(capsys, *state, "--logs", str(logs))
    assert "non può essere il nome" in refused(capsys, *state, "--logs", str(logs), "--name", "a b")
    assert "non si può leggere" in refused(capsys, *state, "--logs", str(tmp_path / "nessuno"))
    (tmp_path / "empty").write_text("# nessuno\n")
    assert "non è un elenco di registri" in refused(capsys, *state, "--logs", str(tmp_path / "empty"))
    (tmp_path / "w" / IDENTITY_FILE).write_text("{}")
    assert "rovinato" in refused(capsys, *state, "--logs", str(logs))
    witness_main.make_identity(tmp_path / "w", NAME, b"s" * 32)
    said = refused(capsys, *state, "--logs", str(logs), "--name", "altro", "--lang", "en")
    assert "keeps its name" in said
    assert witness_main.main([*state[:2], "--host", "192.0.2.1", "--port", "0", "--logs", str(logs)]) == 1
    assert "Non posso ascoltare" in capsys.readouterr().err


def test_the_agents_command_has_the_same_witness(
    tmp_path: Path, logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert agent_main.main(["witness", "--state", str(tmp_path), "--logs", str(logs)]) == 2
    assert "ha bisogno di un nome" in capsys.readouterr().err
    assert (tmp_path / "witness").is_dir()


def test_its_unit_names_the_command_as_it_is() -> None:
    unit = (ROOT / "deploy" / "verbale-witness.service").read_text()
    (line,) = [one for one in unit.splitlines() if one.startswith("ExecStart=")]
    program, *words = line.removeprefix("ExecStart=").split(" ")
    assert program.rpartition("/")[2] == "verbale-witness"
    assert 'verbale-witness = "agent.witness_main:main"' in (ROOT / "pyproject.toml").read_text()
    told = witness_main.parser().parse_args(words)
    assert (told.host, told.name) == ("127.0.0.1", NAME)
    assert f"StateDirectory={told.state.name}" in unit
    assert "RestartPreventExitStatus=2" in unit
