"""`verbale doctor`: whether this installation is what it should be.

Whether the packages named audit, agent, broker and web are ours: the names are plain (CONTRIBUTING.md says why), so
another distribution could bring one of them too. With --state, a broker's folder, database and addresses as well.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module, metadata
from pathlib import Path

from web.commands.checked import Checked
from web.commands.reach import broker_in

OURS = ("audit", "agent", "broker", "web")
DISTRIBUTION = "verbale"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=Path, help="the folder of a broker that ran here, or of a demo")
    parser.add_argument("--json", action="store_true", help="one JSON value")


def run(args: argparse.Namespace) -> int:
    """0 all in order, 1 something is not."""
    found = list(_all(args.state))
    if args.json:
        print(json.dumps([asdict(one) for one in found]))
    else:
        for one in found:
            print(f"{'in ordine' if one.well else 'DA SISTEMARE'}: {one.it}")
    return 0 if all(one.well for one in found) else 1


def _all(state: Path | None) -> Iterator[Checked]:
    yield _packages()
    if state is None:
        return
    # Imported here: no other command needs what a broker is made of.
    from web.commands.installation import looked_at
    from web.commands.run_broker import kept_settings

    try:
        settings = kept_settings(broker_in(state))
    except FileNotFoundError:
        yield Checked("settings", False, f"In {state} non ha mai lavorato un broker: controlli --state.")
        return
    yield from looked_at(settings)


def _packages() -> Checked:
    owners = metadata.packages_distributions()
    wrong = [name for name in OURS if set(owners.get(name, [DISTRIBUTION])) != {DISTRIBUTION}]
    folders = ", ".join(str(Path(str(import_module(name).__file__)).parent) for name in OURS)
    if wrong:
        said = f"Un’altra distribuzione porta {', '.join(wrong)}: installi Verbale in un ambiente suo."
        return Checked("packages", False, f"{said} ({folders})")
    return Checked("packages", True, f"verbale {metadata.version(DISTRIBUTION)} ({folders}).")
