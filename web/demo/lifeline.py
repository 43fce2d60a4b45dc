"""DEMO: ends what a demo started, should the demo itself be killed. Reads its standard input until that closes.

Each line is the number of a process, in the order they were started. A demo that ends in its own time leaves
nothing to do; one that was killed closes the pipe all the same, and nobody else would learn of it.
"""

from __future__ import annotations

import os
import select
import signal
import sys

GRACE_S = 8.0


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    held: list[int] = []  # a descriptor names the process itself, whoever gets its number later
    for line in sys.stdin:
        try:
            held.append(os.pidfd_open(int(line)))
        except ProcessLookupError:
            continue  # it ended before it was noted
    # The last one started is the agent: it ends first, while there is a broker to hear its last notes.
    for handle in reversed(held):
        _end(handle)


def _end(handle: int) -> None:
    for number, grace_s in ((signal.SIGTERM, GRACE_S), (signal.SIGKILL, 1.0)):
        try:
            signal.pidfd_send_signal(handle, number)
        except ProcessLookupError:
            return
        if select.select([handle], [], [], grace_s)[0]:
            return


if __name__ == "__main__":
    main()
