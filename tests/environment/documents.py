"""The examples of documents, so that what is tried is what an operator reads."""

from __future__ import annotations

import re

from tests.environment import ROOT

#: What stands in examples: a realm, its server, and the receiver's SCIM base URL.
REALM, SERVER, RECEIVER = "agents", "https://sso.example.org", "https://intranet.example.org/scim/v2"


def section(document: str, title: str) -> str:
    """What stands in ``docs/`` below a heading of the second level, without those beside it."""
    text = (ROOT / "docs" / document).read_text()
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"docs/{document} has no section {title}"
    return found[1]


def example(text: str, language: str) -> str:
    """The one block of this language in a text."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return str(found)


def here(text: str, *, realm: str, server: str, receiver: str) -> str:
    """An example with other names than those of the document."""
    for written, ours in ((SERVER, server), (RECEIVER, receiver), (REALM, realm)):
        text = re.sub(rf"{re.escape(written)}\b", ours, text)
    return text
