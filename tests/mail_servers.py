"""A real mail server (Exim) and a real IMAP server (Dovecot) for tests: in a folder of their own, on loopback alone."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "fornitore", "segreta"
EXIM = """
primary_hostname = mx.verbale.test
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
exim_user = {user}
exim_group = {group}
never_users =
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtp} : {smtps}
tls_on_connect_ports = {smtps}
tls_advertise_hosts = *
tls_certificate = {folder}/certificate.pem
tls_privatekey = {folder}/key.pem
deliver_drop_privilege = true
host_lookup =
acl_smtp_rcpt = accept
message_size_limit = 40M
keep_environment =
begin routers
registro:
  driver = manualroute
  local_parts = registro
  transport = to_verbale
  route_list = * 127.0.0.1
  self = send
local:
  driver = accept
  transport = to_maildir
begin transports
to_verbale:
  driver = smtp
  protocol = lmtp
  port = {lmtp}
to_maildir:
  driver = appendfile
  directory = {folder}/Maildir
  maildir_format
  user = {user}
  group = {group}
begin retry
* * F,1h,1s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = ${{if and{{{{eq{{$auth2}}{{fornitore}}}}{{eq{{$auth3}}{{segreta}}}}}}}}
  server_set_id = $auth2
"""
DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/Maildir
passdb {{
  driver = static
  args = password=segreta
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class MailServers:
    """`lmtp` is where Exim hands over what comes for ``registro@…``; all else lies in the mailbox."""

    folder: Path
    lmtp: int
    smtp: int = field(default_factory=free_port)
    smtps: int = field(default_factory=free_port)
    imaps: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @classmethod
    def start(cls, lmtp: int) -> MailServers:
        # Not pytest's folder: its parents are closed to other accounts, and a socket's path is short.
        found = cls(Path(tempfile.mkdtemp(prefix="verbale-mail-", dir="/tmp")), lmtp)
        try:
            found._write()
            found.start_exim()
            found.start_dovecot()
        except BaseException:
            found.stop()
            raise
        return found

    @property
    def account(self) -> pwd.struct_passwd:
        """Neither server wants to be root."""
        return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())

    @property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))

    def _write(self) -> None:
        self._certificate()
        group = grp.getgrgid(self.account.pw_gid).gr_name
        for name, text in (("exim.conf", EXIM), ("dovecot.conf", DOVECOT)):
            filled = text.format(
                folder=self.folder, user=self.account.pw_name, group=group, smtp=self.smtp, smtps=self.smtps,
                imaps=self.imaps, lmtp=self.lmtp,
            )  # fmt: skip
            (self.folder / name).write_text(filled)
        (self.folder / "spool").mkdir()
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _certificate(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        (self.folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self.folder / "key.pem").write_bytes(secret)
        (self.folder / "key.pem").chmod(0o600)

    def start_exim(self) -> None:
        # -bdf: in the foreground; -q1s: what could not be delivered is tried again each second.
        self._run(
            "exim", ["/usr/sbin/exim4", "-C", str(self.folder / "exim.conf"), "-bdf", "-q1s"], self.smtp
        )

    def start_dovecot(self) -> None:
        self._run("dovecot", ["/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")], self.imaps)

    def _run(self, name: str, command: list[str], port: int) -> None:
        user = self.account if os.geteuid() == 0 else None
        self.processes[name] = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", start_new_session=True,
            user=None if user is None else user.pw_uid, group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
        )  # fmt: skip
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
            if self.processes[name].poll() is not None:
                break
        logs = [path.read_text(errors="replace") for path in self.folder.glob("*log")]
        raise RuntimeError(f"{name} does not listen: {logs}")

    def kill(self, name: str) -> None:
        """At once, with all it began."""
        process = self.processes.pop(name)
        if process.returncode is None:  # else its number is nobody's, or somebody else's
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)
        shutil.rmtree(self.folder)

    def submit(self, raw: bytes, to: str, sender: str = "bounce@altrove.example") -> None:
        """As another server would hand it in."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=60) as server:
            server.sendmail(sender, [to], raw, mail_options=["BODY=8BITMIME"])

    def lying(self) -> list[bytes]:
        """What the mailbox holds, oldest first, as the IMAP server's files have it."""
        paths = [*self.folder.glob("Maildir/new/*"), *self.folder.glob("Maildir/cur/*")]
        return [path.read_bytes() for path in sorted(paths, key=lambda one: one.stat().st_mtime_ns)]

    def wait(self, count: int) -> None:
        """Until so many mails lie in the box."""
        until = time.monotonic() + 60
        while len(self.lying()) < count:
            assert time.monotonic() < until, (self.folder / "mainlog").read_text()
            time.sleep(0.02)
