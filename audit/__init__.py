"""Verbale's evidence: formats, keys, the log, and the verifier. Imports nothing else of Verbale.

`audit.verify.verify` judges a bundle (`audit.bundle`) against what the reader pinned (`audit.trust_file`) and
gives a `audit.findings.Verdict`. Nothing is imported from here on purpose: an agent uses forms and keys alone,
and would carry the whole verifier otherwise.
"""

__version__ = "0.1.0"
