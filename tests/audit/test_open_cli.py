"""`verbale-verify open`: the plain bundle for whoever has the identity, a sentence for everybody else."""

from __future__ import annotations

import sys
from pathlib import Path

import pyrage
import pytest

from audit import bundle, cli
from audit.age_keys import sealed_for
from audit.recording import segment_name
from audit.sealed import key_name
from tests.audit import recorded
from tests.audit.test_sealed import KEYS, sealed_month
from tests.audit.verdicts import honest

MINE = pyrage.x25519.Identity.generate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = sealed_month() | {key_name(s): sealed_for(str(MINE.to_public()), k) for s, k in KEYS.items()}
    files[bundle.SUMS] = bundle.sums(files)
    (tmp_path / "sealed.zip").write_bytes(bundle.pack(files))
    (tmp_path / "plain.zip").write_bytes(bundle.pack(honest().entries()))
    (tmp_path / "key.txt").write_text(f"# mine\n{MINE}\n")
    (tmp_path / "other.txt").write_text(str(pyrage.x25519.Identity.generate()))
    (tmp_path / "trust.json").write_bytes(honest().trust().encode())
    return tmp_path


def run(folder: Path, name: str = "sealed.zip", identity: str = "key.txt") -> int:
    return cli.main(
        ["open", str(folder / name), "--identity", str(folder / identity), "--out", str(folder / "out.zip")]
    )


def test_opened_and_verified(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 0
    made = folder / "out.zip"
    assert made.read_bytes() == (folder / "plain.zip").read_bytes()
    assert made.stat().st_mode & 0o777 == 0o600
    assert cli.main([str(made), "--trust", str(folder / "trust.json"), "--require-all"]) == 0
    assert capsys.readouterr().out.startswith("integro")


def test_an_identity_that_opens_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, identity="other.txt") == 1
    assert "does not open" in capsys.readouterr().err
    assert not (folder / "out.zip").exists()


@pytest.mark.parametrize(
    ("name", "identity", "words"),
    [
        ("plain.zip", "key.txt", "nothing in this bundle is sealed"), ("none.zip", "key.txt", "No such file"),
        ("sealed.zip", "trust.json", "identity"), ("key.txt", "key.txt", "no bundle"),
        ("sealed.zip", "sealed.zip", "codec"),
    ],
)  # fmt: skip
def test_misuse_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, identity: str, words: str
) -> None:
    assert run(folder, name, identity) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_what_is_there_is_not_written_over(folder: Path) -> None:
    (folder / "out.zip").write_bytes(b"mine")
    assert run(folder) == 2
    assert (folder / "out.zip").read_bytes() == b"mine"


def test_a_key_that_is_none(folder: Path) -> None:
    files = sealed_month() | {key_name(s): sealed_for(str(MINE.to_public()), b"short") for s in KEYS}
    files[bundle.SUMS] = bundle.sums(files)
    (folder / "sealed.zip").write_bytes(bundle.pack(files))
    assert run(folder) == 2


def test_without_age_it_says_what_to_install(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    assert run(folder) == 2
    assert "verbale[recordings]" in capsys.readouterr().err


# ---------------------------------------------------------------------------------- recordings


def cast(folder: Path, entries: dict[str, bytes], identity: str | None = None) -> int:
    entries[bundle.SUMS] = bundle.sums(entries)
    (folder / "recorded.zip").write_bytes(bundle.pack(entries))
    (folder / "recorded.txt").write_text(identity or recorded.identity()[0])
    return cli.main([
        "open", str(folder / "recorded.zip"), "--identity", str(folder / "recorded.txt"),
        "--recordings", str(folder / "casts"),
    ])  # fmt: skip


def test_recordings_are_opened_as_asciicasts(folder: Path) -> None:
    assert cast(folder, recorded.recorded_session().entries()) == 0
    made = folder / "casts" / f"{recorded.CHANNEL}.cast"
    assert made.stat().st_mode & 0o777 == 0o600
    text = made.read_text()
    assert "systemctl status cups" in text
    assert "hunter2" not in text
    assert not (folder / "casts" / "schermi.html").exists()


def test_screens_are_opened_as_fbs(folder: Path) -> None:
    assert cast(folder, recorded.screen_session().entries()) == 0
    found = (folder / "casts" / f"{recorded.CHANNEL}.fbs").read_bytes()
    assert found.startswith(b"FBS 001.000\n")
    assert recorded.KEY_PICTURE in found
    assert recorded.UPDATE in found
    assert (folder / "casts" / "schermi.html").read_bytes().startswith(b"<!doctype html>")


def test_a_bundle_without_recordings(folder: Path) -> None:
    assert cast(folder, honest().entries()) == 2


def test_a_recording_that_was_erased_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = recorded.recorded_session().entries()
    for n in range(3):
        del entries[segment_name(recorded.CHANNEL, n)]
    assert cast(folder, entries) == 0
    assert f"{recorded.CHANNEL}: cancellata / erased" in capsys.readouterr().out


def test_a_recording_sealed_for_somebody_else(folder: Path) -> None:
    other = str(pyrage.x25519.Identity.generate())
    assert cast(folder, recorded.recorded_session().entries(), other) == 1


def test_neither_bundle_nor_recordings_asked_for(folder: Path) -> None:
    with pytest.raises(SystemExit):
        cli.main(["open", str(folder / "sealed.zip"), "--identity", str(folder / "key.txt")])
