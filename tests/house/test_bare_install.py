"""The bare install judges alone: the wheel, its declared dependencies and nothing else, no network at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "bundles"
CASES = json.loads((VECTORS / "index.json").read_text(encoding="utf-8"))


def closure(requirements: list[str]) -> set[str]:
    """Names of distributions that these need on this machine, extras left out."""
    found: set[str] = set()
    waiting = [r for r in requirements if "extra ==" not in r]
    while waiting:
        name = re.split(r"[^A-Za-z0-9._-]", waiting.pop(), maxsplit=1)[0]
        try:
            dist = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of another platform or an older Python
        if dist.metadata["Name"] not in found:
            found.add(dist.metadata["Name"])
            waiting += [r for r in dist.requires or [] if "extra ==" not in r]
    return found


@pytest.fixture(scope="module")
def bare(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of an environment that holds the wheel and what it requires without extras."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    packages = next((folder / "lib").glob("python*/site-packages"))
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(packages)
    (about,) = packages.glob("verbale-*.dist-info")
    mine = metadata.PathDistribution(about)
    for name in closure(mine.requires or []):
        for file in metadata.distribution(name).files or []:
            source = Path(str(file.locate()))
            if ".." not in file.parts and source.is_file():
                target = packages / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
    return folder / "bin" / "python"


def alone(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The run in a network namespace without so much as a loopback that is up."""
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", "--net", *rights, str(python), "-I", *arguments]
    return subprocess.run(
        command, cwd=python.parent, capture_output=True, text=True, timeout=120, check=False
    )


def test_nothing_of_the_extras_is_there(bare: Path) -> None:
    code = "import importlib.util as u; print([n for n in ('pyhanko','pyrage','websockets','fastapi') if u.find_spec(n)])"
    assert alone(bare, "-c", code).stdout.strip() == "[]"


def test_there_is_no_network(bare: Path) -> None:
    code = "import socket; socket.create_connection(('127.0.0.1', 9), 5)"
    assert "Network is unreachable" in alone(bare, "-c", code).stderr


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_it_judges_every_frozen_bundle(bare: Path, case: dict[str, str | None]) -> None:
    told = ["--trust", str(VECTORS / "trust.json"), "--json"]
    done = alone(bare, "-m", "audit.cli", str(VECTORS / str(case["file"])), *told)
    verdict = json.loads(done.stdout)
    assert done.stderr == ""
    assert {(f["class"], f["code"]) for f in verdict["findings"]} == (
        {(case["class"], case["code"])} if case["class"] else set()
    )
    assert done.returncode == (1 if case["class"] else 0)
