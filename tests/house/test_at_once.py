"""A failure is in the output before the run is over."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from tests.at_once import AtOnce


@pytest.mark.parametrize("outcome", ["failed", "passed"])
def test_what_failed_is_told_with_all_that_is_known(pytestconfig: pytest.Config, outcome: str) -> None:
    out = io.StringIO()
    terminal = pytest.TerminalReporter(pytestconfig, out)
    config = SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=lambda _name: terminal))
    said = [("Captured stdout call", "what it printed")]
    report = pytest.TestReport(
        "a.py::test_b", ("a.py", 1, "test_b"), {}, outcome, "assert 1 == 2", "call", said
    )  # type: ignore[arg-type]
    AtOnce(config).pytest_runtest_logreport(report)  # type: ignore[arg-type]
    told = out.getvalue()
    for one in ("call: a.py::test_b", "assert 1 == 2", "Captured stdout call", "what it printed"):
        assert (one in told) == (outcome == "failed")
