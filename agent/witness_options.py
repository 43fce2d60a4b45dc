"""What `verbale-agent witness` and `verbale-witness` can be told; apart, for the agent carries no witness at rest."""

from __future__ import annotations

import argparse
from pathlib import Path

PORT = 8470


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--logs", type=Path, required=True, metavar="FILE",
        help="registri da testimoniare: trust.json, o un vkey per riga / logs to witness: trust.json, or a vkey a line",
    )  # fmt: skip
    parser.add_argument(
        "--name", help="nome del testimone, al primo avvio / the witness's name, at its first start"
    )
    parser.add_argument("--host", default="127.0.0.1", help="indirizzo / address (127.0.0.1)")
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"porta / port ({PORT}; 0: una libera / a free one)"
    )
