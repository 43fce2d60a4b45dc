"""Read at the start of every Python that a test starts (tests/conftest.py): its agents tell that test alone."""

import os
import sys

if "VERBALE_TEST_RUN" in os.environ and any(
    word == "agent.main" or word.endswith("verbale-agent") for word in sys.orig_argv
):
    import told

    told.to_this_run()
