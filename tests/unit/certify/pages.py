"""What a page of a report owes those who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from itertools import pairwise

_VOID = {"meta", "link", "br", "img", "rect", "path"}


class Page(HTMLParser):
    """What a screen reader is told of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.words: dict[str, list[str]] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.words.setdefault(self.open[-1], []).append(data)

    def all(self, tag: str) -> list[Mapping[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def check(text: str, language: str) -> None:
    """Fail where the page is not accessible in this language, or asks others for something."""
    page = Page(text)
    assert page.open == []
    assert page.all("html") == [{"lang": language}]
    assert "".join(page.words["title"]).strip()
    headings = [int(tag[1]) for tag, _ in page.tags if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit()]
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    assert headings.count(1) == 1
    assert len(page.all("main")) == 1
    assert len(page.all("caption")) == len(page.all("table")) > 0
    assert {cell.get("scope") for cell in page.all("th")} == {"col", "row"}
    for picture in page.all("svg"):
        assert picture["role"] == "img"
        named = str(picture["aria-labelledby"]).split()
        assert {f'id="{name}"' in text for name in named} == {True}
    assert "script" not in dict(page.tags)
    assert "http://" not in text.replace("http://www.w3.org", "")
