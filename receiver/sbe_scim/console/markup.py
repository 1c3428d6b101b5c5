"""HTML of elements: whatever is not markup already is escaped."""

from __future__ import annotations

import re
from html import escape

_VOID = frozenset({"input", "link", "meta"})
_OPTION = re.compile(r"(--[a-z-]+)")


class Html(str):
    """Markup; every other text is escaped where it is put into an element."""

    __slots__ = ()


def tag(name: str, /, *content: str, **attributes: str | bool) -> Html:
    """An element. Of an attribute's name ``_`` at the end is left out, and any other is a hyphen.

    ``True`` is an attribute without a value, ``False`` none.
    """
    told = "".join(_attribute(key, value) for key, value in attributes.items() if value is not False)
    if name in _VOID:
        return Html(f"<{name}{told}>")
    return Html(f"<{name}{told}>{joined(*content)}</{name}>")


def joined(*content: str) -> Html:
    """Markup and texts, one after the other."""
    return Html("".join(one if isinstance(one, Html) else escape(one) for one in content))


def with_commands(text: str) -> Html:
    """A text in which no line ends within the option of a command."""
    return joined(
        *(tag("span", one, class_="option") if _OPTION.fullmatch(one) else one for one in _OPTION.split(text))
    )


def _attribute(key: str, value: str | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
