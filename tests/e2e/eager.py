"""The agent as it is, but for its patience: it never waits long before it dials again.

Full jitter up to a minute is right for a thousand agents, and makes every bound of a test a matter of luck.
Run as `python -m tests.e2e.eager` with the words of `verbale-agent`.
"""

from __future__ import annotations

import sys

from agent import outbound
from agent.main import main

if __name__ == "__main__":
    outbound.LONGEST_DELAY_S = 2.0
    sys.exit(main(sys.argv[1:]))
