"""What `verbale serve` is told of mail: boxes, listener, certified mail, read before anything starts."""

from __future__ import annotations

import argparse
import ssl
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from audit.errors import Malformed
from audit.mail_evidence import trusted_list
from audit.mail_evidence.judgement import MAX_MAIL_BYTES
from audit.mail_evidence.known import TrustedList
from broker.domain.email_address import read_email
from broker.domain.refusal import Refused
from broker.live.mail_desk import MailDesk
from broker.out.certified_mail import CertifiedMail
from broker.out.dns import SystemResolver
from broker.out.imap_box import Account, ImapBox
from broker.ports import Channel
from web.commands.sealing import Misuse

ADDRESS = "{what} non è un indirizzo come {example}."
PLAIN = "Senza TLS solo verso questa macchina: usi {safe}."
NO_LINE = "In {path} manca la riga della password di {user}."
READ_BY_OTHERS = "{path} lo può leggere anche altri: lo renda leggibile al solo proprietario (chmod 600)."
NO_FILE = "Per {user} serve --mail-secrets: un file con righe «utente password»."
UNREAD = "{path} non si legge: {why}."
NO_CERTIFICATES = "{path} non contiene certificati in forma PEM."
NO_LIST = "{path} non è un elenco di fiducia (ETSI TS 119 612)."
SENDER = "--pec-from è la casella PEC da cui partono le lettere."
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 25}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--imap",
        action="append",
        default=[],
        metavar="imaps://USER@HOST[:PORT]/FOLDER",
        help="mailbox to read; may be given again",
    )
    parser.add_argument("--lmtp", metavar="HOST:PORT", help="listen for the local mail server (LMTP)")
    parser.add_argument(
        "--pec", metavar="smtps://USER@HOST[:PORT]", help="server of the vendor's certified mail"
    )
    parser.add_argument("--pec-from", default="", metavar="ADDRESS", help="the vendor's certified box")
    parser.add_argument(
        "--pec-ca", type=Path, metavar="FILE", help="authorities under which PEC providers sign (PEM)"
    )
    parser.add_argument(
        "--people-ca", type=Path, metavar="FILE", help="authorities of people’s certificates (PEM)"
    )
    parser.add_argument(
        "--trusted-list", type=Path, metavar="FILE", help="a national trusted list (XML, ETSI TS 119 612)"
    )
    parser.add_argument(
        "--mail-secrets", type=Path, metavar="FILE", help="lines “user password”; readable by its owner only"
    )
    parser.add_argument("--mail-ca", type=Path, metavar="FILE", help="authority of the mail servers (PEM)")
    parser.add_argument(
        "--mail-forwarders", default="", metavar="DOMAINS", help="whose ARC seals are believed, by commas"
    )


@dataclass(frozen=True, slots=True)
class Way:
    """The parts of the world that mail takes. `lmtp` is host and port to listen on."""

    desk: MailDesk | None
    boxes: tuple[ImapBox, ...]
    channels: dict[str, Channel]
    lmtp: tuple[str, int] | None


def way(args: argparse.Namespace) -> Way:
    """`Misuse`: the sentence says what to mend."""
    boxes = tuple(ImapBox(_account(args, url), MAX_MAIL_BYTES) for url in args.imap)
    lmtp = None if args.lmtp is None else _listen(args.lmtp)
    channels: dict[str, Channel] = {} if args.pec is None else {"pec": _certified(args)}
    desk = None
    if boxes or lmtp:
        forwarders = tuple(one.strip().lower() for one in args.mail_forwarders.split(",") if one.strip())
        providers, authorities = _certificates(args.pec_ca), _certificates(args.people_ca)
        desk = MailDesk(
            SystemResolver(), providers, forwarders, authorities, _trusted_list(args.trusted_list)
        )
    return Way(desk, boxes, channels, lmtp)


def _account(args: argparse.Namespace, text: str) -> Account:
    url = _url(text, "imap", "imaps://utente@server.example/INBOX")
    user = unquote(url.username or "")
    folder = unquote(url.path.lstrip("/")) or "INBOX"
    tls = _tls(args, url, "imaps://")
    return Account(_host(url), _port(url), user, _secret(args, user), folder, tls)


def _certified(args: argparse.Namespace) -> CertifiedMail:
    url = _url(args.pec, "smtp", "smtps://utente@server.example")
    user = unquote(url.username or "")
    try:
        sender = read_email(args.pec_from)
    except Refused as no:
        raise Misuse(SENDER) from no
    password = _secret(args, user) if user else ""
    return CertifiedMail(_host(url), _port(url), user, password, sender, _tls(args, url, "smtps://"))


def _url(text: str, kind: str, example: str) -> SplitResult:
    wrong = Misuse(ADDRESS.format(what=text, example=example))
    try:
        url = urlsplit(text)
        url.port  # noqa: B018 - reading it judges it
    except ValueError as no:
        raise wrong from no
    if url.scheme not in {kind, f"{kind}s"} or not url.hostname or url.password or url.query or url.fragment:
        raise wrong
    return url


def _host(url: SplitResult) -> str:
    return url.hostname or ""


def _port(url: SplitResult) -> int:
    return url.port or _PORTS[url.scheme]


def _tls(args: argparse.Namespace, url: SplitResult, safe: str) -> ssl.SSLContext | None:
    if url.scheme.endswith("s"):
        try:
            return ssl.create_default_context(cafile=args.mail_ca)
        except (OSError, ssl.SSLError) as wrong:
            raise Misuse(UNREAD.format(path=args.mail_ca, why=wrong)) from wrong
    if url.hostname not in _HERE:
        raise Misuse(PLAIN.format(safe=safe))
    return None


def _secret(args: argparse.Namespace, user: str) -> str:
    if args.mail_secrets is None:
        raise Misuse(NO_FILE.format(user=user))
    path: Path = args.mail_secrets
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Misuse(READ_BY_OTHERS.format(path=path))
        lines = [line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as wrong:
        raise Misuse(UNREAD.format(path=path, why=wrong)) from wrong
    found = [line[1] for line in lines if len(line) == 2 and line[0] == user]
    if not found:
        raise Misuse(NO_LINE.format(path=path, user=user))
    return found[0].strip()


def _certificates(path: Path | None) -> tuple[bytes, ...]:
    if path is None:
        return ()
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as wrong:
        raise Misuse(UNREAD.format(path=path, why=wrong)) from wrong
    except ValueError as wrong:
        raise Misuse(NO_CERTIFICATES.format(path=path)) from wrong
    return tuple(one.public_bytes(Encoding.DER) for one in found)


def _trusted_list(path: Path | None) -> TrustedList | None:
    if path is None:
        return None
    try:
        return trusted_list.parse(path.read_bytes())
    except OSError as wrong:
        raise Misuse(UNREAD.format(path=path, why=wrong)) from wrong
    except Malformed as wrong:
        raise Misuse(NO_LIST.format(path=path)) from wrong


def _listen(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise Misuse(ADDRESS.format(what=text, example="localhost:2424"))
    return host, int(port)
