"""Why something fails, as a client reads it: a code of SFTP and one sentence."""

from __future__ import annotations

import sys

assert sys.platform != "win32"  # paths are opened component by component, below a descriptor

import errno

from agent.files.folders import Refused
from agent.wire.sftp import REASONS, Code

_WORDS = {
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "read_only",
    errno.ENOSPC: "no_space",
    errno.EDQUOT: "no_space",
    errno.EFBIG: "no_space",
    errno.ENAMETOOLONG: "name_too_long",
    errno.ELOOP: "link",
}
_FAILURES = frozenset({"no_space", "name_too_long", "failed"})  # no refusal, for OPEN apart


def why(wrong: Refused | OSError) -> tuple[Code, str]:
    if isinstance(wrong, OSError) and wrong.errno in {errno.ENOENT, errno.ENOTDIR}:
        return Code.NO_SUCH_FILE, "no such file"
    word = wrong.reason if isinstance(wrong, Refused) else _WORDS.get(wrong.errno or 0, "failed")
    return (Code.FAILURE if word in _FAILURES else Code.PERMISSION_DENIED), REASONS[word]
