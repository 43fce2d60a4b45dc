"""`verbale connect HOST`: by ssh into the session that runs there, or what it still takes to have one.

`verbale connect SESSION@SERVER --port rdp`: a port of a running session, on this computer, until the session ends.
Over SSH with the technician's own key, because that key is what the customer approved and every other way in is
refused; nothing is kept on this computer. Only this computer can use the port it opens.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from audit.forms import PORT_NAME
from audit.visible import visible
from web.commands import reach_host
from web.commands.login import add_login

if TYPE_CHECKING:
    import asyncssh

SSH_PORT = 22
CHUNK_BYTES = 64 * 1024
MAX_SAID = 300
_PLACE = re.compile(r"(s-[0-9a-f]{10})@(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?")
_LISTEN = re.compile(r"(?:(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):)?([0-9]{1,5})")
NOT_TRUSTED = (
    "La chiave del server non è quella attesa. La confronti con quella scritta nella pagina della sessione "
    "e la indichi con --host-key SHA256:…"
)
NO_CLIENT = "Manca il programma per ssh: installi «verbale[client]»."


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "place", metavar="HOST|SESSION@SERVER[:PORT]", help="a host's name, or what the session's page gives"
    )
    parser.add_argument("--port", metavar="NAME", help="the port's name in the customer's rules")
    parser.add_argument(
        "--listen", default="127.0.0.1:0", metavar="ADDRESS:PORT", help="here; default any free port"
    )
    parser.add_argument("--identity", metavar="FILE", help="private key; default those ssh would use")
    parser.add_argument("--host-key", metavar="SHA256:…", help="the server's key; default as ssh knows it")
    parser.add_argument("--json", action="store_true", help="of a host: how one gets in, and call nobody")
    add_login(parser)


def run(args: argparse.Namespace) -> int:
    """0 the session or the user ended it; 1 it could not be opened, with a sentence; 2 misuse."""
    if "@" not in args.place and args.port is None:
        return reach_host.run(args)
    place, listen = _PLACE.fullmatch(args.place), _LISTEN.fullmatch(args.listen)
    if place is None or listen is None or not PORT_NAME.fits(args.port or ""):
        print("Scriva: verbale connect SESSIONE@SERVER:PORTA --port NOME, come nella pagina della sessione.")
        return 2
    here = (listen[1] or "127.0.0.1").strip("[]").replace("localhost", "127.0.0.1")
    if not _is_this_computer(here) or int(listen[2]) > 65535:
        print("Si può ascoltare solo su questo computer: --listen 127.0.0.1:PORTA.")
        return 2
    try:
        import asyncssh  # noqa: F401 - of the extra `client`, which other commands do without
    except ImportError:
        print(NO_CLIENT)
        return 1
    server, number = place[2].strip("[]"), int(place[3] or SSH_PORT)
    with contextlib.suppress(KeyboardInterrupt):
        return asyncio.run(_run(args, place[1], (server, number), (here, int(listen[2]))))
    print("Chiuso.")
    return 0


def _is_this_computer(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


async def _run(args: argparse.Namespace, session: str, server: tuple[str, int], here: tuple[str, int]) -> int:
    import asyncssh

    try:
        connection = await asyncssh.connect(*server, **_options(args, session))
    except asyncssh.HostKeyNotVerifiable:
        print(NOT_TRUSTED)
        return 1
    except asyncssh.PermissionDenied:
        print("La sessione non è in corso, o questa chiave non è quella autorizzata.")
        return 1
    except (OSError, asyncssh.Error) as wrong:
        print(f"Il server non risponde come dovrebbe: {_said(str(wrong))}")
        return 1
    async with connection:
        tunnel = _Tunnel(connection, args.port)
        try:
            listener = await asyncio.start_server(tunnel.carry, *here)
        except OSError as wrong:
            print(f"Non si può ascoltare su {here[0]}:{here[1]}: {wrong.strerror}.")
            return 1
        async with listener:
            opened = listener.sockets[0].getsockname()[1]
            print(
                f"Porta «{args.port}» della sessione {session}: si colleghi a {here[0]}:{opened}", flush=True
            )
            print("Resta aperta finché dura la sessione; Ctrl+C la chiude.", flush=True)
            await connection.wait_closed()
            listener.close()
    print("La sessione è finita: la porta è chiusa.")
    return 0


def _said(text: str) -> str:
    """Words of whoever answers there, which a terminal must not obey."""
    return visible(text[:MAX_SAID], instead=" ")


def _options(args: argparse.Namespace, session: str) -> dict[str, Any]:
    """Nothing of this computer's ssh but its keys: no configuration forwards more than was asked for."""
    found: dict[str, Any] = {
        "username": session,
        "config": None,
        "keepalive_interval": 30,
        "login_timeout": 30,
    }
    if args.identity:
        found |= {"client_keys": [args.identity], "agent_path": None}
    if args.host_key:
        found |= {"client_factory": _pinned(args.host_key), "known_hosts": ([], [], [])}
    return found


def _pinned(fingerprint: str) -> type[asyncssh.SSHClient]:
    import asyncssh

    class Pinned(asyncssh.SSHClient):
        def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
            return key.get_fingerprint("sha256") == fingerprint

    return Pinned


class _Tunnel:
    """Each connection to the local port is a channel of its own, and a record at the customer's."""

    def __init__(self, connection: asyncssh.SSHClientConnection, port: str) -> None:
        self._connection = connection
        self._port = port

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        import asyncssh

        try:
            back, out = await self._connection.open_connection(self._port, 0, encoding=None)
        except asyncssh.ChannelOpenError as no:
            print(f"Non aperta: {_said(no.reason)}", flush=True)
        except (OSError, asyncssh.Error):
            pass  # the connection itself is over, which is told once, at its end
        else:
            await asyncio.gather(_copy(reader, out), _copy(back, writer))
            out.close()
        writer.close()


async def _copy(source: Any, sink: Any) -> None:
    """Until its end, or until one side is gone."""
    import asyncssh

    with contextlib.suppress(OSError, asyncssh.Error):
        while data := await source.read(CHUNK_BYTES):
            sink.write(data)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()
