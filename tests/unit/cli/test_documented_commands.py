"""Every command that the documents name exists, with every option that they give it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from sbe_scim.cli import root
from tests.environment import ROOT

#: A command as it is typed, in a block of code or between backticks.
TYPED = re.compile(r"(?<![=/\w-])sbe-scim((?: +[a-z][a-z-]*)*)((?: +[^`|;&\n()]+)?)")
OPTION = re.compile(r"(?<=\s)(--[a-z][a-z-]*)")


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def typed() -> Iterator[tuple[str, list[str], list[str]]]:
    """Page, words and options of each command."""
    for page in pages():
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        for code in re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", text, re.DOTALL):
            for line in "".join(code).splitlines():
                for words, rest in TYPED.findall(line.partition(" #")[0]):
                    yield page.name, words.split(), OPTION.findall(rest)


def command(words: list[str]) -> click.Command | None:
    """The command that the first of these words name; what follows are its arguments."""
    found: click.Command = root
    for word in words:
        if not isinstance(found, click.Group):
            break
        named = found.get_command(click.Context(found), word)
        if named is None:
            return None
        found = named
    return found


def test_commands_and_options_of_the_documents_exist() -> None:
    wrong, seen = [], 0
    for page, words, options in typed():
        found = command(words)
        if found is None:
            wrong.append(f"{page}: sbe-scim {' '.join(words)}")
            continue
        seen += len(words) > 0
        known = {name for parameter in found.params for name in (*parameter.opts, *parameter.secondary_opts)}
        missing = [] if isinstance(found, click.Group) else sorted(set(options) - known - {"--help", "--version"})
        wrong += [f"{page}: sbe-scim {' '.join(words)} {option}" for option in missing]
    assert wrong == []
    assert seen > 100
