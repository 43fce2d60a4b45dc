"""Windows: what the agent asks of it, put together."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import os
import socket
import subprocess
import winreg
from pathlib import Path

import psutil

from agent.system.interface import Publisher, System
from agent.system.signatures import read_authenticode
from agent.system.windows import api
from agent.system.windows.accounts import WindowsAccounts
from agent.system.windows.door import NamedPipeDoor
from agent.system.windows.files import WindowsFiles
from agent.system.windows.lifecycle import WindowsLifecycle
from agent.system.windows.people import WindowsDesktops, WindowsPeople
from agent.system.windows.screens import WindowsScreens
from agent.system.windows.seats import WindowsSeats
from agent.system.windows.table import WindowsTable
from agent.system.windows.warden import JobKeeper

ASK_S = 20.0  # PowerShell takes seconds to start on a busy machine
_ASK_SIGNATURE = (
    "$s = Get-AuthenticodeSignature -LiteralPath $env:VERBALE_FILE; "
    "ConvertTo-Json -Compress @{Status = [string]$s.Status; Subject = [string]$s.SignerCertificate.Subject}"
)


class WindowsClocks:
    """GetTickCount64 counts sleep, QueryUnbiasedInterruptTime does not; nobody sets either."""

    def boot_s(self) -> float:
        return float(api.kernel32.GetTickCount64()) / 1e3

    def asleep_s(self) -> float:
        awake = ctypes.c_ulonglong()  # of 100 ns
        api.check(api.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(awake)))
        return self.boot_s() - awake.value / 1e7


class WindowsIdentity:
    def machine_id(self) -> str:
        """Made when Windows was installed; a cloned disk carries it along, unless Sysprep was run."""
        flags = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        try:
            with winreg.OpenKey(
                winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography", 0, flags
            ) as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0]).strip()
        except OSError:
            return ""

    def boot_id(self) -> str:
        """Of the process that every start of Windows begins with, and that lives as long: its pid and start."""
        for process in psutil.process_iter(["name", "create_time"]):
            if process.info["name"] == "wininit.exe" and process.info["create_time"]:
                return f"{process.pid}-{int(process.info['create_time'] * 1_000_000)}"
        return "unknown"


class WindowsNetwork:
    def tune(self, raw: socket.socket, not_sent_low_bytes: int) -> None:
        """Windows has no low mark for what is not sent; it sizes its buffers by itself."""
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4)

    def is_peer_gone(self, raw: socket.socket) -> bool:
        """Not while anything is unread: a cut that hides behind it is found by keep-alive."""
        sign = ctypes.create_string_buffer(1)
        said = api.ws2_32.recv(raw.fileno(), sign, 1, api.MSG_PEEK)
        return said == 0 or (said < 0 and ctypes.get_last_error() != api.WSAEWOULDBLOCK)


class AuthenticodePublishers:
    def publisher(self, path: Path) -> Publisher | None:
        """The path goes by the environment: nothing in it can be a word of the command."""
        system = os.environ.get("SYSTEMROOT", r"C:\Windows")
        shell = rf"{system}\System32\WindowsPowerShell\v1.0\powershell.exe"
        try:
            done = subprocess.run(
                [shell, "-NoProfile", "-NonInteractive", "-Command", _ASK_SIGNATURE],
                env={**os.environ, "VERBALE_FILE": str(path)},
                capture_output=True, timeout=ASK_S, check=False, creationflags=subprocess.CREATE_NO_WINDOW,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return None
        return read_authenticode(done.stdout)


_ACCOUNTS = WindowsAccounts()
WINDOWS = System(
    name="windows",
    clocks=WindowsClocks(),
    identity=WindowsIdentity(),
    files=WindowsFiles(),
    accounts=_ACCOUNTS,
    people=WindowsPeople(),
    desktops=WindowsDesktops(),
    table=WindowsTable(),
    keeper=JobKeeper(_ACCOUNTS),
    door=NamedPipeDoor(),
    network=WindowsNetwork(),
    lifecycle=WindowsLifecycle(),
    publishers=AuthenticodePublishers(),
    screens=WindowsScreens(_ACCOUNTS),
    seats=WindowsSeats(),
)
