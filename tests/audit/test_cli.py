"""`verbale-verify` as people call it: exit codes, first line, JSON, the state file."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import audit
from audit import bundle, checkpoint, merkle
from audit.access_export import CSV
from audit.checkpoint import Checkpoint
from audit.cli import MISUSE, SOUND, main
from audit.keys import SigningKey
from audit.note import parse_note
from audit.trust_file import MAX_TRUST_BYTES, SeenHeads, Trust
from audit.verify import verify
from tests.audit.exported import export
from tests.audit.world import ORIGIN, Twist, World, busy_month

ROOT = Path(audit.__file__).parents[1]


@pytest.fixture(scope="module")
def world() -> World:
    return busy_month()


@pytest.fixture
def files(tmp_path: Path, world: World) -> Path:
    (tmp_path / "bundle.zip").write_bytes(bundle.pack(world.entries()))
    (tmp_path / "trust.json").write_bytes(world.trust().encode())
    return tmp_path


def run(files: Path, *options: str, bundle: str = "bundle.zip") -> int:
    return main([str(files / bundle), *(str(files / o) if "." in o else o for o in options)])


def test_sound(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files, "--trust", "trust.json") == 0
    assert capsys.readouterr().out.splitlines()[0] == "integro: chiavi confrontate con quelle del cliente"
    assert run(files, "--trust", "trust.json", "--require-all") == 0
    assert run(files, "--trust", "trust.json", "--lang", "en") == 0
    assert "sound: keys equal" in capsys.readouterr().out


def test_a_reader_that_stops_ends_the_program_and_nobody_elses(files: Path) -> None:
    """The program dies of a closed pipe without a word; as a part of another process it leaves signals as they are."""
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN
    assert run(files) == 0
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "audit.cli", str(files / "bundle.zip")],
        cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


def test_without_trust_the_first_line_says_so(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files) == 0
    assert capsys.readouterr().out.splitlines()[0] == "coerente, ma chiavi non confrontate"
    assert run(files, "--require-all") == 1


def test_json(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files, "--trust", "trust.json", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "sound"
    assert found["trust"] == "pinned"
    assert [s["n"] for s in found["steps"]] == list(range(1, 16))
    assert set(found) == {"verdict", "trust", "steps", "findings", "notes", "counts"}


def test_findings(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = (files / "bundle.zip").read_bytes()
    (files / "bundle.zip").write_bytes(data[:-1])
    assert run(files, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert [f["class"] for f in found["findings"]] == ["DAMAGED"]
    assert run(files) == 1
    assert capsys.readouterr().out.startswith("non integro: DAMAGED")


def test_an_empty_file_and_one_that_is_no_bundle_are_findings(files: Path) -> None:
    for content in (b"", b"PK\x03\x04", b"hello" * 1000):
        (files / "bundle.zip").write_bytes(content)
        assert run(files) == 1


def test_misuse(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files, bundle="absent.zip") == 2
    assert main([str(files)]) == 2
    (files / "wrong.json").write_bytes(b'{"v":1}')
    assert run(files, "--trust", "wrong.json") == 2
    assert run(files, "--trust", "absent.json") == 2
    assert run(files, "--state", "wrong.json") == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 5
    assert all(line.startswith("verbale-verify: ") for line in errors)
    with pytest.raises(SystemExit) as left:
        main(["--no-such-option"])
    assert left.value.code == 2


def test_state_remembers_the_head_and_catches_another_history(files: Path, world: World) -> None:
    state = files / "state.json"
    assert run(files, "--trust", "trust.json", "--state", "state.json") == 0
    head = Checkpoint(ORIGIN, world.tree.size, world.tree.root())
    assert SeenHeads.parse(state.read_bytes().splitlines()[0]).of(ORIGIN) == head
    assert run(files, "--trust", "trust.json", "--state", "state.json") == 0
    other = Checkpoint(ORIGIN, world.tree.size, bytes(31) + b"\x01")
    state.write_bytes(SeenHeads((other,)).encode())
    assert run(files, "--trust", "trust.json", "--state", "state.json") == 1
    assert SeenHeads.parse(state.read_bytes().splitlines()[0]).of(ORIGIN) == other


def test_state_remembers_what_was_judged(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever becomes of those lines, the answer is the same, and nothing is misuse."""

    def told() -> set[str]:
        capsys.readouterr()
        assert run(files, "--trust", "trust.json", "--state", "state.json", "--json") == 0
        return {note["code"] for note in json.loads(capsys.readouterr().out)["notes"]}

    state = files / "state.json"
    assert not told() & {"resumed", "not_resumed"}
    kept = state.read_bytes()
    assert kept.count(b"\n") > 3
    assert "resumed" in told()
    assert state.read_bytes() == kept
    state.write_bytes(kept[:-100])
    assert "not_resumed" in told()
    assert state.read_bytes() == kept
    state.write_bytes(kept[: kept.index(b"\n") + 1])
    assert not told() & {"resumed", "not_resumed"}
    assert state.read_bytes() == kept


def test_a_head_is_remembered_only_with_the_customers_keys_and_a_sound_answer(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else whoever sends the first bundle chooses what is compared from then on."""
    state = files / "state.json"
    assert run(files, "--state", "state.json") == 0
    assert "--trust" in capsys.readouterr().err
    assert not state.exists()
    no_authority = replace(Trust.parse((files / "trust.json").read_bytes()), report_ca=None)
    (files / "trust.json").write_bytes(no_authority.encode())
    assert run(files, "--trust", "trust.json", "--state", "state.json", "--require-all") == 1
    assert not state.exists()
    assert run(files, "--trust", "trust.json", "--state", "state.json") == 0
    assert state.exists()


def _kept(files: Path, size: int, root: bytes, key: SigningKey, origin: str = ORIGIN) -> str:
    (files / "testa.note").write_bytes(checkpoint.sign(Checkpoint(origin, size, root), key))
    return "testa.note"


def _step_5(files: Path, *options: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """(exit code, state of step 5, why)"""
    capsys.readouterr()
    code = run(files, *options, "--json")
    step = json.loads(capsys.readouterr().out)["steps"][4]
    return code, step["state"], step["why_en"]


def test_a_head_kept_from_a_mail_is_looked_for_in_the_log(
    files: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = _kept(files, 9, merkle.root(9, world.tree.read), world.log_key)
    assert run(files, "--trust", "trust.json", "--head", kept, "--lang", "en") == 0
    assert "The head you kept (size 9) lies in this log." in capsys.readouterr().out
    (files / "other.note").write_bytes((files / kept).read_bytes())
    _kept(files, 9, bytes(31) + b"\x01", world.log_key)
    for trust in ((), ("--trust", "trust.json")):
        assert run(files, *trust, "--head", "other.note", "--head", kept) == 1
        assert "REWRITTEN own_head" in capsys.readouterr().out


def test_a_kept_head_that_this_bundle_cannot_judge_is_unknown(
    files: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for size, key, origin, why in (
        (world.tree.size + 1, SigningKey(bytes(32)), ORIGIN, "proves nothing"),
        (9, world.log_key, ORIGIN[:-4] + "2025", "another log"),
        (9, SigningKey(bytes(32)), ORIGIN, "proves nothing"),
    ):
        _kept(files, size, bytes(31) + b"\x01", key, origin)
        code, state, said = _step_5(files, "--trust", "trust.json", "--head", "testa.note", capsys=capsys)
        assert (code, state) == (0, "unknown")
        assert why in said
        assert run(files, "--trust", "trust.json", "--head", "testa.note", "--require-all") == 1


def test_a_kept_head_of_more_records_is_found(
    files: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """An older bundle, or a history cut off: its reader is told, and looks for the newer one."""
    _kept(files, world.tree.size + 1, bytes(31) + b"\x01", world.log_key)
    assert run(files, "--trust", "trust.json", "--head", "testa.note", "--lang", "en") == 1
    said = capsys.readouterr().out
    assert "REWRITTEN own_newer" in said
    assert "an older bundle or a cut history" in said


def test_a_kept_head_is_judged_by_the_pinned_key_and_not_the_bundles(files: Path, world: World) -> None:
    """Whoever begins the log anew with another key does not get rid of the heads it had."""
    _kept(files, 9, merkle.root(9, world.tree.read)[::-1], world.log_key)
    other = busy_month(Twist(log_key=SigningKey(bytes(32))))
    (files / "bundle.zip").write_bytes(bundle.pack(other.entries()))
    verdict = verify(
        (files / "bundle.zip").read_bytes(),
        trust=world.trust(),
        kept=[parse_note((files / "testa.note").read_bytes())],
    ).verdict
    assert {f.cls for f in verdict.findings} == {"UNTRUSTED", "REWRITTEN"}


def test_a_kept_head_says_nothing_of_a_log_that_is_not_whole(files: Path, world: World) -> None:
    entries = world.entries()
    for name in [n for n in entries if n.startswith("tile/0/")]:
        del entries[name]
    tile = next(n for n in entries if n.startswith("tile/entries/"))
    entries[tile] = entries[tile].replace(b'"day":"2026-11-20"', b'"day":"2026-11-21"')
    entries[bundle.SUMS] = bundle.sums(entries)
    _kept(files, 9, bytes(31) + b"\x01", world.log_key)
    kept = parse_note((files / "testa.note").read_bytes())
    verdict = verify(bundle.pack(entries), trust=world.trust(), kept=[kept]).verdict
    assert verdict.steps[4].why_en == "not checked: an earlier step prevents it"


@pytest.mark.parametrize("data", [b"", b"three\nlines\n", b"a\n\n\xe2\x80\x94 a AAAAAAAA\n"])
def test_what_is_no_head_is_misuse(files: Path, data: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "testa.note").write_bytes(data)
    assert run(files, "--head", "testa.note") == 2
    assert capsys.readouterr().err.startswith("verbale-verify: --head ")
    assert run(files, "--head", "absent.note") == 2


def alone(files: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """`verbale-verify` as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "audit.cli", str(files / "bundle.zip"), *options],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, check=False,
    )  # fmt: skip


def test_an_honest_answer_leaves_the_error_stream_empty(files: Path) -> None:
    done = alone(files)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith("coerente")


def test_a_terminal_of_few_letters_loses_letters_and_not_the_answer(files: Path) -> None:
    done = alone(files, "--lang", "it", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Ci\\xf2 che ha scritto solo il broker" in done.stdout


def test_trust_file_round_trip(world: World) -> None:
    trust = world.trust()
    assert Trust.parse(trust.encode()) == trust
    assert Trust.parse(trust.encode() + b"\n") == trust


def test_files_that_are_too_large_or_cannot_be_written(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "large.json").write_bytes(bytes(MAX_TRUST_BYTES + 1))
    assert run(files, "--trust", "large.json") == 2
    assert (
        main([str(files / "bundle.zip"), "--trust", str(files / "trust.json"), "--state", "/dev/null/x"]) == 2
    )
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 2
    assert all(line.startswith("verbale-verify: --") for line in errors)


def test_what_is_not_listed_is_counted(files: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    extra = {f"x/{n}": b"" for n in range(300)}
    entries = world.entries() | extra
    entries["SHA256SUMS"] = bundle.sums(entries)
    (files / "bundle.zip").write_bytes(bundle.pack(entries))
    assert run(files) == 1
    assert "  … e altri 100" in capsys.readouterr().out.splitlines()
    assert run(files, "--lang", "en") == 1
    assert "  … and 100 more" in capsys.readouterr().out.splitlines()


def test_an_output_that_is_no_stream_of_bytes(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    assert run(files) == 0
    assert out.getvalue().startswith("coerente")


def test_the_page_for_browsers_and_its_digest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The copy to trust is one that somebody has kept: it comes with the program."""
    target = tmp_path / "verifica.html"
    assert main(["--page", str(target)]) == SOUND
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    assert capsys.readouterr().out == f"{digest}  {target}\n"
    assert main(["--page", str(tmp_path / "no" / "verifica.html")]) == MISUSE
    for arguments in ([], ["b.zip", "--page", str(target)]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == MISUSE


def test_a_file_whose_pages_are_given_back_is_judged_alike(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every reading, so that each page is fetched anew."""
    path = tmp_path / "b.zip"
    path.write_bytes(bundle.pack(world.entries()))
    answers = []
    for at_once in (1 << 30, 1):
        monkeypatch.setattr(bundle, "_AT_ONCE", at_once)
        assert main([str(path), "--json"]) == SOUND
        answers.append(capsys.readouterr().out)
    assert answers[0] == answers[1]


def test_l13_accesses_taken_out_are_taken_like_a_bundle(
    files: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    found = export(world)
    (files / "accessi.zip").write_bytes(bundle.pack(found))
    (files / "bent.zip").write_bytes(bundle.pack(found | {CSV: found[CSV][:-2]}))
    assert run(files, "--trust", "trust.json", "--state", "heads.json", bundle="accessi.zip") == 0
    assert "lo mostra solo il pacchetto" in capsys.readouterr().out
    assert not (files / "heads.json").exists()
    assert run(files, "--trust", "trust.json", "--require-all", bundle="accessi.zip") == 1
    assert run(files, "--trust", "trust.json", bundle="bent.zip") == 1
    assert "non è il file che il fornitore ha firmato" in capsys.readouterr().out
