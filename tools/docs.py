"""`make docs`: makes what the site takes from the code, then builds it in both languages, warnings as errors.

    tools/docs.py [--out build/docs]

Reference pages are made of the documents that stand beside the code, the list of operations of the API's own
description, and the commands of their own `--help`. Pictures are made before, by the tests that `make docs` names.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stdout, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from broker import app
from broker.api.described_answers import FILES
from broker.api.description import ABOUT, RESPONSES
from broker.api.operations import OPERATIONS, PAGE_ONLY
from broker.app import Application

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
LANGUAGES = ("it", "en")
MADE = "made"  # a folder in docs/en, ignored by git
# Page of the site to the document it is.
DOCUMENTS = {
    "security": "SECURITY.md",
    "limits": "LIMITS.md",
    "faults": "FAULTS.md",
    "changelog": "CHANGELOG.md",
    "contributing": "CONTRIBUTING.md",
    "format": "audit/FORMAT.md",
    "protocol": "agent/wire/PROTOCOL.md",
}
PROGRAMS = {
    "verbale": ("web.site", ("serve", "signing-files", "demo", "close-month", "ask-lists", "erase", "check-log", "recover",
                             "rotate-log-key", "connect", "approve", "watch", "report", "mail", "queue", "sla", "login", "import", "logout", "completion", "doctor")),
    "verbale-agent": ("agent.main", ("enroll", "once", "run", "status", "desk", "interrupt", "report", "information",
                                     "stop", "allow", "deny", "revoke", "witness")),
    "verbale-verify": ("audit.cli", ("", "open")),
    "verbale-witness": ("agent.witness_main", ("",)),
}  # fmt: skip
LINK = re.compile(r"\[([^\]]*)\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)")


def site_page(path: str) -> str:
    """The document as a page: links to others lead to their pages, those to files that are none become names."""
    pages = {document: f"{page}.md" for page, document in DOCUMENTS.items()}

    def relinked(link: re.Match[str]) -> str:
        text, target, anchor = link.groups()
        found = os.path.normpath(os.path.join(os.path.dirname(path), target))
        if found in pages:
            return f"[{text}]({pages[found]}{anchor or ''})"
        return text if found in text else f"{text} (`{found}`)"

    return LINK.sub(relinked, (ROOT / path).read_text(encoding="utf-8"))


def described() -> dict[str, Any]:
    made = Application(responses=RESPONSES)
    for router in app.ROUTERS:
        made.include_router(router)
    return made.openapi()


def fields_of(operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Names of what it takes, those it can do without in brackets."""
    found = [
        one["name"] if one.get("required") else f"[{one['name']}]"
        for one in operation.get("parameters", [])
        if one["in"] == "query"
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    form = schemas.get(body.get("$ref", "").rpartition("/")[2], {})
    needed = form.get("required", [])
    found += [one if one in needed else f"[{one}]" for one in form.get("properties", {})]
    return " ".join(found)


def answered(name: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Names of what comes back, of a list with a star; those that may be absent in brackets. Of a file its kinds."""
    code, answer = next(
        (code, answer) for code, answer in operation["responses"].items() if code.startswith("2")
    )
    if name in FILES:
        return ", ".join(f"`{kind}`" for kind in FILES[name])
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return f"nothing ({code})"
    star = "" if schema.get("type") != "array" else "\\*"
    shape = schemas.get(schema.get("items", schema).get("$ref", "").rpartition("/")[2], {})
    needed = shape.get("required", [])
    found = [one if one in needed else f"[{one}]" for one in shape.get("properties", {})]
    return f"`{' '.join(found)}`{star}" if found else f"text{star}"


def operations() -> str:
    """Each operation of the API in one line: what it takes, what it answers, and the command that calls it."""
    description = described()
    commands = {one.name: f"`verbale {one.words}`" for one in OPERATIONS}
    rows = ["| operation | takes | answers | says | command |", "|---|---|---|---|---|"]
    for path, methods in sorted(description["paths"].items()):
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            takes = fields_of(operation, description["components"]["schemas"])
            answers = answered(name, operation, description["components"]["schemas"])
            says = " ".join(operation.get("description", operation["summary"]).split()).replace("|", "\\|")
            command = commands.get(name) or f"none: {PAGE_ONLY[name]}"
            rows.append(f"| `{name}` | {f'`{takes}`' if takes else ''} | {answers} | {says} | {command} |")
    head = "Made from the broker’s own description, which a running broker gives at `GET /api/openapi.json`."
    return (
        f"# Operations of the API\n\n{head} Fields in brackets may be left out, or be absent; \\* is a list.\n\n{ABOUT}\n\n"
        + "\n".join(rows)
        + "\n"
    )


def helped(module: str, *words: str) -> str:
    said = io.StringIO()
    with redirect_stdout(said), suppress(SystemExit):
        import_module(module).main([*words, "--help"])
    return said.getvalue().strip()


def commands() -> str:
    parts = [
        "# Commands\n\nWhat each says of itself with `--help`. Commands over the API: [Operations](operations.md).\n"
    ]
    for program, (module, verbs) in PROGRAMS.items():
        parts.append(f"## {program}\n")
        for verb in verbs:
            if verb:
                parts.append(f"### {program} {verb}\n")
            parts.append(f"```text\n{helped(module, *verb.split())}\n```\n")
    return "\n".join(parts)


def make_pages() -> None:
    os.environ["COLUMNS"] = "96"  # of the help of commands
    folder = DOCS / "en" / MADE
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for page, document in DOCUMENTS.items():
        (folder / f"{page}.md").write_text(site_page(document), encoding="utf-8")
    (folder / "operations.md").write_text(operations(), encoding="utf-8")
    (folder / "commands.md").write_text(commands(), encoding="utf-8")


def build(out: Path) -> int:
    shutil.rmtree(out, ignore_errors=True)
    for language in LANGUAGES:
        command = [
            sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", str(out / f".{language}"),
            "-c", str(DOCS), "-D", f"language={language}", str(DOCS / language), str(out / language),
        ]  # fmt: skip
        ended = subprocess.run(command, check=False).returncode
        if ended:
            return ended
        shutil.rmtree(out / f".{language}")
    shutil.copyfile(DOCS / "index.html", out / "index.html")
    return 0


REQUESTED = re.compile(r"<(?:script|img|link|iframe|source)\b[^>]*(?:src|href)=\"(?:https?:)?//[^\"]*")
HREF = re.compile(r"<a\b[^>]*\bhref=\"([^\"]*)\"")
ID = re.compile(r"\bid=\"([^\"]+)\"")


def wrong_in(out: Path) -> list[str]:
    """Whatever a page would fetch from elsewhere, and links within the site that lead nowhere."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}
    ids = {path: set(ID.findall(html)) for path, html in pages.items()}
    wrong = [f"{path}: fetches {one}" for path, html in pages.items() for one in REQUESTED.findall(html)]
    for sheet in out.rglob("*.css"):
        wrong += [
            f"{sheet}: fetches {one}"
            for one in re.findall(r"url\([^)]*//[^)]*\)", sheet.read_text(encoding="utf-8"))
            if "data:" not in one
        ]
    for path, html in pages.items():
        for href in HREF.findall(html):
            target, _, anchor = href.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            found = Path(os.path.normpath(path.parent / target)) if target else path
            if not found.exists() or (anchor and found in ids and anchor not in ids[found]):
                wrong.append(f"{path}: leads nowhere: {href}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "docs", help="where the site goes")
    out: Path = parser.parse_args().out
    make_pages()
    if ended := build(out):
        return ended
    if wrong := wrong_in(out):
        print("\n".join(wrong), file=sys.stderr)
        return 1
    print(out / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
