"""The broker as it is, but for its clock, which goes `VERBALE_AHEAD_S` seconds ahead of the machine's.

Run as `python -m tests.e2e.ahead` with the options of `verbale serve`.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta

from broker.out.clock import SystemClock
from tests.e2e.eager import ahead_s
from web.commands import run_broker, serve


class Ahead(SystemClock):
    def now(self) -> datetime:
        return super().now() + timedelta(seconds=ahead_s())


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    serve.add_options(parser)
    run_broker.SystemClock = Ahead  # type: ignore[misc]
    return run_broker.run(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
