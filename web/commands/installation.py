"""What `verbale doctor --state` looks at beside the packages: folder, disk, database, addresses, mail server.

Each check is one sentence, and says who mends what is wrong. Nothing is changed.
"""

from __future__ import annotations

import asyncio
import shutil
import smtplib
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx

from broker import door
from broker.domain.refusal import Refused
from broker.settings import Settings
from broker.store.database import open_database
from broker.store.schema_version import HEAD
from web.commands.checked import Checked
from web.signing_site import FILES, FOLDER

LEAST_FREE_BYTES = 1 << 30
WAIT_S = 10.0


class _AsBrowsers(httpx.HTTPTransport):
    """`name.localhost` is this machine, also where no resolver says so (RFC 6761, 6.3)."""

    def __init__(self) -> None:
        super().__init__(verify=ssl.create_default_context())  # the system's authorities

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host.endswith(".localhost"):
            request.extensions = {**request.extensions, "sni_hostname": request.url.host}
            request.url = request.url.copy_with(host="127.0.0.1")  # its Host header stays
        return super().handle_request(request)


def looked_at(settings: Settings) -> Iterator[Checked]:
    """All of them, in an order in which the first wrong one may explain those after it."""
    yield _folder(settings.state)
    yield _disk(settings.state)
    yield _database(settings)
    yield _running(settings.state)
    with httpx.Client(timeout=WAIT_S, transport=_AsBrowsers()) as client:
        yield _pages(client, settings.origin)
        yield _signing(client, settings)
    if settings.smtp_host is not None:
        yield _mail(settings.smtp_host, settings.smtp_port)


def _folder(state: Path) -> Checked:
    open_ones = [one for one in (state, *_secret(state)) if stat.S_IMODE(one.stat().st_mode) & 0o077]
    if open_ones:
        names = ", ".join(str(one) for one in open_ones[:3])
        return Checked("folder", False, f"Altri utenti della macchina leggono {names}: dia «chmod go-rwx».")
    return Checked("folder", True, f"Cartella e chiavi in {state} sono leggibili solo da chi le possiede.")


def _secret(state: Path) -> list[Path]:
    keys = state / "keys"
    return [one for one in (keys, *sorted(keys.rglob("*")), state / door.SETTINGS) if one.exists()]


def _disk(state: Path) -> Checked:
    free = shutil.disk_usage(state).free
    size = f"{free / (1 << 30):.1f} GiB".replace(".", ",")
    if free < LEAST_FREE_BYTES:
        return Checked(
            "disk", False, f"Sul disco di {state} restano {size}: liberi spazio, o nulla si registra più."
        )
    return Checked("disk", True, f"Sul disco di {state} restano {size}.")


def _database(settings: Settings) -> Checked:
    try:
        version = asyncio.run(_version(settings.database))
    except (Refused, OSError):
        return Checked(
            "database", False, "Il database non risponde: lo avvii, o corregga l’indirizzo in --database."
        )
    if version == HEAD:
        return Checked(
            "database", True, f"Il database è alla versione {version}, quella di questo programma."
        )
    if version is None:
        return Checked(
            "database", True, "Il database non ha ancora una versione: la riceve al prossimo avvio."
        )
    said = f"Il database è alla versione {version}, questo programma alla {HEAD}: al prossimo avvio viene aggiornato."
    return Checked("database", True, f"{said} Faccia prima una copia.")


async def _version(url: str) -> str | None:
    database = open_database(url)
    try:
        return await database.version()
    finally:
        await database.close()


def _running(state: Path) -> Checked:
    if door.held(state):
        return Checked("running", True, "Il broker è in funzione.")
    return Checked("running", False, "Il broker non è in funzione: lo avvii chi amministra la macchina.")


def _pages(client: httpx.Client, origin: str) -> Checked:
    try:
        answer = client.get(f"{origin}/entra")
    except httpx.HTTPError as no:
        return Checked("pages", False, f"Da qui {origin} non si raggiunge ({no}): nome, certificato o proxy.")
    if answer.status_code != 200:
        said = f"{origin} risponde {answer.status_code} invece della pagina di accesso: corregga il proxy."
        return Checked("pages", False, said)
    return Checked("pages", True, f"La pagina di accesso risponde su {origin}.")


def _signing(client: httpx.Client, settings: Settings) -> Checked:
    origin = settings.signing_origin
    try:
        told = client.get(f"{origin}/config.json").json()
        named = (told["origin"], settings.origin in told["broker_origins"])
        wrong = [
            name for path, (name, _) in FILES.items()
            if client.get(f"{origin}{path}").content != (FOLDER / name).read_bytes()
        ]  # fmt: skip
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as no:
        return Checked("signing", False, f"Il sito di firma non risponde come deve su {origin} ({no}).")
    if named != (origin, True):
        said = f"Il sito di firma non conosce questi indirizzi: lo rifaccia per {origin} e {settings.origin}."
        return Checked("signing", False, said)
    if wrong:
        said = (
            f"Il sito di firma serve {', '.join(wrong)} di un’altra versione o di un’altra mano: lo rifaccia."
        )
        return Checked("signing", False, f"{said} Con «verbale signing-files».")
    return Checked(
        "signing", True, f"Il sito di firma su {origin} è quello di questa versione, visto da qui."
    )


def _mail(host: str, port: int) -> Checked:
    try:
        with smtplib.SMTP(host, port, timeout=WAIT_S) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as no:
        return Checked(
            "mail", False, f"Il server di posta {host}:{port} non risponde ({no}): nessuna mail parte."
        )
    return Checked("mail", True, f"Il server di posta {host}:{port} risponde.")
