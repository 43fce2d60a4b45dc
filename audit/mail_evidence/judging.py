"""Judging a mail: raw bytes, how they came, the DNS and what is known of the customer -> a judgement."""

from __future__ import annotations

from audit.mail_evidence.dns import Dns
from audit.mail_evidence.judgement import Envelope, Judgement
from audit.mail_evidence.known import Known


def available() -> bool:
    """Whether the extra `[mail]` is installed."""
    import importlib.util

    return all(
        importlib.util.find_spec(name) is not None for name in ("dkim", "asn1crypto", "defusedxml", "pyhanko")
    )


def judge(raw: bytes, envelope: Envelope, dns: Dns, known: Known) -> Judgement:
    """Never raises on what the mail holds."""
    raise NotImplementedError
