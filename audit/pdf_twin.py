"""The report's CAdES twin (``.p7m``): the same PDF, in a signature by the same certificate as the PDF's own.

Needs the extra `[pdf]`, imported only here and only when asked. That the certificate is the pinned
authority's is judged at the PDF (`pdf_signature`); here it only has to be the same one.
"""

from __future__ import annotations

import hashlib
import io
from typing import Any

from cryptography.exceptions import InvalidSignature

from audit.errors import BadSignature


def check_twin(twin: bytes, pdf: bytes) -> None:
    """Return, or raise `BadSignature` with the reason. `ImportError` without the extra."""
    from asn1crypto import cms
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        signer = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[-1].signer_cert.dump()
        info = cms.ContentInfo.load(twin, strict=True)
        signed = info["content"]
        content = signed["encap_content_info"]["content"].native
        [one] = signed["signer_infos"]
        told = {attribute["type"].native: attribute["values"] for attribute in one["signed_attrs"]}
        algorithm, digest = one["digest_algorithm"]["algorithm"].native, told["message_digest"][0].native
        attributes, signature = one["signed_attrs"].untag().dump(), one["signature"].native
    except Exception as wrong:
        # A third party's parser on bytes that may be hostile: whatever it throws says that it is no signature.
        raise BadSignature(f"not a CAdES signature ({type(wrong).__name__})") from wrong
    if content != pdf:
        raise BadSignature("it holds another PDF")
    if algorithm != "sha256" or digest != hashlib.sha256(pdf).digest():
        raise BadSignature("it is not over the PDF it holds")
    _check(signer, signature, attributes)


def _check(certificate: bytes, signature: Any, attributes: bytes) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    key = x509.load_der_x509_certificate(certificate).public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, attributes, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
        else:
            raise BadSignature("a key of a kind that signs no report")
    except InvalidSignature as wrong:
        raise BadSignature("not signed by the certificate that signed the PDF") from wrong
