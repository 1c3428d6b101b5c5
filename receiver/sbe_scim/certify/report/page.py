"""What pages of reports are made of: for a screen, a screen reader and paper, by RGAA 4.1; one file, no scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files

from sbe_scim.certify.report import words
from sbe_scim.certify.text import Text, tied


class Page:
    """A page in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def _head(self, title: Text, about: str) -> Iterator[str]:
        """Up to the page's heading."""
        style = (files("sbe_scim.certify.report") / "page.css").read_text("utf-8")
        colon = "\N{NO-BREAK SPACE}:" if self._language == "fr" else ":"
        yield "<!DOCTYPE html>"
        yield f'<html lang="{self._language}"><head><meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{self._say(title)}{colon} {escape(about)}</title>"
        yield f"<style>\n{style}</style></head><body>"
        yield f"<header><h1>{self._say(title)}</h1>"

    def _facts(self, facts: Iterable[tuple[Text, object]]) -> Iterator[str]:
        """A list of names and values."""
        yield "<dl>"
        for name, value in facts:
            yield f"<div><dt>{self._say(name)}</dt><dd>{escape(str(value))}</dd></div>"
        yield "</dl>"

    def _table(self, caption: Text, heads: Iterable[Text], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
        """The first cell of each row is its head."""
        yield f"<table><caption>{self._say(caption)}</caption><thead><tr>"
        yield "".join(f'<th scope="col">{self._say(head)}</th>' for head in heads)
        yield "</tr></thead><tbody>"
        for first, *others in rows:
            yield f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'
        yield "</tbody></table>"

    def _verdict(self, verdict: str) -> str:
        """In words and with a sign: the colour says nothing that they do not."""
        word = self._say(words.VERDICTS[verdict])
        return (
            f'<strong class="verdict {verdict}"><span aria-hidden="true">{words.SIGNS[verdict]}</span> {word}</strong>'
        )

    def _say(self, said: Text) -> str:
        return escape(tied(said.told(self._language), self._language))
