"""`verbale import FOLDER|FILE… [--dry-run]`: customers, people, hosts, products and contracts from CSV files.

Which table a file is, its headings say (README.md has them). With --dry-run nothing changes and the same is said.
Nothing is begun while a row is wrong; each wrong one is a line FILE:ROW:COLUMN. Links of invitation are printed
once, or written to --links FILE.

Ends with 0 when all is imported, or would be; 1 when not; 2 on misuse.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from audit import spreadsheet
from audit.visible import visible
from broker.api.import_words import words
from broker.domain.import_table import MAX_BYTES, Wrong, decoded
from web.commands.broker_call import Unanswered, said
from web.commands.login import add_login, kept
from web.commands.over_api import Asking, to_broker
from web.commands.progress import bar

NO_FILES = "In {path} non ci sono file .csv."
NOT_READ = "{path} non si legge: {why}."


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="FOLDER|FILE.csv")
    parser.add_argument("--dry-run", action="store_true", help="say what would be made, and what is wrong")
    parser.add_argument("--links", type=Path, metavar="FILE.csv", help="write the links of invitation there")
    parser.add_argument("--json", action="store_true", help="what the broker answered, as it is")
    add_login(parser)


def run(args: argparse.Namespace, asking: Asking = to_broker) -> int:
    try:
        tables = _tables(args.paths)
        if isinstance(tables, int):
            return tables
        if args.links is not None and not args.dry_run:
            _own(args.links, b"")  # refused now, not after the links are made
        login = kept(args.login)
        with bar("importazione", size=False):
            answer = asking(login)("POST", "/api/imports", {"tables": tables, "dry_run": args.dry_run})
        if answer.status != 200:
            raise Unanswered(said(answer))
        found = answer.value()
    except Unanswered as no:
        sys.stderr.write(f"{no}\n")
        return 1
    if args.links is not None and found["links"]:
        rows = [
            [one[name] for name in ("customer", "name", "email", "link", "expires")] for one in found["links"]
        ]
        _own(args.links, spreadsheet.table(["cliente", "persona", "email", "invito", "scade"], rows))
    print(json.dumps(found)) if args.json else _print(found, args)
    right = not any(one["wrong"] for one in found["tables"])
    return 0 if right and (found["done"] or args.dry_run) else 1


def _tables(paths: list[Path]) -> list[dict[str, str]] | int:
    """Names and texts; or, with its sentence written, how it ends."""
    files: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        if not inside:
            sys.stderr.write(f"{NO_FILES.format(path=path)}\n")
            return 2
        files += inside
    tables = []
    for file in files:
        try:
            with file.open("rb") as opened:
                text = decoded(opened.read(MAX_BYTES + 1))
        except OSError as wrong:
            sys.stderr.write(f"{NOT_READ.format(path=file, why=wrong.strerror)}\n")
            return 2
        if isinstance(text, Wrong):
            sys.stderr.write(f"{file.name}:{text.row or ''}: {words(text)[0]}\n")
            return 1
        tables.append({"name": visible(file.name)[:120] or "tabella", "text": text})
    return tables


def _print(found: dict[str, Any], args: argparse.Namespace) -> None:
    made = "da creare" if args.dry_run or not found["done"] else "create"
    for one in found["tables"]:
        print(f"{visible(one['name'])}: {one['made']} {made}, {one['unchanged']} già presenti e invariate, {len(one['wrong'])} da correggere")  # fmt: skip
        for each in one["wrong"]:
            value = f" «{visible(each['value'])}»" if each["value"] else ""
            print(
                f"{visible(one['name'])}:{each['row'] or ''}:{visible(each['column'])}:{value} {each['it']}"
            )
    if found["stopped"]:
        print(f"{found['stopped']['it']} Ciò che precede è importato: ripeta per il resto.")
    elif any(one["wrong"] for one in found["tables"]):
        print("Nulla è stato importato." if not found["done"] else "")
    elif args.dry_run:
        print("Nulla è cambiato: era una prova.")
    if args.links is None:
        for one in found["links"]:
            print(f"{one['email']}\t{one['link']}")


def _own(path: Path, data: bytes) -> None:
    """For its owner's eyes: each link lets somebody in."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
