"""What the program itself says in two languages, read from its sources: no Italian in English, no banned word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.web.italian import ITALIAN
from tests.web.reading import Page
from tests.web.samples import samples
from web.english import ENGLISH
from web.templating import Templates

ROOT = Path(__file__).parents[2]
# A thing has one name: registro, impronta, codice. What a command is called stands in «».
BANNED = re.compile(r"\b(token|ticket|hash|log|client|attenzione|ops)\b|!", re.IGNORECASE)
QUOTED = re.compile(r"«[^»]*»|“[^”]*”|<code>.*?</code>")
SAID_IN_SCRIPT = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"')
ONE_OF_MANY = re.compile(
    r"(?<![\w.,:/-])1 (giorni|ore|minuti|secondi|mesi|anni|voci|volte|macchine|persone|processi|firme|testimoni"
    r"|rapporti|richieste|sessioni|incidenti|registrazioni|terminali|righe|elementi|eccezioni|clienti|cose"
    r"|days|hours|minutes|seconds|months|years|records|items|times|hosts|people|processes|signatures|witnesses"
    r"|reports|requests|sessions|incidents|recordings|terminals|lines|exceptions|customers|things|keys)\b"
)


def literal(node: ast.expr) -> str | None:
    """The text of a string, `{}` for what fills it in; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return None


def said() -> Iterator[tuple[str, str, str]]:
    """Where, Italian, English: of the catalogue, of each `say(…)` in pages and broker, and of the signing page."""
    yield from (("catalogue", italian, english) for italian, english in ENGLISH.items())
    for path in sorted([*(ROOT / "web").rglob("*.py"), *(ROOT / "broker").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node, "func", None)
            if getattr(called, "id", getattr(called, "attr", "")) != "say":
                continue
            pair = [literal(one) for one in node.args[:2]]  # type: ignore[attr-defined]
            if len(pair) == 2 and pair[0] is not None and pair[1] is not None:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", pair[0], pair[1]  # type: ignore[attr-defined]
    for path in sorted((ROOT / "web/signing").glob("*.js")):
        for italian, english in SAID_IN_SCRIPT.findall(path.read_text(encoding="utf-8")):
            yield path.name, italian, english


PAIRS = tuple(said())


def test_there_are_words() -> None:
    assert len(PAIRS) > 2500
    assert {where.split(":")[0].split("/")[0] for where, *_ in PAIRS} >= {"catalogue", "web", "firma.js"}


def test_english_is_english() -> None:
    wrong = [(where, english) for where, _, english in PAIRS if ITALIAN.search(QUOTED.sub("", english))]
    assert wrong == []


def test_nothing_is_left_untranslated() -> None:
    """What is alike in both has no two words of its own: names, figures and what fills a sentence in."""
    wrong = [
        (where, italian)
        for where, italian, english in PAIRS
        if italian == english and len(re.findall(r"[^\W\d_]{2,}", re.sub(r"\{\w*\}", "", italian))) > 1
    ]
    assert {italian for _, italian in wrong} == {"Codice fiscale"}  # the law's own name


def test_italian_has_none_of_the_banned_words() -> None:
    wrong = [(where, italian) for where, italian, _ in PAIRS if BANNED.search(QUOTED.sub("", italian))]
    assert wrong == []
    assert [(where, english) for where, _, english in PAIRS if "!" in QUOTED.sub("", english)] == []


def test_scripts_of_pages_say_nothing_of_their_own() -> None:
    """Every sentence comes with the page, in its language: a script has no text of two words but names for itself."""
    of_pages = sorted((ROOT / "web/static/js").glob("*.js"))
    assert len(of_pages) > 15
    wrong = []
    for path in of_pages:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.lstrip().startswith(("//", "*", "/*")):
                continue
            wrong += [
                (path.name, text)
                for text in re.findall(r'"([^"\\]*)"', line)
                if re.search(r"[A-ZÀ-Ù]?[a-zà-ù]{2,} [a-zà-ù]{2,}", text)
                and "className" not in line and "Selector" not in line and "matches" not in line
            ]  # fmt: skip
    assert wrong == []


def test_one_is_one() -> None:
    """No page says “1 giorni” or “1 days”."""
    templates = Templates()
    wrong = [
        (sample.name, piece.text)
        for sample in samples()
        for piece in Page.of(templates.page(sample.template, sample.view, sample.shell)).pieces
        if ONE_OF_MANY.search(piece.text)
    ]
    assert wrong == []
