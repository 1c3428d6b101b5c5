"""The table of ``docs/settings.md``, from the declarations of the settings.

``python -m tests.unit.settings_page`` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sbe_scim.cli.serve import ELSEWHERE
from sbe_scim.config import Settings
from sbe_scim.options import Option, options
from tests.environment import ROOT

PAGE = ROOT / "docs/settings.md"


def with_table(page: str) -> str:
    """The page with the table as it should be."""
    before, begin, rest = page.partition("<!-- settings -->\n")
    _, end, after = rest.partition("<!-- end -->")
    return before + begin + "".join(f"{row}\n" for row in _rows()) + end + after


def _rows() -> Iterator[str]:
    yield "| Setting | Value | Default | Meaning |"
    yield "|---|---|---|---|"
    for one in options(Settings).values():
        spellings = f"`{one.flag}`<br>`{one.name}`<br>`{one.variable}`"
        yield f"| {spellings} | {_value(one)} | {_default(one)} | {one.help} |"


def _value(one: Option) -> str:
    if one.choices:
        return ", ".join(f"`{choice}`" for choice in one.choices)
    unit = f", `{one.metavar}`" if one.metavar else ""
    bounds = ""
    if one.least is not None:
        bounds = f", {one.least:,} or more" if one.most is None else f", {one.least:,} to {one.most:,}"
    return f"{one.kind.name}{unit}{bounds}"


def _default(one: Option) -> str:
    told = one.shown_default if one.default_text is not None else f"`{one.shown_default}`"
    return told + ELSEWHERE.get(one.name, "")


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")
