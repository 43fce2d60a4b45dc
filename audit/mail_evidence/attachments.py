"""Signed attachments: CAdES `.p7m` in the shapes Italian programs write, and PAdES PDFs (C-17, C-18)."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any

from audit.mail_evidence import chains, cms
from audit.mail_evidence.cms import Cms, CmsSigner
from audit.mail_evidence.judgement import Signed
from audit.mail_evidence.known import Known, Service, named
from audit.mail_evidence.shape import Entity, Unfit

MAX_ATTACHMENTS = 10  # signed ones that are judged
MAX_SIGNED_BYTES = 8 * 1024 * 1024
MAX_NESTED = 3  # .p7m.p7m.p7m
MAX_INFLATED = 32 * 1024 * 1024  # all streams of a PDF together
_P7M = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
_QC_COMPLIANT, _QC_DEVICE = "0.4.0.1862.1.1", "0.4.0.1862.1.4"
_FISCAL = re.compile(r"TINIT-([A-Z0-9]{11,16})")


def look(leaves: list[Entity], known: Known, at: datetime, anchors: set[str]) -> tuple[Signed, ...]:
    """Judge what is signed among the parts, in their order, as of `at`, when it came: without a timestamp nobody
    can say that a signature is older than that. What is believed of `known` is named in `anchors`."""
    found: list[Signed] = []
    for part in [one for one in leaves if _presents(one)][:MAX_ATTACHMENTS]:
        name = shown(part.name)
        try:
            data = part.content()
            if len(data) > MAX_SIGNED_BYTES:
                raise Unfit("too_large")
            found += _judged(name, data, known, at, anchors, MAX_NESTED)
        except Exception:  # noqa: BLE001
            # Third parties' parsers on bytes of a stranger: whatever they throw is a verdict on the attachment.
            found.append(
                Signed(name, "pades" if name.lower().endswith(".pdf") else "cades", "signed_unreadable")
            )
    return tuple(found)


def shown(name: str) -> str:
    return "".join([sign for sign in name if sign.isprintable()])[:200]


def _presents(part: Entity) -> bool:
    if part.name.lower().endswith(".p7m") or part.kind in _P7M:
        return True
    is_pdf = part.kind == "application/pdf" or part.name.lower().endswith(".pdf")
    return is_pdf and b"/ByteRange" in part.content()


def _judged(name: str, data: bytes, known: Known, at: datetime, anchors: set[str], left: int) -> list[Signed]:
    """The signatures of this file, and of a signed file inside it."""
    if data.lstrip()[:5] == b"%PDF-":
        return _pdf(name, data, known, at, anchors)
    whole = cms.read(cms.unwrapped(data))
    if whole.content is None:
        raise Unfit("unreadable")
    signers = whole.signers(whole.content)
    found = [_verdict(name, "cades", one, whole, known, at, anchors) for one in signers]
    inner = name[:-4] if name.lower().endswith(".p7m") else name
    pdf = whole.content[:5] == b"%PDF-" and b"/ByteRange" in whole.content
    if pdf or inner.lower().endswith(".p7m"):
        if left == 0:
            raise Unfit("too_complex")
        found += _judged(inner, whole.content, known, at, anchors, left - 1)
    return found


def _pdf(name: str, data: bytes, known: Known, at: datetime, anchors: set[str]) -> list[Signed]:
    """The last signature, which covers the whole file, but for what its own long validation adds (PAdES B-LTA).
    Earlier ones say nothing of what was added after them."""
    from pyhanko.pdf_utils import decode_limits
    from pyhanko.pdf_utils.reader import PdfFileReader

    limits = decode_limits.DecodeLimits(
        per_stream=decode_limits.StreamDecodeLimits(max_output_size=MAX_INFLATED),
        document_budget=decode_limits.DocumentDecodeBudget(base_allowance=MAX_INFLATED, max_ratio=0),
    )
    reader = PdfFileReader(io.BytesIO(data), decode_limits=limits)
    signatures = reader.embedded_regular_signatures
    if not signatures:
        raise Unfit("unreadable")
    last = signatures[-1]
    content, covers = _covered(data, [int(one) for one in last.byte_range])
    whole = cms.read(bytes(last.pkcs7_content))
    covers = covers or _only_validated(reader, last, data)
    found = []
    for one in whole.signers(content):
        intact = CmsSigner(one.certificate, one.intact and covers, one.at or _claimed(last))
        found.append(_verdict(name, "pades", intact, whole, known, at, anchors))
    return found


def _only_validated(reader: Any, signature: Any, data: bytes) -> bool:
    """What follows the signature is only what validating it later needs, under a timestamp over all of it."""
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    stamps = reader.embedded_timestamp_signatures
    if not stamps or not _covered(data, [int(one) for one in stamps[-1].byte_range])[1]:
        return False
    signature.compute_integrity_info()
    found = signature.diff_result
    harmless = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES}
    return isinstance(found, DiffResult) and found.modification_level in harmless


def _claimed(signature: Any) -> datetime | None:
    at = signature.self_reported_timestamp
    return at if at is None or at.tzinfo is not None else None


def _covered(data: bytes, span: list[int]) -> tuple[bytes, bool]:
    """What is under the signature, and whether that is the whole file but for the signature itself."""
    if len(span) != 4 or min(span) < 0:
        raise Unfit("unreadable")
    first, length, second, rest = span
    hole = data[first + length : second]
    covers = first == 0 and second + rest == len(data) and re.fullmatch(rb"<[0-9A-Fa-f]*>", hole) is not None
    return data[first : first + length] + data[second : second + rest], covers


# ------------------------------------------------------------------------------- one signer


def _verdict(
    name: str, form: str, signer: CmsSigner, whole: Cms, known: Known, at: datetime, anchors: set[str]
) -> Signed:
    person, fiscal_code = _named(signer)
    judged, qualified, revoked = _judge_signer(signer, whole, known, at, anchors)
    return Signed(name, form, judged, person, fiscal_code, signer.at, qualified, revoked)


def _judge_signer(
    signer: CmsSigner, whole: Cms, known: Known, at: datetime, anchors: set[str]
) -> tuple[str, str, str]:
    """Verdict, whether qualified, what is known of a revocation."""
    listed = known.trusted_list
    if not signer.intact:
        return "signed_broken", "unchecked", "unchecked"
    if not chains.in_force(signer.certificate, at):
        return "signed_expired", "unchecked", "unchecked"
    services = [] if listed is None else [one for one in listed.services if one.granted(at)]
    chain = chains.chain(signer.certificate, whole.certificates, _certificates(services), at)
    by_service = chain is not None
    if chain is None:
        chain = chains.chain(signer.certificate, whole.certificates, chains.read(known.authorities), at)
    if chain is None:
        return (
            ("signed_unchecked", "unchecked", "unchecked")
            if listed is None
            else ("signed_intact", "no", "unchecked")
        )
    anchors.add(named(chain.anchor))
    state = chains.revocation(chain, (*known.crls, *whole.crls), at)
    if state.list:
        anchors.add(state.list)
    if state.state == "revoked":
        return "signed_revoked", "unchecked", "revoked"
    if listed is None:
        return "signed_unchecked", "unchecked", state.state
    if by_service and _says_qualified(signer):
        return "signed_qualified", "yes", state.state
    return "signed_valid", "no", state.state


def _certificates(services: list[Service]) -> list[Any]:
    return chains.read(one.certificate for one in services)


def _says_qualified(signer: CmsSigner) -> bool:
    """The certificate says that it is qualified and its key in a device for that (ETSI EN 319 412-5)."""
    from asn1crypto import core

    for extension in signer.certificate.extensions:
        if extension.oid.dotted_string == _QC_STATEMENTS:
            statements = core.Sequence.load(extension.value.public_bytes())
            said = {
                core.ObjectIdentifier.load(statements[i][0].dump()).dotted for i in range(len(statements))
            }
            return {_QC_COMPLIANT, _QC_DEVICE} <= said
    return False


def _named(signer: CmsSigner) -> tuple[str, str]:
    """Common name, and codice fiscale from the serial number of the subject (`TINIT-…`)."""
    person, fiscal_code = "", ""
    for attribute in signer.certificate.subject:
        value = str(attribute.value)
        if attribute.oid.dotted_string == "2.5.4.3" and not person:
            person = shown(value)
        match = _FISCAL.fullmatch(value.upper()) if attribute.oid.dotted_string == "2.5.4.5" else None
        if match is not None:
            fiscal_code = match.group(1)
    return person, fiscal_code
