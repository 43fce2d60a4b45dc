"""Gives a program a terminal under the account it runs as; the agent's service starts this under that account.

Windows makes no pseudo console for somebody else: who makes it has to be who uses it. A program of its own
(``python -I console.py COLS ROWS PROGRAM ARGUMENT…``), in the session's job like all that it starts. Standard
input and output are the terminal's pipes, which it hands on and never touches; standard error is *read*: a
line ``COLS ROWS`` changes the size, its end hangs up. Its exit code is the program's.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import msvcrt
import os
import threading
from ctypes import wintypes as w
from pathlib import Path

if __name__ == "__main__":  # isolated, it finds its package by where it stands
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from agent.system.windows import api
from agent.system.windows.jobs import PseudoConsole, create_process
from agent.system.windows.spelling import MAX_SIZE_BYTES, read_size

CONTROL = 2
NOT_STARTED = 127


def main(words: list[str]) -> None:
    cols, rows, program, *argv = words
    stdin, stdout = msvcrt.get_osfhandle(0), msvcrt.get_osfhandle(1)
    try:
        console = PseudoConsole(stdin, stdout, int(cols), int(rows))
        process, _ = create_process(
            program, tuple(argv), dict(os.environ), os.getcwd(), jobs=(), streams=console, token=None, desktop=None
        )  # fmt: skip
    except OSError:
        os._exit(NOT_STARTED)
    threading.Thread(target=_obey, args=(console,), daemon=True).start()
    api.kernel32.WaitForSingleObject(process, api.INFINITE)
    code = w.DWORD()
    api.kernel32.GetExitCodeProcess(process, ctypes.byref(code))
    console.close()
    api.kernel32.ExitProcess(code)  # all 32 bits of it


def _obey(console: PseudoConsole) -> None:
    with open(CONTROL, "rb", buffering=0, closefd=False) as control:
        while line := control.readline(MAX_SIZE_BYTES):
            size = read_size(line)
            if size is not None:
                console.resize(*size)
    console.close()


if __name__ == "__main__":
    main(sys.argv[1:])
