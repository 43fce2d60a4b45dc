"""A report as poppler reads it: its text, page by page, and where each word stands."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from broker.out.pdf import render
from tests.broker.month_sample import Json, encode


def made(month: Json, folder: Path) -> Path:
    path = folder / "report.pdf"
    path.write_bytes(render(encode(month), "month.json"))
    return path


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def text(path: Path, *pages: int) -> str:
    """What a reader can select, lines kept, runs of blanks as one."""
    asked = ("-f", str(pages[0]), "-l", str(pages[-1])) if pages else ()
    lines = run("pdftotext", "-layout", *asked, path, "-").replace("\f", "\n").splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip()) + "\n"


def flat(path: Path, *pages: int) -> str:
    return " ".join(text(path, *pages).split())


def pages(path: Path) -> int:
    found = re.search(r"Pages:\s+(\d+)", run("pdfinfo", path))
    assert found
    return int(found[1])


@dataclass(frozen=True, slots=True)
class Word:
    """Edges in points from the page's upper left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


_WORD = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')


def words(path: Path) -> list[Word]:
    found = []
    for page, body in enumerate(run("pdftotext", "-bbox", path, "-").split("<page ")[1:], 1):
        found += [Word(page, *map(float, edges), said) for *edges, said in _WORD.findall(body)]
    return found
