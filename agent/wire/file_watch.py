"""Which watch reads a channel for files: both ends make it from what was asked for, alike."""

from __future__ import annotations

from agent.wire import files_command
from agent.wire.frames import CLOSE_BREACH, ProtocolError
from agent.wire.scp_watch import ScpWatch
from agent.wire.transfers import SftpWatch, Watch


def watch_of(files: str, home: str) -> Watch:
    """`files` is `sftp` or a command line of scp, `home` the first folder of the grant."""
    if files == files_command.SFTP:
        return SftpWatch(home)
    command = files_command.read(files)
    if command is None:
        raise ProtocolError(CLOSE_BREACH, "a command line that asks for no files")
    return ScpWatch(command, home)


def is_served(files: str) -> bool:
    return files == files_command.SFTP or files_command.read(files) is not None
