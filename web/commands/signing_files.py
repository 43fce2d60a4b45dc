"""`verbale signing-files`: the signing site as files, for a web server on a host name of its own."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from web.signing_site import FILES, FOLDER, HEADERS, SigningConfig

NGINX = "headers.nginx"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, required=True, help="the folder to write; files in it are replaced"
    )
    parser.add_argument("--origin", required=True, help="the site's one address, e.g. https://firma.example")
    parser.add_argument("--json", action="store_true", help="one JSON value")
    parser.add_argument("--broker", action="append", required=True, help="an origin to send people back to")


def run(args: argparse.Namespace) -> int:
    """0 written; 2 an address that is no origin."""
    try:
        config = SigningConfig(args.origin, tuple(args.broker))
    except ValueError as wrong:
        print(wrong)
        return 2
    args.out.mkdir(parents=True, exist_ok=True)
    for name, _ in FILES.values():
        (args.out / name).write_bytes((FOLDER / name).read_bytes())
    (args.out / "config.json").write_bytes(config.encode())
    lines = [f'add_header {name} "{value}" always;\n' for name, value in HEADERS.items()]
    (args.out / NGINX).write_text("".join(lines))
    if args.json:
        names = sorted([*(name for name, _ in FILES.values()), "config.json"])
        print(json.dumps({"folder": str(args.out), "files": names, "nginx": NGINX}))
        return 0
    print(f"{len(FILES) + 1} file in {args.out}; le intestazioni per nginx in {args.out / NGINX}.")
    return 0
