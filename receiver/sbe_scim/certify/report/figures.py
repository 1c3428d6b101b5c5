"""What several forms write alike."""

from __future__ import annotations

from typing import Any

from sbe_scim.certify.report.document import Document
from sbe_scim.certify.report.words import LEGS, NO_RUN
from sbe_scim.certify.text import seconds


def delay(module: Document, language: str) -> str:
    """How long a module's change took; nothing where that was not measured."""
    measured: int | None = module["delay"]
    return "" if measured is None else seconds(measured).told(language)


def leg(told: Document, language: str) -> str:
    """How it was played."""
    run = told["run"]
    return (NO_RUN if run is None else LEGS[run["leg"]]).told(language)


def who(told: Document, language: str) -> str:
    """The provider's name, and its version where it is known."""
    run = told["run"]
    if run is None:
        return str(told["profile"]["title"][language])
    return f"{run['provider']} {run['version']}".strip()


def chosen(told: Document, *verdicts: str) -> list[dict[str, Any]]:
    """The modules that came to one of these."""
    return [module for module in told["modules"] if module["works"] in verdicts]
