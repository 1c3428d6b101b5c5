"""A report in the forms that people and programs read. All are made from one document, :func:`~.document.document`."""

from __future__ import annotations

from collections.abc import Mapping

from sbe_scim.certify.judge import Report
from sbe_scim.certify.report.badge import badge
from sbe_scim.certify.report.document import document, text
from sbe_scim.certify.report.html import html
from sbe_scim.certify.report.junit import junit
from sbe_scim.certify.report.markdown import markdown
from sbe_scim.certify.text import LANGUAGES


def forms(report: Report) -> Mapping[str, str]:
    """All forms, by the name of the file."""
    told = document(report)
    files = {"report.json": text(told), "report.xml": junit(told), "badge.svg": badge(told)}
    for language in LANGUAGES:
        files[f"report.{language}.html"] = html(told, language)
        files[f"report.{language}.md"] = markdown(told, language)
    return files
