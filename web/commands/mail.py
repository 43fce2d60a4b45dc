"""`verbale mail judge FILE.eml`: what a mail proves, and why; nothing is changed.

Asks the DNS for the keys that DKIM names, unless --dns gives the answers of another time. Without --tenant
nobody's address is known, so every sender is a stranger; all else is said all the same.

Ends with 0 when the mail was judged, whatever it proves (`accepted` in --json says whether it counts by
itself); with 1 when it could not be: no such customer, a broker that does not answer, libraries missing; with 2
on misuse, a file that cannot be read included.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from audit import instant
from audit.errors import Malformed
from audit.mail_evidence import trusted_list
from audit.mail_evidence.codes import CODES
from audit.mail_evidence.dns import MAX_SNAPSHOT_BYTES, Asked, Dns, DnsSnapshot
from audit.mail_evidence.judgement import MAX_MAIL_BYTES, Envelope, Judgement
from audit.mail_evidence.judging import available, judge
from audit.mail_evidence.known import Known
from audit.visible import visible
from broker.out.clock import SystemClock
from broker.out.dns import SystemResolver
from web.commands.reach import LOOK, add_state, ask

_TRANSPORTS = {
    "ordinary": "posta ordinaria", "pec": "PEC", "receipt": "ricevuta PEC", "anomaly": "posta ordinaria in busta PEC",
}  # fmt: skip


def add_options(parser: argparse.ArgumentParser) -> None:
    questions = parser.add_subparsers(required=True, metavar="QUESTION")
    one = questions.add_parser("judge", help="what a mail proves", description=__doc__)
    one.add_argument("file", type=Path, metavar="FILE.eml", help="the mail as it came, byte by byte")
    one.add_argument("--tenant", help="id of the customer whose addresses count, t-…")
    one.add_argument(
        "--dns", type=_snapshot, metavar="FILE", help="answers kept before, instead of asking the DNS"
    )
    one.add_argument("--keep-dns", type=Path, metavar="FILE", help="write the answers there, for --dns")
    one.add_argument(
        "--received",
        type=_received,
        metavar="WHEN",
        help="when it came, 2026-11-26T09:00:00+01:00; default now",
    )
    one.add_argument(
        "--pec-ca", type=_certificates, default=(), metavar="FILE", help="authorities of PEC providers (PEM)"
    )
    one.add_argument(
        "--ca",
        type=_certificates,
        default=(),
        metavar="FILE",
        help="authorities of people’s certificates (PEM)",
    )
    one.add_argument(
        "--trusted-list",
        type=_trusted_list,
        metavar="FILE",
        help="a national trusted list (XML, ETSI TS 119 612)",
    )
    one.add_argument("--json", action="store_true", help="with stable keys, for programs")
    add_state(one)


def run(args: argparse.Namespace) -> int:
    """0 judged, 1 not to be judged, 2 misuse."""
    if not available():
        sys.stderr.write("Mancano le librerie per giudicare la posta: installi verbale[mail].\n")
        return 1
    try:
        raw = _read(args.file, MAX_MAIL_BYTES + 1)
    except argparse.ArgumentTypeError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    at = args.received or SystemClock().now()
    known = _known(args, at)
    if isinstance(known, str):
        sys.stderr.write(f"{known}\n")
        return 1
    resolver = None if args.dns is not None else SystemResolver()
    asked = Asked(args.dns.txt if resolver is None else resolver.txt)
    found = judge(raw, Envelope(at), asked, known)
    if args.keep_dns is not None:
        name = args.dns.resolver if resolver is None else resolver.name
        args.keep_dns.write_bytes(asked.snapshot(at, name).encode())
    print(json.dumps(value_of(found, at), ensure_ascii=False, indent=1) if args.json else words_of(found))
    return 0


def _known(args: argparse.Namespace, at: datetime) -> Known | str:
    """What is known; or the sentence that says why nobody can say."""
    known = Known()
    if args.tenant is not None:
        said = ask(
            args.state, "mail_known", stopped=LOOK, nobody=None, tenant=args.tenant, at=instant.to_text(at)
        )
        if "known" not in said:
            return str(said["it"])
        known = Known.from_value(said["known"])
    return replace(
        known,
        providers=(*known.providers, *args.pec_ca),
        authorities=(*known.authorities, *args.ca),
        trusted_list=args.trusted_list or known.trusted_list,
    )


def value_of(found: Judgement, at: datetime) -> dict[str, Any]:
    """The answer of --json; what is unknown is left out."""
    claims = {
        key: _plain(value) for key, value in asdict(found.claims).items() if value not in (None, "", ())
    }
    value: dict[str, Any] = {
        "level": found.level.code,
        "code": found.code,
        "reasons": [{"code": one, "it": CODES[one].it, "en": CODES[one].en} for one in found.reasons],
        "transport": found.transport.value,
        "accepted": found.accepted,
        "received": instant.to_text(at),
        "claims": claims,
    }
    if found.sender is not None:
        value["sender"] = asdict(found.sender)
    return value


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case dict():
            return {key: _plain(one) for key, one in value.items() if one not in (None, "", ())}
        case tuple() | list():
            return [_plain(one) for one in value]
        case _:
            return value


def words_of(found: Judgement) -> str:
    """For who reads a terminal; the mail's own words as they can be seen."""
    claims = found.claims
    lines = [f"{found.level.code.upper()}  {found.code}  ({_TRANSPORTS[found.transport.value]})"]
    lines += [f"- {CODES[one].it}" for one in found.reasons]
    lines.append("Vale da solo." if found.accepted else "Non vale da solo.")
    told = (("Mittente", claims.sender), ("Oggetto", claims.subject), ("Identificativo", claims.message_id))
    lines += [f"{name}: {visible(text)}" for name, text in told if text]
    for one in claims.signed:
        whose = " ".join(part for part in (one.name, one.fiscal_code) if part)
        lines.append(
            f"Allegato {visible(one.file)}: {visible(whose) or 'firmatario sconosciuto'}. {CODES[one.verdict].it}"
        )
    return "\n".join(lines)


# ------------------------------------------------------------------------------- what is typed


def _read(path: Path, most: int) -> bytes:
    """At most that many bytes: a larger mail is judged to be too large."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as wrong:
        raise argparse.ArgumentTypeError(f"{path} non si legge: {wrong.strerror}.") from wrong


def _snapshot(text: str) -> Dns:
    try:
        return DnsSnapshot.parse(_read(Path(text), MAX_SNAPSHOT_BYTES + 1))
    except Malformed as wrong:
        raise argparse.ArgumentTypeError(f"{text} non è una copia delle risposte del DNS.") from wrong


def _received(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError("Giorno, ora e scarto così: 2026-11-26T09:00:00+01:00.") from wrong
    if at.tzinfo is None or not 2000 <= at.year < 2100:
        raise argparse.ArgumentTypeError("Giorno, ora e scarto così: 2026-11-26T09:00:00+01:00.")
    return instant.whole_ms(at)


def _certificates(text: str) -> tuple[bytes, ...]:
    try:
        found = x509.load_pem_x509_certificates(_read(Path(text), 16 * 1024 * 1024))
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(f"{text} non contiene certificati in forma PEM.") from wrong
    return tuple(one.public_bytes(Encoding.DER) for one in found)


def _trusted_list(text: str) -> Any:
    try:
        return trusted_list.parse(_read(Path(text), trusted_list.MAX_BYTES + 1))
    except Malformed as wrong:
        raise argparse.ArgumentTypeError(f"{text} non è un elenco di fiducia (ETSI TS 119 612).") from wrong
