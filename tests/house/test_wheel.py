"""What a customer gets: the archives, opened."""

from __future__ import annotations

import hashlib
import json
import tarfile
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(next(built.glob("*.whl")))


def test_built_assets_are_inside_and_whole(wheel: zipfile.ZipFile) -> None:
    """Every file the manifest names, with its digest, and the notices of those who wrote it."""
    manifest = json.loads(wheel.read("web/static/vendor/manifest.json"))
    assert wheel.read("web/static/vendor/NOTICES.txt")
    inside = {
        n.removeprefix("web/static/vendor/") for n in wheel.namelist() if n.startswith("web/static/vendor/")
    }
    files = manifest["files"]
    assert files
    for entry in files.values() if isinstance(files, dict) else files:
        name, digest = entry["file"], entry["sha256"]
        assert name in inside
        assert hashlib.sha256(wheel.read(f"web/static/vendor/{name}")).hexdigest() == digest


def test_what_the_pages_and_the_report_need_is_inside(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    wanted = [
        path.relative_to(ROOT).as_posix()
        for folder, pattern in (("broker/out/report", "*.[tj]*"), ("web/templates", "**/*.html"), ("web/signing", "*"),
                                ("web/static", "*.css"), ("web/static/js", "*.js"), ("audit", "FORMAT.md"),
                                ("audit/verifica", "page.*"), ("audit/verifica/core", "*.js"),
                                ("audit/player", "page.*"), ("audit/player/static/js", "*.js"))
        for path in (ROOT / folder).glob(pattern)
        if path.is_file()
    ]  # fmt: skip
    assert len(wanted) > 5
    assert [name for name in wanted if name not in names] == []
    assert {f"{p}/py.typed" for p in ("audit", "agent", "broker", "web")} <= names


def test_sources_of_assets_and_tests_stay_outside(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"audit", "agent", "broker", "web"}
    for name in wheel.namelist():
        assert not name.startswith("web/assets/"), name
        assert "node_modules" not in name
        assert "__pycache__" not in name


def test_bare_install_is_the_verifier(wheel: zipfile.ZipFile) -> None:
    name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
    about = message_from_string(wheel.read(name).decode())
    needed = {
        r.split(";")[0].partition(">")[0].strip()
        for r in about.get_all("Requires-Dist", [])
        if "extra ==" not in r
    }
    assert needed == {"cryptography", "orjson", "rfc3161-client"}
    assert about["License-Expression"] == "Apache-2.0"
    assert any(n.endswith("licenses/LICENSE") for n in wheel.namelist())


def test_sdist_needs_no_node(built: Path) -> None:
    """The built files travel in it, so a wheel can be made from it where npm is not."""
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert "web/static/vendor/manifest.json" in names
    assert "Makefile" in names
    assert not any("node_modules" in name for name in names)
