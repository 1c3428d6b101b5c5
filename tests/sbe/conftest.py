"""Tests in ``inside/`` run in the virtualenv of Abilian SBE, started by ``test_inside.py``."""

import pytest

collect_ignore = ["inside"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say that a newer Python was tried, as a skip says that it was not."""
    passed = terminalreporter.stats.get("passed", ())
    if any(report.nodeid.endswith("::test_inside_abilian_sbe_on_a_newer_python") for report in passed):
        terminalreporter.line("Abilian SBE: on Python 3.12 too")
