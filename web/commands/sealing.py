"""What `verbale serve` is told of signatures and timestamps: read before anything starts, a sentence where it is wrong."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypedDict

from cryptography.exceptions import InvalidSignature

from audit.errors import Malformed
from audit.timestamp import authorities
from broker.out.report_certificate import ReportCertificate, given_certificate
from broker.out.timestamp_authority import HttpAuthority
from broker.settings import Settings

TSA_IN_PART = "--tsa e --tsa-ca vanno insieme: l’indirizzo dell’autorità e il certificato da cui dipendono le sue marche."
TSA_UNREAD = (
    "{path} non contiene certificati in forma PEM: indichi con --tsa-ca quello dell’autorità per le marche."
)
REPORT_IN_PART = "--report-key e --report-password servono con --report-certificate."
REPORT_UNREAD = "Con {path} non si possono firmare i rapporti: {why}."


class Misuse(Exception):
    """What was asked cannot be done; the sentence says what to mend."""


class Sealing(TypedDict):
    """The part of `Settings` that is meant: the certificates of the authority, the names of the vendor's files."""

    tsa: str | None
    tsa_ca: str | None
    report_certificate: str | None
    report_key: str | None
    report_password: str | None


def settings_of(args: argparse.Namespace) -> Sealing:
    return Sealing(
        tsa=args.tsa,
        tsa_ca=_tsa_ca(args),
        report_certificate=_place(args.report_certificate),
        report_key=_place(args.report_key),
        report_password=_place(args.report_password),
    )


def check(args: argparse.Namespace) -> None:
    """Return, or `Misuse`: the files are read, and forgotten again."""
    told = settings_of(args)
    _given(told["report_certificate"], told["report_key"], told["report_password"])


def authority(settings: Settings) -> HttpAuthority | None:
    if settings.tsa is None or settings.tsa_ca is None:
        return None
    return HttpAuthority(settings.tsa, settings.tsa_ca)


def certificate(settings: Settings) -> ReportCertificate | None:
    """The vendor's own; None where he gave none."""
    return _given(settings.report_certificate, settings.report_key, settings.report_password)


def _place(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())


def _tsa_ca(args: argparse.Namespace) -> str | None:
    if (args.tsa is None) != (args.tsa_ca is None):
        raise Misuse(TSA_IN_PART)
    if args.tsa_ca is None:
        return None
    try:
        pem: str = args.tsa_ca.read_text()
        authorities(pem)
    except (OSError, UnicodeDecodeError, Malformed) as wrong:
        raise Misuse(TSA_UNREAD.format(path=args.tsa_ca)) from wrong
    return pem


def _given(certificates: str | None, key: str | None, password: str | None) -> ReportCertificate | None:
    if certificates is None:
        if key is not None or password is not None:
            raise Misuse(REPORT_IN_PART)
        return None
    try:
        secret = None if password is None else Path(password).read_bytes().strip()
        return given_certificate(
            Path(certificates).read_bytes(), b"" if key is None else Path(key).read_bytes(), secret
        )
    except (OSError, ValueError, TypeError, InvalidSignature) as wrong:
        raise Misuse(REPORT_UNREAD.format(path=certificates, why=wrong)) from wrong
