"""The PDF's own signature and attachment; needs the extra `[pdf]`, imported only here and only when asked."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

STREAM_BYTES = 16 * 1024 * 1024  # inflated, of any stream but the attachment: those read here are tables
MAX_NODES = 256  # of the tree of attachments, whose kids may name each other without end
_LOUD = ("pyhanko", "pyhanko_certvalidator")


class Signer(Enum):
    """What the signature says of who signed."""

    KNOWN = "known"  # intact, over the whole file, by the pinned CA
    UNKNOWN = "unknown"  # intact, over the whole file, by somebody nobody pinned
    UNREADABLE = "unreadable"  # absent, broken, or not over the whole file
    NOT_JUDGED = "not_judged"  # the extra [pdf] is not installed


@dataclass(frozen=True, slots=True)
class PdfJudgement:
    """`attached` says whether the attached JSON equals the report's; None where nobody could look."""

    signer: Signer
    attached: bool | None
    why: str = ""


def judge_pdf(pdf: bytes, report: bytes, ca_pem: str | None, tsa_pem: str | None = None) -> PdfJudgement:
    """Judge signature and attachment of `pdf` against the report's JSON, the pinned CA, and the pinned
    timestamp authority, if the PDF bears a timestamp over all of it (PAdES B-LTA)."""
    try:
        from pyhanko.pdf_utils import decode_limits
        from pyhanko.pdf_utils.reader import PdfFileReader
    except ImportError:
        return PdfJudgement(Signer.NOT_JUDGED, None)
    most = max(len(report), STREAM_BYTES)
    limits = decode_limits.DecodeLimits(
        per_stream=decode_limits.StreamDecodeLimits(max_output_size=most),
        document_budget=decode_limits.DocumentDecodeBudget(base_allowance=4 * most, max_ratio=0),
    )
    try:
        with _quiet():
            reader = PdfFileReader(io.BytesIO(pdf), decode_limits=limits)
            attached = _attached(reader, report)
            signer, why = _signer(reader, ca_pem, tsa_pem)
    except Exception as wrong:  # noqa: BLE001
        # A third party's parser on bytes that may be hostile: whatever it throws is a finding, never a
        # traceback. Nothing is swallowed; a bug of ours would show as a finding on good reports.
        return PdfJudgement(Signer.UNREADABLE, None, f"not a readable signed PDF ({type(wrong).__name__})")
    return PdfJudgement(signer, attached, why)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What the validator thinks of a chain comes back as a value; it need not go to the terminal as well."""
    loggers = [logging.getLogger(name) for name in _LOUD]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _attached(reader: Any, report: bytes) -> bool:
    """Whether one of the embedded files is the report's JSON, byte for byte."""
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]
    except KeyError:
        return False
    todo = [names]
    for _ in range(MAX_NODES):
        if not todo:
            return False
        node = todo.pop()
        if "/Kids" in node:
            todo += [node["/Kids"][i] for i in range(min(len(node["/Kids"]), MAX_NODES))]
        if "/Names" in node:
            for i in range(1, min(len(node["/Names"]), MAX_NODES), 2):
                if node["/Names"][i]["/EF"]["/F"].data == report:
                    return True
    raise ValueError("a tree of attachments larger than any report's")


def _signer(reader: Any, ca_pem: str | None, tsa_pem: str | None) -> tuple[Signer, str]:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError

    signatures = reader.embedded_regular_signatures
    if not signatures:
        return Signer.UNREADABLE, "no signature"
    # At the instant the signer claims: the record report.issued fixes it, and a certificate that has
    # run out since then says nothing against a report of its time.
    moment = signatures[-1].self_reported_timestamp
    try:
        status = validate_pdf_signature(
            signatures[-1],
            signer_validation_context=_context(ca_pem, moment),
            ts_validation_context=_context(tsa_pem, None),
        )
        if not (status.intact and status.valid):
            return Signer.UNREADABLE, "the signature does not match"
        if uncovered := _uncovered(reader, status, tsa_pem):
            return Signer.UNREADABLE, uncovered
    except SignatureValidationError as wrong:
        return Signer.UNREADABLE, str(wrong)
    if ca_pem is None:
        return Signer.UNKNOWN, ""
    if not status.trusted:
        return Signer.UNREADABLE, "not signed under the pinned CA"
    return Signer.KNOWN, ""


def _uncovered(reader: Any, status: Any, tsa_pem: str | None) -> str:
    """Why part of the file is not signed, or empty: it is by the signature, or by a timestamp that was added
    with nothing but what its validation needs."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_timestamp

    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return ""
    stamps = reader.embedded_timestamp_signatures
    if not stamps or status.modification_level not in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES):
        return "the signature does not cover the whole file"
    at = stamps[-1].signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    stamp = validate_pdf_timestamp(stamps[-1], _context(tsa_pem, at))
    if not (stamp.intact and stamp.valid and stamp.coverage == SignatureCoverageLevel.ENTIRE_FILE):
        return "its timestamp does not cover the whole file"
    if tsa_pem is not None and not stamp.trusted:
        return "its timestamp is not of the pinned authority"
    return ""


def _context(pem: str | None, moment: datetime | None) -> Any:
    """Nothing but what is pinned is believed, and nothing is fetched."""
    from asn1crypto import pem as armour
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

    blocks = [] if pem is None else armour.unarmor(pem.encode(), multiple=True)
    roots = [x509.Certificate.load(der) for name, _, der in blocks if name == "CERTIFICATE"]
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment)
