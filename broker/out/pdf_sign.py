"""The vendor's seal on a report: PAdES baseline, an invisible field, the file stays PDF/A."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from pyhanko.keys.internal import (
    translate_pyca_cryptography_cert_to_asn1,
    translate_pyca_cryptography_key_to_asn1,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from broker.out.report_certificate import ReportCertificate

FIELD = "FirmaFornitore"
REASON = "Rapporto mensile emesso dal fornitore"


class _Revision(IncrementalPdfFileWriter):
    """An added revision that leaves version and metadata alone: they say PDF/A-3a and PDF/UA-1, and stay true."""

    output_version = (1, 7)

    def _update_meta(self) -> None:
        return


class _SignerAt(signers.PdfSigner):
    """A signer whose time is told, not read from the machine."""

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at
        return session


def sign(pdf: bytes, sealer: ReportCertificate, at: datetime) -> bytes:
    """The same PDF with one more revision, which holds the signature over all of it.

    Blocks, and runs an event loop of its own: call it in a thread.
    """
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(translate_pyca_cryptography_cert_to_asn1(sealer.authority))
    signer = signers.SimpleSigner(
        signing_cert=translate_pyca_cryptography_cert_to_asn1(sealer.certificate),
        signing_key=translate_pyca_cryptography_key_to_asn1(sealer.key),
        cert_registry=store,
    )
    about = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=REASON,
    )
    # Print flag set, hidden flag not, and a box outside the page: the one way that both PDF/A and PDF/UA allow.
    invisible = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
    spec = fields.SigFieldSpec(
        sig_field_name=FIELD, invis_sig_settings=invisible, readable_field_name="Firma del fornitore"
    )
    out = io.BytesIO()
    writer = _Revision(io.BytesIO(pdf))
    _SignerAt(about, signer, new_field_spec=spec, at=at).sign_pdf(writer, output=out)
    return out.getvalue()
