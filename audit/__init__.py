"""Verbale's evidence: formats, keys, the log, and the verifier. Imports nothing else of Verbale."""

from audit.bundle import build, pack, unpack
from audit.errors import BadSignature, Malformed
from audit.findings import Finding, Note, Step, Verdict
from audit.trust_file import SeenHeads, Trust
from audit.verify import Verified, verify

__version__ = "0.1.0"

__all__ = [
    "BadSignature",
    "Finding",
    "Malformed",
    "Note",
    "SeenHeads",
    "Step",
    "Trust",
    "Verdict",
    "Verified",
    "__version__",
    "build",
    "pack",
    "unpack",
    "verify",
]
