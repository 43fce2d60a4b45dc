"""Built assets are taken as they are only while they are whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from web import build_assets


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "vendor"
    shutil.copytree(build_assets.VENDOR, copy)
    monkeypatch.setattr(build_assets, "VENDOR", copy)
    assert build_assets.built()
    return copy


def lose_file(vendor: Path) -> None:
    next(vendor.glob("terminal.*.js")).unlink()


def cut_file(vendor: Path) -> None:
    path = next(vendor.glob("xterm.*.css"))
    path.write_bytes(path.read_bytes()[:-1])


def lose_notices(vendor: Path) -> None:
    (vendor / "NOTICES.txt").unlink()


def lose_manifest(vendor: Path) -> None:
    (vendor / "manifest.json").unlink()


def half_manifest(vendor: Path) -> None:
    path = vendor / "manifest.json"
    path.write_text(path.read_text()[:-10])


def older_sources(vendor: Path) -> None:
    path = vendor / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "stamp": "0" * 64}))


@pytest.mark.parametrize(
    "harm", [lose_file, cut_file, lose_notices, lose_manifest, half_manifest, older_sources]
)
def test_what_is_not_whole_is_built_again(vendor: Path, harm: Callable[[Path], None]) -> None:
    harm(vendor)
    assert not build_assets.built()
