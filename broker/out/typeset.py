"""Child process of `pdf.py`: a month's JSON on stdin, the PDF on stdout; a refusal on stderr.

Typst holds a whole document in memory (about 0.4 MiB per session) and one bad input may cost it much
more: here it may take no more than its limits, and takes nothing of the broker with it.
The PDF depends only on the JSON bytes, the templates and the versions of typst and of the two fonts.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import io
import json
import resource
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import segno
import typst
from fontTools.ttLib import TTFont

from audit.findings import STEPS, Verdict
from audit.records import KINDS
from audit.visible import MAX_MARKS
from broker.domain.month_english import in_english

Language = Literal["it", "en"]
TEMPLATES = Path(__file__).resolve().parent / "report"
FONT_PACKAGES = ("fontpkg_ibm_plex_sans", "fontpkg_ibm_plex_mono")
MAX_ROWS = 2000  # a longer list prints totals and exceptions; the attachment has it whole
# What is asked of an access that no line is printed for, beside its day: counts that must tie, how a session ended.
UNPRINTED = ("kind", "outcome", "reason", "session")
CUT: dict[Language, str] = {
    "it": "… (il testo completo è nel file unito)",
    "en": "… (the whole text is in the attached file)",
}
CLIP = 600  # characters of free text printed per cell; the attachment has them all
MEMORY_BYTES = 4 << 30  # address space, of which a month of 2,000 sessions touches 0.7 GiB
CPU_S = 300
REFUSED = 3  # exit status: the data does not make a report; the reason is on stderr

BAD_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def font_folder(package: str) -> Path:
    return Path(str(importlib.resources.files(package) / "files"))


@functools.cache
def drawable() -> frozenset[int]:
    """Code points the text font can draw: PDF/A refuses the whole file for one missing glyph."""
    with TTFont(font_folder(FONT_PACKAGES[0]) / "IBMPlexSans[wdth,wght].ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


@functools.lru_cache(maxsize=1 << 14)
def printable(text: str, cut: str = CUT["it"]) -> str:
    """The text as it can always be typeset: no missing glyph, no invisible or bidi control, no pile of marks that
    covers other lines, no endless text.

    What cannot be drawn is named, `[U+1F600]`, not dropped: nobody reads a name that is not there.
    """
    out, room, marks = [], CLIP, 0
    for char in unicodedata.normalize("NFC", " ".join(text.split())):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        bad = category in BAD_CATEGORIES or marks > MAX_MARKS or ord(char) not in drawable()
        piece = f"[U+{ord(char):04X}]" if bad else char
        room -= len(piece)
        if room < 0:
            out.append(cut)
            break
        out.append(piece)
    return "".join(out)


def for_print(value: Any, language: Language = "it") -> Any:
    """Copy of the data that can be typeset. Only the copy is changed, the attachment is the original."""
    if isinstance(value, dict):
        return {k: v if k == "checkpoint" else for_print(v, language) for k, v in value.items()}
    if isinstance(value, list):
        return [for_print(v, language) for v in value]
    return printable(value, CUT[language]) if isinstance(value, str) else value


def without_unprinted(document: dict[str, Any]) -> dict[str, Any]:
    """The month with no more of its accesses than the report prints: Typst holds some 4 KiB of each."""
    events = document["access"]["events"]
    if len(events) <= MAX_ROWS:
        return document
    kept = [event if event["outcome"] in ("denied", "failed") else _counted(event) for event in events]
    return document | {"access": document["access"] | {"events": kept}}


def _counted(event: dict[str, Any]) -> dict[str, Any]:
    """Its instant is cut to five minutes, which no zone's midnight lies within: Typst remembers each it is asked
    about."""
    found = {key: event[key] for key in UNPRINTED if key in event}
    at = event["time"]
    return found | {"time": f"{at[:15]}{'5' if at[15] >= '5' else '0'}:00.000Z"}


def qr(document: dict[str, Any], digest: str) -> str:
    """A photo of this code is a head of the log in the reader's own hands."""
    log = document["log"]
    text = (
        f"VERBALE1 {document['report']['number']} sha256:{digest} {log['origin']} {log['size']} {log['root']}"
    )
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", border=0, xmldecl=False, svgns=True, dark="#16191c", light=None)
    return out.getvalue().decode()


def inputs(raw: bytes, name: str, language: Language = "it") -> dict[str, str]:
    italian = language == "it"
    document = json.loads(raw)
    digest = hashlib.sha256(raw).hexdigest()
    printed = without_unprinted(document if italian else in_english(document))
    return {
        "json": json.dumps(for_print(printed, language), ensure_ascii=False),
        "max_rows": str(MAX_ROWS),
        "attach": raw.decode(),
        "digest": digest,
        "qr": qr(document, digest),
        "name": name,
        "lang": language,
        "labels": json.dumps({kind: record.IT if italian else record.EN for kind, record in KINDS.items()}),
        "steps": json.dumps([it if italian else en for _, it, en in STEPS]),
        "sound": Verdict("pinned", (), (), ()).first_line(language),
    }


def typeset(raw: bytes, name: str, language: Language = "it") -> tuple[bytes, list[str]]:
    """The PDF (PDF/A-3a, PDF/UA-1) and Typst's warnings. In English it is a reading copy: the report is Italian."""
    return compiled("report.typ", inputs(raw, name, language))


def compiled(template: str, given: dict[str, str]) -> tuple[bytes, list[str]]:
    """`template` is one of the folder's; `given` is what it reads. The PDF and Typst's warnings."""
    folders = [str(font_folder(package)) for package in FONT_PACKAGES]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    pdf, warnings = typst.compile_with_warnings(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=fonts,
        sys_inputs=given,
        pdf_standards=["a-3a", "ua-1"],
    )
    if not isinstance(pdf, bytes):
        raise TypeError("one PDF was expected")
    return pdf, [str(warning) for warning in warnings]


def child(make: Callable[[bytes], tuple[bytes, list[str]]], *, memory_bytes: int, cpu_s: int) -> int:
    """A process of its own from here to its exit code: `make` of stdin within these limits, the PDF on stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pdf, warnings = make(sys.stdin.buffer.read())
    except (typst.TypstError, MemoryError, ValueError, KeyError, TypeError, RecursionError) as wrong:
        sys.stderr.write(f"{type(wrong).__name__}: {wrong}")
        return REFUSED
    if warnings:
        sys.stderr.write("; ".join(warnings))
        return REFUSED
    sys.stdout.buffer.write(pdf)
    return 0


def main() -> int:
    language: Language = "en" if sys.argv[2:] == ["en"] else "it"
    return child(lambda raw: typeset(raw, sys.argv[1], language), memory_bytes=MEMORY_BYTES, cpu_s=CPU_S)


if __name__ == "__main__":
    sys.exit(main())
