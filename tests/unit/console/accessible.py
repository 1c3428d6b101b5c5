"""Whether a page is made for everybody (RGAA 4.1), as far as its markup shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser


class Seen(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.elements if name == tag)


def check(page: str) -> None:
    """Fail unless it is."""
    seen = Seen(page)
    names = Counter(name for name, _ in seen.elements)
    assert next(seen.all("html"))["lang"] == "en"
    assert (names["h1"], names["main"], names["title"], names["script"], names["style"]) == (1, 1, 1, 0, 0)
    assert not any("style" in attributes or "onclick" in attributes for _, attributes in seen.elements)
    ids = [str(attributes["id"]) for _, attributes in seen.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert next(seen.all("a"))["href"] == "#content"
    assert "content" in ids
    assert all(one["scope"] in ("col", "row") for one in seen.all("th"))
    labelled = {one["for"] for one in seen.all("label")}
    assert {one["id"] for one in seen.all("input") if one["type"] != "hidden"} == labelled
    described = [one["aria-describedby"] for one in seen.all("input") if "aria-describedby" in one]
    assert {each for one in described for each in str(one).split()} <= set(ids)
    assert names["caption"] == names["table"]
