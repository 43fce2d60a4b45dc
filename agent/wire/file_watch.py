"""Which watch reads a channel for files: both ends make it from what was asked for, alike."""

from __future__ import annotations

from agent.wire import files_command
from agent.wire.files_command import ScpCommand
from agent.wire.frames import CLOSE_BREACH, ProtocolError
from agent.wire.rsync_command import RsyncCommand, Unserved
from agent.wire.rsync_watch import RsyncWatch
from agent.wire.scp_watch import ScpWatch
from agent.wire.transfers import SftpWatch, Watch


def watch_of(files: str, home: str) -> Watch:
    """`files` is `sftp` or a command line of scp or rsync, `home` the first folder of the grant."""
    if files == files_command.SFTP:
        return SftpWatch(home)
    match files_command.read(files):
        case ScpCommand() as scp:
            return ScpWatch(scp, home)
        case RsyncCommand() as rsync:
            return RsyncWatch(rsync, home)
        case _:
            raise ProtocolError(CLOSE_BREACH, "a command line that asks for no files")


def is_served(files: str) -> bool:
    return files == files_command.SFTP or isinstance(files_command.read(files), ScpCommand | RsyncCommand)


def unserved(files: str) -> str | None:
    """What of a command line of rsync no host here does, such as `--delete`."""
    found = None if files == files_command.SFTP else files_command.read(files)
    return found.option if isinstance(found, Unserved) else None
