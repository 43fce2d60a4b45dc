"""The host's half of rsync within the approved folders, protocol 30; the protocol is in `agent.wire.rsync_*`."""

from __future__ import annotations

import sys

assert sys.platform != "win32"  # paths are opened component by component, below a descriptor

import struct
from collections.abc import Callable

from agent.files.folders import Folders
from agent.files.rsync_send import Sender
from agent.files.rsync_take import Taker
from agent.files.rsync_talk import Over, Talk
from agent.wire.rsync_command import RsyncCommand
from agent.wire.rsync_wire import COMPAT_FLAGS, MAX_VERSION, SEED_BYTES, VERSION, breach

PARTIAL, CUT = 23, 12  # rsync's own exit statuses


def serve(
    command: RsyncCommand, allowed: Folders, read: Callable[[int], bytes], write: Callable[[bytes], None]
) -> int:
    """The exit status. `read(n)` gives up to n bytes, none at the end; `ProtocolError` for what no rsync sends."""
    talk = Talk(read, write)
    try:
        (theirs,) = struct.unpack("<i", talk.plain(4))
        if not 0 < theirs <= MAX_VERSION:
            raise breach("a version that there is not")
        if theirs < VERSION:
            talk.put_plain(struct.pack("<i", VERSION) + bytes(SEED_BYTES))
            raise talk.give_up("rsync 3.0 or later is needed")
        talk.put_plain(struct.pack("<iB", VERSION, COMPAT_FLAGS) + bytes(SEED_BYTES))
        (Sender if command.sends else Taker)(command, allowed, talk).run()
    except Over:
        return CUT
    return PARTIAL if talk.failed else 0
