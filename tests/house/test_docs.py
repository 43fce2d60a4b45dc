"""The documentation's sources: two languages alike, links that lead somewhere, commands and names that exist.

The site itself is built by `make docs`, with warnings as errors.
"""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from agent.window import sentences
from broker.api.operations import OPERATIONS
from tests.web.test_words import PAIRS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = {one.relative_to(DOCS).as_posix(): one.read_text(encoding="utf-8") for lang in ("it", "en") for one in sorted((DOCS / lang).glob("*.md"))}  # fmt: skip
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]*)(?:#([^)]*))?\)")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(r"(?:^|[\s;]|/bin/)(verbale(?:-agent|-verify|-witness)?)((?: +[^\s|;#`]+)*)")
# Words in italics that are no names of the product's.
WINDOW = {italian: {(one.it if italian else one.en).strip(" .:") for one in sentences.WINDOW.values()} for italian in (True, False)}  # fmt: skip
ITALICS = {
    "titolare", "ADS", "broker", "auditor", "tlog-tiles", "signed note", "signed notes", "Titolare", "per firmare",
    "per entrare", "to sign", "to log in", "non", "niente", "sì", "no", "yes", "Evidence format", "Wire protocol",
    "non si può sapere", "non previsto", "cannot be known", "does not apply", "non confermata", "not confirmed",
    "non risponde", "does not answer", "Il registro adesso non risponde", "May I start?", "Posso intervenire?",
    "Non ancora", "Not yet", "Sì", "Yes", "No",
}  # fmt: skip


@cache
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_builder", ROOT / "tools/docs.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_every_page_stands_in_both_languages() -> None:
    names = [{path.partition("/")[2] for path in PAGES if path.startswith(lang)} for lang in ("it/", "en/")]
    assert names[0] == names[1]
    assert len(names[0]) == 10


@pytest.mark.parametrize("name", sorted({path.partition("/")[2] for path in PAGES} - {"index.md"}))
def test_both_languages_have_the_same_parts(name: str) -> None:
    """Headings, pictures, rows and commands, one for one: what is added to one has to come into the other."""
    italian, english = PAGES[f"it/{name}"], PAGES[f"en/{name}"]
    for pattern in (r"^#+ ", r"^!\[", r"^\|", r"^\d+\. ", r"^- ", r"^```"):
        found = [len(re.findall(pattern, text, re.MULTILINE)) for text in (italian, english)]
        assert found[0] == found[1], pattern


def slugs(text: str) -> set[str]:
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in HEADING.findall(text)}


@pytest.mark.parametrize("path", sorted(PAGES))
def test_links_lead_somewhere(path: str) -> None:
    made = {f"made/{one}" for one in (*builder().DOCUMENTS, "operations", "commands")}
    lang = path.partition("/")[0]
    for target, anchor in LINK.findall(PAGES[path]):
        if target.startswith("../screens/"):
            assert re.fullmatch(rf"\.\./screens/{lang}/[a-z]+-[a-z]+-(desktop|phone)\.png", target), target
        elif target.startswith("en:"):
            assert target in {"en:index.html"} | {f"en:{one}.html" for one in made}, target
        elif target.endswith(".md"):
            assert f"{lang}/{target}" in PAGES or target.removesuffix(".md") in made, target
        else:
            assert target == "", target
            assert anchor in slugs(PAGES[path]), anchor


def test_documents_that_stand_beside_the_code_are_in_the_index() -> None:
    assert all((ROOT / document).exists() for document in builder().DOCUMENTS.values())
    named = re.findall(r"<made/([a-z]+)>", PAGES["en/index.md"])
    assert sorted(named) == sorted([*builder().DOCUMENTS, "operations", "commands"])


def test_the_readme_names_every_command_of_the_api() -> None:
    """By noun, in the order of the table; a star where the command only prints a page."""
    wanted: dict[str, list[str]] = {}
    for one in OPERATIONS:
        noun, _, verb = one.words.partition(" ")
        wanted.setdefault(noun, []).append(f"`{verb}`*" if one.page else f"`{verb}`")
    _, _, table = (ROOT / "README.md").read_text(encoding="utf-8").partition("| noun | verbs |\n|---|---|\n")
    found: dict[str, list[str]] = {}
    for row in table.partition("\n\n")[0].splitlines():
        _, nouns, verbs, _ = row.split("|")
        of_each = re.sub(r"\(.*\)", "", verbs).split(";")
        found |= dict(zip(re.findall(r"`([a-z-]+)`", nouns), (one.split() for one in of_each), strict=True))
    assert found == wanted


@cache
def help_of(program: str, verb: str) -> str:
    module, verbs = builder().PROGRAMS[program]
    if verb and verb not in verbs:
        return ""
    return str(builder().helped(module, *verb.split()))


def commands_in(text: str) -> set[tuple[str, str]]:
    code = [*FENCE.findall(text), *SPAN.findall(FENCE.sub("", text))]
    return {(program, rest.strip()) for one in code for program, rest in COMMAND.findall(one)}


@pytest.mark.parametrize("path", sorted(PAGES))
def test_every_command_exists_and_knows_its_options(path: str) -> None:
    """Each has a parser that knows it; `--help` of the very command names each option."""
    nouns = {one.words for one in OPERATIONS}
    for program, rest in commands_in(PAGES[path]):
        words = rest.split()
        if program == "verbale" and " ".join(words[:2]) in nouns:
            continue
        if program in ("verbale", "verbale-agent") and not words:
            continue
        first = words[0] if words and program in ("verbale", "verbale-agent") else ""
        helped = help_of(program, first)
        assert helped, f"{program} {rest}"
        for option in re.findall(r"--[a-z][a-z-]*", rest):
            assert re.search(rf"{option}\b", helped), f"{program} {rest}: {option}"


@pytest.mark.parametrize("path", sorted(PAGES))
def test_files_and_targets_exist(path: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for one in re.findall(
        r"\bmake ([a-z-]+)", "\n".join([*FENCE.findall(PAGES[path]), *SPAN.findall(PAGES[path])])
    ):
        assert one in targets
    for one in SPAN.findall(FENCE.sub("", PAGES[path])):
        if re.match(r"(deploy|web|tools|audit)/", one):
            assert (ROOT / one).exists(), one


@pytest.mark.parametrize("path", sorted(PAGES))
def test_names_of_pages_and_buttons_are_the_ones_people_see(path: str) -> None:
    italian = path.startswith("it/")
    said = WINDOW[italian] | {(pair[1] if italian else pair[2]).strip(".:") for pair in PAIRS}
    text = FENCE.sub("", PAGES[path])
    for name in re.findall(r"(?<![*\w])\*([^*\n]+)\*(?!\*)", text):
        assert name in said | ITALICS, name


def test_the_unit_s_command_is_one() -> None:
    unit = (ROOT / "deploy/verbale.service").read_text(encoding="utf-8").replace("\\\n", " ")
    command = re.findall(r"^ExecStart=\S+/(verbale) (serve .*)$", unit, re.MULTILINE)
    assert len(command) == 1
    helped = help_of("verbale", "serve")
    assert all(one in helped for one in re.findall(r"--[a-z-]+", command[0][1]))
