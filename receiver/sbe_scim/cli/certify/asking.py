"""Somebody who is told what to do, and says that it is done: at the terminal, or on a page of this machine."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

import click

from sbe_scim.certify.module import Module
from sbe_scim.certify.text import Text

_DONE = Text("Press Enter when it is done", "Appuyez sur Entrée quand c'est fait")
_DONE_OR_NOT = Text(
    "Press Enter when it is done; - where it cannot be done here",
    "Appuyez sur Entrée quand c'est fait ; - si c'est impossible ici",
)
_IMPOSSIBLE = "-"


class Asker(AbstractContextManager["Asker"], Protocol):
    """Asks for one thing after the other."""

    def ask(self, what: str, *, may_skip: bool = True) -> bool:
        """Say what to do, and return once it is done; ``False``: it cannot be done here. Ctrl-C raises
        :class:`KeyboardInterrupt`."""

    def begin(self, name: str, module: Module) -> None:
        """A module is played from now on."""

    def end(self, name: str, ended: str) -> None:
        """It ended like this."""


class Terminal(Asker):
    """By the standard streams."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        """Nothing is to be given back."""

    def ask(self, what: str, *, may_skip: bool = True) -> bool:
        """Wait for Enter."""
        click.echo(f"\n→ {what}", err=True)
        due = _DONE_OR_NOT if may_skip else _DONE
        try:
            said = click.prompt(due.told(self._language), default="", show_default=False, err=True)
        except click.Abort:
            # The module is kept as interrupted, and played again from its beginning.
            raise KeyboardInterrupt from None
        return not (may_skip and said.strip() == _IMPOSSIBLE)

    def begin(self, name: str, module: Module) -> None:
        """Say which it is."""
        click.echo(f"\n{name} {module.title.told(self._language)}", err=True)

    def end(self, name: str, ended: str) -> None:
        """The report will tell."""
