"""The peer on the SSH path: OpenSSH alone, through a jump host, with the same ciphers on the same loopback."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

CIPHER = "aes128-gcm@openssh.com"
PRIVSEP = Path("/run/sshd")  # compiled into Debian's sshd, which will not start as root without it
READY_S = 10.0

_SERVER = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/client.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
MaxStartups 200
MaxSessions 200
UseDNS no
Ciphers {cipher}
Subsystem sftp /usr/lib/openssh/sftp-server
"""

_CLIENT = """\
IgnoreUnknown ObscureKeystrokeTiming
ObscureKeystrokeTiming no
BatchMode yes
LogLevel ERROR
IdentitiesOnly yes
StrictHostKeyChecking no
UserKnownHostsFile /dev/null
Ciphers {cipher}
ControlMaster no

Host jump
  HostName 127.0.0.1
  Port {jump}
  User {user}
  IdentityFile {folder}/client

Host target
  HostName 127.0.0.1
  Port {target}
  User {user}
  IdentityFile {folder}/client
  ProxyJump jump

Host plain
  HostName 127.0.0.1
  Port {target}
  User {user}
  IdentityFile {folder}/client

Host verbale
  HostName 127.0.0.1
  Port {front}
  IdentityFile {identity}
"""


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to this machine, for OpenSSH's clients; each method gives the whole argument list."""

    name: str
    options: tuple[str, ...]
    host: str

    def command(self, remote: str, *, terminal: bool = False) -> list[str]:
        """A command on it."""
        return ["ssh", "-tt" if terminal else "-T", *self.options, self.host, remote]

    def sftp(self) -> list[str]:
        """An `sftp` that takes its commands from standard input."""
        return ["sftp", "-q", "-b", "-", *self.options, self.host]

    def forwarding(self, here: int, place: str) -> list[str]:
        """An `ssh` that does nothing but carry this machine's port `here` to `place`."""
        return ["ssh", "-N", "-L", f"127.0.0.1:{here}:{place}", *self.options, self.host]


class OpenSsh:
    """Two sshd of our own on loopback, jump host and target, with keys made for this run."""

    def __init__(self, folder: Path, *, front_port: int, identity: Path) -> None:
        """`front_port`, `identity`: the broker's, so that one client configuration serves both."""
        self._folder = folder
        self._servers: list[subprocess.Popen[bytes]] = []
        for name in ("host", "client"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True
            )
        ports = [self._serve(name) for name in ("jump", "target")]
        self._config = folder / "client.conf"
        self._config.write_text(
            _CLIENT.format(
                cipher=CIPHER, jump=ports[0], target=ports[1], user=getpass.getuser(), folder=folder,
                front=front_port, identity=identity,
            )
        )  # fmt: skip

    def jumping(self) -> Contestant:
        return Contestant("ProxyJump", ("-F", str(self._config)), "target")

    def plain(self) -> Contestant:
        """Straight to the target, by one sshd."""
        return Contestant("plain sshd", ("-F", str(self._config)), "plain")

    def through(self, session: str) -> Contestant:
        """A session of the broker, by the same client with the same options."""
        return Contestant("Verbale", ("-F", str(self._config), "-o", f"User={session}"), "verbale")

    @property
    def jump_pid(self) -> int:
        return self._servers[0].pid

    def stop(self) -> None:
        for server in self._servers:
            server.terminate()
            server.wait(10)

    def _serve(self, name: str) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        settings = self._folder / f"{name}.conf"
        settings.write_text(_SERVER.format(port=port, folder=self._folder, cipher=CIPHER))
        if os.geteuid() == 0:
            PRIVSEP.mkdir(mode=0o755, exist_ok=True)
        program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        assert program is not None, "sshd is missing: install openssh-server"
        log = (self._folder / f"{name}.log").open("wb")
        with log:
            self._servers.append(
                subprocess.Popen([program, "-D", "-e", "-f", str(settings)], stdout=log, stderr=log)
            )
        _wait(port, self._servers[-1], self._folder / f"{name}.log")
        return port


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        assert server.poll() is None, f"sshd did not start: {log.read_text('utf-8', 'replace')}"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("sshd does not listen")


def version() -> str:
    said = subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=True).stderr
    return said.split(",")[0].strip()
