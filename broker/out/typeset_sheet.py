"""Child process of `pdf.render_sheet`: a sheet's JSON on stdin, the PDF on stdout; a refusal on stderr."""

from __future__ import annotations

import json
import resource
import sys

import typst

from broker.out.typeset import FONT_PACKAGES, REFUSED, TEMPLATES, font_folder, for_print

MEMORY_BYTES = 2 << 30
CPU_S = 60


def typeset(raw: bytes) -> tuple[bytes, list[str]]:
    """The PDF (PDF/A-3a, PDF/UA-1) and Typst's warnings."""
    folders = [str(font_folder(package)) for package in FONT_PACKAGES]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    pdf, warnings = typst.compile_with_warnings(
        str(TEMPLATES / "sheet.typ"),
        root=str(TEMPLATES),
        font_paths=fonts,
        sys_inputs={"json": json.dumps(for_print(json.loads(raw)), ensure_ascii=False)},
        pdf_standards=["a-3a", "ua-1"],
    )
    if not isinstance(pdf, bytes):
        raise TypeError("one PDF was expected")
    return pdf, [str(warning) for warning in warnings]


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pdf, warnings = typeset(sys.stdin.buffer.read())
    except (typst.TypstError, MemoryError, ValueError, KeyError, TypeError, RecursionError) as wrong:
        sys.stderr.write(f"{type(wrong).__name__}: {wrong}")
        return REFUSED
    if warnings:
        sys.stderr.write("; ".join(warnings))
        return REFUSED
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
