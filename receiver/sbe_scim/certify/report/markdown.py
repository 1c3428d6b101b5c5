"""A summary in Markdown, for a ticket or a page of a build."""

from __future__ import annotations

from collections.abc import Iterator

from sbe_scim.certify.report import words
from sbe_scim.certify.report.document import Document
from sbe_scim.certify.report.figures import chosen, delay, leg, who


def markdown(told: Document, language: str) -> str:
    """The headline, all modules in a table, and what to do."""
    return "\n".join(_lines(told, language)) + "\n"


def _lines(told: Document, language: str) -> Iterator[str]:
    yield f"# {words.TITLE.told(language)}"
    yield f"\n**{told['headline'][language]}**\n"
    yield f"{who(told, language)}, {leg(told, language)}. {words.RECEIVER.told(language)} {told['receiver']}.\n"
    interop = words.INTEROP.fill(interop=told["interop"])
    heads = (words.MODULE, words.LEVEL, words.WORKS, interop, words.TIME, words.FOUND)
    yield f"| {' | '.join(head.told(language) for head in heads)} |"
    yield "|---" * len(heads) + "|"
    for module in told["modules"]:
        works = f"{words.SIGNS[module['works']]} {words.VERDICTS[module['works']].told(language)}"
        found = " ".join(note[language] for note in module["notes"])
        conforms = words.CONFORMS[module["conforms"]].told(language)
        cells = (f"{module['id']} {module['title'][language]}", module["level"] or "", works, conforms)
        yield f"| {' | '.join((*cells, delay(module, language), found))} |"
    if wrong := chosen(told, "FAILED", "WARNING"):
        yield f"\n## {words.TO_DO.told(language)}\n"
        for module in wrong:
            remedy = f" {module['remedy'][language]}" if module["remedy"] else ""
            yield f"- **{module['id']}** {module['why'][language]}{remedy}"
