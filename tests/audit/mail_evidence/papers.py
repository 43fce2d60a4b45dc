"""Signed attachments: mails that carry them, and PDFs signed by pyhanko."""

from __future__ import annotations

import base64
import io
from functools import cache
from typing import Any

from asn1crypto import x509 as asn1_x509
from pyhanko.keys.internal import translate_pyca_cryptography_key_to_asn1
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.audit.mail_evidence.mails import SENT, TITOLARE
from tests.audit.mail_evidence.signers import Party, party

BODY = b"Autorizzo l'intervento sulla macchina del banco.\n"


@cache
def authority() -> Party:
    return party("Prestatore qualificato", authority=True)


@cache
def titolare() -> Party:
    return party("Maria Rossi", authority(), serial_number=f"TINIT-{TITOLARE.fiscal_code}", qualified=True)


def carrying(
    name: str, data: bytes, *, author: str = "titolare@studio.it", kind: str = "application/octet-stream"
) -> bytes:
    """A mail with one file; unsigned as a mail."""
    return (
        f"From: {author}\r\nTo: assistenza@fornitore.it\r\nSubject: in allegato\r\nMessage-ID: <a1@studio.it>\r\n"
        f"Date: {SENT.strftime('%a, %d %b %Y %H:%M:%S +0000')}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=parti\r\n\r\n--parti\r\nContent-Type: text/plain\r\n\r\nIn allegato.\r\n"
        f'--parti\r\nContent-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        f"{base64.encodebytes(data).decode()}\r\n--parti--\r\n"
    ).encode()  # fmt: skip


def plain_pdf(drawn: bytes = b"BT ET") -> bytes:
    writer = PdfFileWriter()
    content = writer.add_object(generic.StreamObject(stream_data=drawn))
    writer.insert_page(
        PageObject(
            contents=content,
            media_box=generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 200, 200)]),
        )
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def signed_pdf(
    by: Party, along: tuple[Party, ...] = (), *, pdf: bytes | None = None, field: str = "Firma"
) -> bytes:
    """PAdES over the whole file."""
    store = SimpleCertificateStore()
    store.register_multiple(_certificate(one) for one in along)
    signer = signers.SimpleSigner(_certificate(by), translate_pyca_cryptography_key_to_asn1(by.key), store)
    out = io.BytesIO()
    meta = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf or plain_pdf())), meta, signer, output=out)
    return out.getvalue()


def _certificate(one: Party) -> Any:
    return asn1_x509.Certificate.load(one.der)
