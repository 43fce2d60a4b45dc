"""A failure is told when it happens, with its traceback: a run that is cut short, or is long, has said what it found."""

from __future__ import annotations

import pytest


class AtOnce:
    """Hears of every test, of whichever worker it was."""

    def __init__(self, config: pytest.Config) -> None:
        self._plugins = config.pluginmanager

    @pytest.hookimpl(trylast=True)  # after its letter
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        terminal = self._plugins.get_plugin("terminalreporter")
        if not report.failed or not isinstance(terminal, pytest.TerminalReporter):
            return
        terminal.write_line("")
        terminal.write_sep("_", f"{report.when}: {report.nodeid}", red=True)
        terminal.write_line(report.longreprtext)
        for name, text in report.sections:
            terminal.write_sep("-", name)
            terminal.write_line(text)
