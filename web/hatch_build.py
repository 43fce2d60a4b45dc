"""Build hook: puts the built web assets into sdist and wheel (house.md §1.7).

Already built from this lock file, as in every sdist: nothing to do. Editable install: nothing either,
`make assets` is the developer's step. Otherwise npm, without install scripts; a missing npm stops with one
sentence.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[Any]):
    """Found by hatchling through `[tool.hatch.build.hooks.custom] path = "web/hatch_build.py"`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        web = Path(self.root) / "web"
        # Loaded by path: while the wheel is being built, `web` is not importable.
        spec = importlib.util.spec_from_file_location("build_assets", web / "build_assets.py")
        if spec is None or spec.loader is None:
            raise RuntimeError("web/build_assets.py cannot be loaded.")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.build()
