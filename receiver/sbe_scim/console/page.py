"""The frame of every page, and the parts that pages are made of (RGAA 4.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sbe_scim.console.language import LANGUAGES, Language
from sbe_scim.console.markup import Html, joined, tag, with_commands


@dataclass(frozen=True, slots=True)
class Page:
    """What stands between header and footer. ``fields`` are sent again when the language is switched, by GET or, what
    is about a person, by POST; ``path`` is relative to the console's. ``wrong``: its title says that there is an error.
    ``onward``: where the browser goes from it at once.
    """

    path: str
    title: str
    content: Html
    fields: Mapping[str, str]
    post: bool = False
    wrong: bool = False
    onward: str = ""


class Heading(NamedTuple):
    """A column of a table: its words' key, and whether it holds numbers."""

    key: str
    number: bool = False


def whole(page: Page, language: Language, *, signed_in: bool) -> str:
    """The HTML document."""
    words = language.words
    error = f"{words['error']} – " if page.wrong else ""
    head = joined(
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="refresh", content=f"0;url={page.onward}") if page.onward else "",
        tag("title", f"{error}{page.title} – {words['title']}"),
        tag("link", rel="stylesheet", href="style.css"),
    )
    body = joined(
        tag("a", words["skip"], href="#content", class_="skip"),
        tag(
            "header", tag("p", words["title"], class_="name"), _menu(page, language) if signed_in else "", role="banner"
        ),
        tag("main", tag("h1", page.title), page.content, id="content", tabindex="-1"),
        tag("footer", _languages(page, language), _sign_out(words) if signed_in else "", role="contentinfo"),
    )
    return f"<!DOCTYPE html>\n{tag('html', tag('head', head), tag('body', body), lang=language.code)}\n"


def table(language: Language, caption: str, headings: Sequence[Heading], rows: Iterable[Sequence[str]]) -> Html:
    """A table whose first column names its rows. On a narrow screen each row is a block, with the names of its cells;
    the roles keep it a table there too."""
    names = [language.words[one.key] for one in headings]
    numbers: list[str | bool] = [one.number and "number" for one in headings]

    def row(cells: Sequence[str]) -> Html:
        rest = [
            tag("td", cell, role="cell", class_=number, data_name=name)
            for cell, number, name in zip(cells[1:], numbers[1:], names[1:], strict=True)
        ]
        return tag("tr", tag("th", cells[0], scope="row", role="rowheader"), *rest, role="row")

    head = [
        tag("th", name, scope="col", role="columnheader", class_=number)
        for name, number in zip(names, numbers, strict=True)
    ]
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *head, role="row"), role="rowgroup"),
        tag("tbody", *map(row, rows), role="rowgroup"),
        role="table",
    )


def facts(pairs: Iterable[tuple[str, str]]) -> Html:
    """Names and values."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs))


def moment(language: Language, time: datetime | None) -> Html:
    """A time, for people and for programs."""
    if time is None:
        return joined(language.words["never"])
    return tag("time", language.moment(time), datetime=time.isoformat(timespec="seconds"))


def english(language: Language, text: str) -> Html:
    """A text that there is in English only."""
    return joined(text) if language.code == "en" or not text else tag("span", text, lang="en")


def field(key: str, label: str, *, kind: str = "text", value: str = "", more: str = "", wrong: str = "") -> Html:
    """A field of a form with its label, what more there is to know, and what is wrong with it."""
    described = " ".join(f"{key}-{part}" for part, text in (("more", more), ("wrong", wrong)) if text)
    return joined(
        tag("label", label, for_=key),
        tag("p", with_commands(more), id=f"{key}-more", class_="more") if more else "",
        tag("p", wrong, id=f"{key}-wrong", class_="wrong") if wrong else "",
        tag(
            "input",
            id=key,
            name=key,
            type=kind,
            value=value,
            required=True,
            autocomplete="off",
            spellcheck="false",
            maxlength="400",
            aria_describedby=described or False,
            aria_invalid="true" if wrong else False,
        ),
    )


def _menu(page: Page, language: Language) -> Html:
    links = [
        tag("li", tag("a", language.words[key], href=key, aria_current="page" if page.path == key else False))
        for key in ("sources", "person")
    ]
    return tag("nav", tag("ul", *links), aria_label=language.words["menu"])


def _languages(page: Page, language: Language) -> Html:
    hidden = [tag("input", type="hidden", name=name, value=value) for name, value in page.fields.items()]
    buttons = [
        tag("button", name, type="submit", name="language", value=code, lang=code)
        for code, name in LANGUAGES.items()
        if code != language.code
    ]
    method = "post" if page.post else "get"
    return tag("form", *hidden, *buttons, action=page.path, method=method, aria_label=language.words["language"])


def _sign_out(words: Mapping[str, str]) -> Html:
    return tag("form", tag("button", words["sign_out"], type="submit"), action="sign-out", method="post")
