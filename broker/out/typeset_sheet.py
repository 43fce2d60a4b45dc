"""Child process of `pdf.render_sheet`: a sheet's JSON on stdin, the PDF on stdout; a refusal on stderr."""

from __future__ import annotations

import json
import sys

from broker.out.typeset import child, compiled, for_print

MEMORY_BYTES = 2 << 30
CPU_S = 60


def typeset(raw: bytes) -> tuple[bytes, list[str]]:
    """The PDF (PDF/A-3a, PDF/UA-1) and Typst's warnings."""
    return compiled("sheet.typ", {"json": json.dumps(for_print(json.loads(raw)), ensure_ascii=False)})


if __name__ == "__main__":
    sys.exit(child(typeset, memory_bytes=MEMORY_BYTES, cpu_s=CPU_S))
