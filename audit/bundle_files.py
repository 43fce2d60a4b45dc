"""Which files a bundle may hold, and how large each can be (FORMAT.md §8).

The bounds are kept when a bundle is packed and unpacked, so that whoever reads a file of a known name
may take it whole into memory.
"""

from __future__ import annotations

import re

from audit.commitment import MAX_OPENING_BYTES
from audit.note import MAX_NOTE_BYTES
from audit.recording import MAX_ENTRIES_BYTES, MAX_STORED_BYTES
from audit.statement import MAX_STATEMENT_BYTES
from audit.tiles import MAX_ENTRY_BYTES, WIDTH
from audit.timestamp import MAX_TOKEN_BYTES

SUMS = "SHA256SUMS"
REQUIRED = ("LEGGIMI.txt", "checkpoint", "log.vkey", "policy.tenant", "policy.witness")
MAX_NAME = 200
MAX_OPENING_FILE = MAX_OPENING_BYTES + 1024  # the data, its salt, and the braces around them
MAX_REPORT_BYTES = 64 * 1024 * 1024  # the JSON of ten thousand sessions in a month is 15 MB
MAX_PDF_BYTES = 128 * 1024 * 1024  # the pages and, attached, the JSON
MAX_PAGE_BYTES = 1024 * 1024  # the verifier as one page; no evidence, and not asked for
MAX_TWIN_BYTES = MAX_PDF_BYTES + 64 * 1024  # the PDF, and a signature around it
MAX_EVIDENCE_BYTES = 16 * 1024 * 1024  # a whole mail; all other kinds are 256 KiB at most
MAX_WITNESS_POLICY_BYTES = 1024 * 1024  # a thousand witnesses with long names

_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_SEAL = 28  # nonce and tag
_N = r"(?:0|[1-9][0-9]{0,15})"
_KINDS: tuple[tuple[str, int], ...] = (
    (r"LEGGIMI\.txt", 64 * 1024),
    (r"verifica\.html", MAX_PAGE_BYTES),
    (rf"checkpoint|heads/{_N}\.note", MAX_NOTE_BYTES),
    (r"log\.vkey", 4096),
    (r"policy\.tenant", MAX_STATEMENT_BYTES),
    (r"policy\.witness", MAX_WITNESS_POLICY_BYTES),
    (r"tile/entries/[0-9x/]+(?:\.p/[0-9]+)?", WIDTH * (2 + MAX_ENTRY_BYTES)),
    (r"tile/[0-6]/[0-9x/]+(?:\.p/[0-9]+)?", WIDTH * 32),
    (r"evidence/[0-9a-f]{64}", MAX_EVIDENCE_BYTES),
    (rf"heads/{_N}\.tsr", MAX_TOKEN_BYTES),
    (rf"openings/{_N}\.json", MAX_OPENING_FILE),
    (r"reports/[A-Za-z0-9][A-Za-z0-9._-]*\.json", MAX_REPORT_BYTES),
    (r"reports/[A-Za-z0-9][A-Za-z0-9._-]*\.pdf", MAX_PDF_BYTES),
    (r"reports/[A-Za-z0-9][A-Za-z0-9._-]*\.pdf\.p7m", MAX_TWIN_BYTES),
    (rf"recordings/{_ID}/entries", MAX_ENTRIES_BYTES),
    (rf"recordings/{_ID}/head", 4096),
    (rf"recordings/{_ID}/{_N}\.age", MAX_STORED_BYTES),
    (rf"keys/{_ID}\.age", 4096),
    (rf"sealed/{_ID}/openings/{_N}\.json", MAX_OPENING_FILE + _SEAL),
    (rf"sealed/{_ID}/reports/[A-Za-z0-9][A-Za-z0-9._-]*\.json", MAX_REPORT_BYTES + _SEAL),
    (rf"sealed/{_ID}/reports/[A-Za-z0-9][A-Za-z0-9._-]*\.pdf", MAX_PDF_BYTES + _SEAL),
    (rf"sealed/{_ID}/reports/[A-Za-z0-9][A-Za-z0-9._-]*\.pdf\.p7m", MAX_TWIN_BYTES + _SEAL),
)
_KNOWN = re.compile("|".join(f"({pattern})" for pattern, _ in _KINDS))


def known(name: str) -> bool:
    """Whether a bundle may hold a file of this name at all; others are never read."""
    return _KNOWN.fullmatch(name) is not None


def limit(name: str, files: int) -> int | None:
    """The most bytes a file of this name can have in a bundle of so many files; None where there is no bound."""
    if name == SUMS:
        return files * (64 + 2 + MAX_NAME + 1)
    found = _KNOWN.fullmatch(name)
    return None if found is None or found.lastindex is None else _KINDS[found.lastindex - 1][1]
