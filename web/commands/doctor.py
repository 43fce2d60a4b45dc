"""`verbale doctor`: whether the packages named audit, agent, broker and web are ours.

The names are plain (CONTRIBUTING.md says why), so another distribution could bring one of them too.
"""

from __future__ import annotations

import argparse
from importlib import import_module, metadata
from pathlib import Path

OURS = ("audit", "agent", "broker", "web")
DISTRIBUTION = "verbale"


def add_options(parser: argparse.ArgumentParser) -> None:
    del parser  # no options: there is one question and one answer


def run(args: argparse.Namespace) -> int:
    del args
    owners = metadata.packages_distributions()
    wrong = [name for name in OURS if set(owners.get(name, [DISTRIBUTION])) != {DISTRIBUTION}]
    for name in OURS:
        module = import_module(name)
        print(f"{name}: {Path(str(module.__file__)).parent}")
    if wrong:
        print(f"Un’altra distribuzione porta {', '.join(wrong)}: installi Verbale in un ambiente suo.")
        return 1
    print(f"In ordine: verbale {metadata.version(DISTRIBUTION)}.")
    return 0
