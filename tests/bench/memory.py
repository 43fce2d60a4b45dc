"""How much memory `verbale-verify` takes, its second process included."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

_COMMAND = """
import re, sys
from audit import cli
code = cli.main(sys.argv[1:])
print(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
sys.exit(code)
"""
_PRIVATE = re.compile(r"^Private_\w+: +(\d+) kB", re.MULTILINE)
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)


def peak_mib(*arguments: str) -> float:
    """MiB: the highest resident size of the first process, mapped pages included, or where that is more the
    highest seen (every 10 ms) of what it and the second one have together, pages that both have counted once."""
    with subprocess.Popen(
        [sys.executable, "-c", _COMMAND, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        both = 0
        while process.poll() is None:
            second = sum(_kib(pid, _PRIVATE, "smaps_rollup") for pid in _children(process.pid))
            both = max(both, second + _kib(str(process.pid), _RESIDENT, "status"))
            time.sleep(0.01)
        assert process.returncode == 0
        assert process.stdout is not None
        return max(int(process.stdout.read().splitlines()[-1]), both) / 1024


def _children(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return []


def _kib(pid: str, what: re.Pattern[str], where: str) -> int:
    """0 once it is gone."""
    with suppress(OSError):
        return sum(int(one) for one in what.findall(Path(f"/proc/{pid}/{where}").read_text()))
    return 0
