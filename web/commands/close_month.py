"""`verbale close-month TENANT 2026-11`, through the running broker."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

from broker import control


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", help="id of the customer, t-…")
    parser.add_argument("period", help="YYYY-MM")
    parser.add_argument("--state", type=Path, required=True, help="the broker's folder")


def run(args: argparse.Namespace) -> int:
    try:
        said = asyncio.run(_ask(args))
    except OSError:
        print(f"Nessun broker è in funzione su {args.state}: lo avvii con «verbale serve» e ripeta.")
        return 1
    if "refused" in said:
        print(said["it"])
        return 1
    print(f"Emesso il rapporto {said['number']}.")
    return 0


async def _ask(args: argparse.Namespace) -> dict[str, Any]:
    return await control.command(args.state, "close_month", tenant=args.tenant, period=args.period)
