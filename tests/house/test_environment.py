"""`tools/environment`: an environment whose making was interrupted is made anew."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

# Stands for the machine's Python: says yes to what is asked of it, and writes down how a venv is made.
PYTHON = """#!/bin/sh
case "$*" in *venv*.venv) echo "$@" > made; exit 1;; esac
exit 0
"""


def test_half_an_environment_is_made_anew(tmp_path: Path, root: Path) -> None:
    """Interrupted between Python and pip: the folder is there, and nothing can be installed into it."""
    (tmp_path / "tools").mkdir()
    shutil.copy(root / "tools" / "environment", tmp_path / "tools")
    for name in ("constraints.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    stub = tmp_path / "python"
    half = tmp_path / ".venv" / "bin" / "python"
    half.parent.mkdir(parents=True)
    for path, text in ((stub, PYTHON), (half, "#!/bin/sh\nexit 1\n")):
        path.write_text(text)
        path.chmod(0o755)
    env = {**os.environ, "PYTHON": str(stub)}
    subprocess.run(["tools/environment", "demo"], cwd=tmp_path, env=env, check=False, capture_output=True)
    assert (tmp_path / "made").read_text().split() == ["-m", "venv", "--clear", ".venv"]
