"""What the agent is told from outside, read once: environment and command line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from agent.language import Language, spoken
from agent.system.here import files
from agent.vigil import LOST_S, Pace

SYSTEM_STATE = files.system_state()
USUAL_PACE = Pace()


@dataclass(frozen=True, slots=True)
class Settings:
    """`proxy` and `ca_file` as `agent.route` takes them. `desk_dirs`: the folders in which the person
    at the desk looks for an agent, in that order. `machine_id`: a file to read it from, in place of the
    system's own way."""

    state_dir: Path
    desk_dirs: tuple[Path, ...]
    language: Language
    proxy: str | None
    ca_file: Path | None
    machine_id: Path | None
    version: str
    pace: Pace = USUAL_PACE

    @classmethod
    def read(
        cls, environ: Mapping[str, str], *, state_dir: Path | None, language: Language | None, is_root: bool
    ) -> Settings:
        """The command line (`state_dir`, `language`) wins over the environment."""
        ca_file = environ.get("VERBALE_CA_FILE")
        told = state_dir or (Path(environ["VERBALE_STATE"]) if environ.get("VERBALE_STATE") else None)
        found = told or _state_dir(environ, is_root=is_root)
        return cls(
            state_dir=found,
            # Whoever sits there is seldom root, and the agent he means is the system's.
            desk_dirs=(found,) if told or is_root else (SYSTEM_STATE, found),
            language=language or spoken(environ),
            proxy=environ.get("VERBALE_PROXY") or None,
            ca_file=Path(ca_file) if ca_file else None,
            machine_id=Path(environ["VERBALE_MACHINE_ID"]) if environ.get("VERBALE_MACHINE_ID") else None,
            version=_version(),
            pace=_pace(environ),
        )


def _pace(environ: Mapping[str, str]) -> Pace:
    """`VERBALE_WATCH_LOST_S`: pause sooner than after 120 s without a sign of the watcher; never later."""
    text = environ.get("VERBALE_WATCH_LOST_S") or ""
    return Pace(min(LOST_S, float(text))) if re.fullmatch(r"[1-9][0-9]{0,2}", text) else USUAL_PACE


def _state_dir(environ: Mapping[str, str], *, is_root: bool) -> Path:
    return SYSTEM_STATE if is_root else files.user_state(environ)


def _version() -> str:
    try:
        return metadata.version("verbale")
    except metadata.PackageNotFoundError:
        return "0"  # run from a source tree that was never installed
