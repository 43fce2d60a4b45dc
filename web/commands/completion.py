"""`verbale completion bash`: words for the shell, to be read by it.

source <(verbale completion bash)
verbale completion zsh > ~/.zfunc/_verbale
"""

from __future__ import annotations

import argparse
import sys

from broker.api.operations import NOUNS, OPERATIONS

SHELLS = ("bash", "zsh")
NO_SHTAB = "Manca ciò che scrive i completamenti: installi «verbale[client]»."


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS)


def run(args: argparse.Namespace) -> int:
    """0 printed, 1 the extra is not installed."""
    try:
        import shtab
    except ImportError:
        sys.stderr.write(f"{NO_SHTAB}\n")
        return 1
    print(shtab.complete(_whole(args.whole), shell=args.shell))
    return 0


def _whole(made: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """All commands, with the verbs of the API's; their options are asked of a broker, and no shell waits for one."""
    actions = [one for one in made._actions if isinstance(one, argparse._SubParsersAction)]  # noqa: SLF001
    for noun, parser in actions[0].choices.items():
        if noun in NOUNS:
            verbs = parser.add_subparsers(metavar="VERB")
            for one in OPERATIONS:
                if one.words.split()[0] == noun:
                    _options(verbs.add_parser(one.words.split()[1], help=one.does))
    return made


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="what the broker answered, as it is")
    parser.add_argument("--login", metavar="FILE", help="whose login is used")
