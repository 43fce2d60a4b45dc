"""The vendor's seal on a report: PAdES up to B-LTA, an invisible field, the file stays PDF/A; and its CAdES twin."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.keys.internal import (
    translate_pyca_cryptography_cert_to_asn1,
    translate_pyca_cryptography_key_to_asn1,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSigningSession, PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.registry import SimpleCertificateStore

from broker.out.report_certificate import ReportCertificate, revocation_lists
from broker.out.timestamp_authority import HttpAuthority

_log = logging.getLogger("verbale.reports")
FIELD, STAMP_FIELD = "FirmaFornitore", "MarcaTemporale"
REASON = "Rapporto mensile emesso dal fornitore"
FETCH_TIMEOUT_S = 10
# Print flag set, hidden flag not, and a box outside the page: the one way that both PDF/A and PDF/UA allow.
_INVISIBLE = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)


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


class _Stamper(TimeStamper):
    """pyHanko's own questions, put to our authority by our client."""

    def __init__(self, ask: Callable[[bytes], Awaitable[bytes]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._ask = ask

    async def async_request_tsa_response(self, req: Any) -> Any:
        return tsp.TimeStampResp.load(await self._ask(req.dump()))


def sign(
    pdf: bytes, sealer: ReportCertificate, at: datetime, authority: HttpAuthority | None = None
) -> bytes:
    """The same PDF with one more revision, which holds the signature over all of it (B-B); with an `authority`
    the signature is timestamped, and a second revision holds what its validation will need, timestamped
    again (B-LTA).

    Blocks, and runs an event loop of its own: call it in a thread. `OSError` where `authority` gives no
    timestamp; where a list of the revoked cannot be had, the signature stays at B-T, and the journal says so.
    """
    return asyncio.run(_sign(pdf, sealer, at, authority))


async def _sign(
    pdf: bytes, sealer: ReportCertificate, at: datetime, authority: HttpAuthority | None
) -> bytes:
    about = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=REASON,
    )
    spec = fields.SigFieldSpec(
        sig_field_name=FIELD, invis_sig_settings=_INVISIBLE, readable_field_name="Firma del fornitore"
    )
    stamper = None if authority is None else _Stamper(authority.ask)
    out = io.BytesIO()
    signer = _SignerAt(about, _signer(sealer), timestamper=stamper, new_field_spec=spec, at=at)
    await signer.async_sign_pdf(_Revision(io.BytesIO(pdf)), output=out)
    if authority is None:
        return out.getvalue()
    try:
        return await _lasting(out.getvalue(), sealer, authority)
    except (OSError, PathError, ValidationError) as no:
        _log.warning(
            "a report's signature is timestamped (PAdES B-T), but will not outlast its authority: %s", no
        )
        return out.getvalue()


async def _lasting(signed: bytes, sealer: ReportCertificate, authority: HttpAuthority) -> bytes:
    """B-LTA: certificates and lists of the revoked go in, and a timestamp over all of it."""
    roots = [sealer.authority, *x509.load_pem_x509_certificates(authority.ca.encode())]
    lists = [*sealer.revoked, *revocation_lists(authority.ca.encode())]
    signature = PdfFileReader(io.BytesIO(signed)).embedded_signatures[0]
    writer, out = _Revision(io.BytesIO(signed)), io.BytesIO()
    async with AIOHttpFetcherBackend(per_request_timeout=FETCH_TIMEOUT_S) as fetchers:
        context = ValidationContext(
            trust_roots=[translate_pyca_cryptography_cert_to_asn1(one) for one in roots],
            other_certs=[translate_pyca_cryptography_cert_to_asn1(one) for one in sealer.between],
            crls=[one.public_bytes(serialization.Encoding.DER) for one in lists],
            allow_fetching=True,
            fetchers=fetchers,
            revocation_mode="require",
        )
        paths = await collect_validation_info(signature, context)
    DocumentSecurityStore.supply_dss_in_writer(writer, None, paths=paths, validation_context=context)
    stamper = PdfTimeStamper(
        _Stamper(authority.ask), STAMP_FIELD, _INVISIBLE, readable_field_name="Marca temporale"
    )
    await stamper.async_timestamp_pdf(writer, "sha256", output=out)
    return out.getvalue()


def twin(pdf: bytes, sealer: ReportCertificate, authority: HttpAuthority | None = None) -> bytes:
    """The PDF inside a CAdES signature (``.p7m``): for those whose tools know no other. Blocks, as `sign` does."""
    stamper = None if authority is None else _Stamper(authority.ask)

    async def make() -> bytes:
        made = await _signer(sealer).async_sign_general_data(
            pdf, "sha256", detached=False, use_cades=True, timestamper=stamper
        )
        return bytes(made.dump())

    return asyncio.run(make())


def _signer(sealer: ReportCertificate) -> signers.SimpleSigner:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(
        translate_pyca_cryptography_cert_to_asn1(one) for one in (*sealer.between, sealer.authority)
    )
    return signers.SimpleSigner(
        signing_cert=translate_pyca_cryptography_cert_to_asn1(sealer.certificate),
        signing_key=translate_pyca_cryptography_key_to_asn1(sealer.key),
        cert_registry=store,
    )
