"""The pages of a sign-in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for

from sbe_scim.sbe_plugin.sign_in.texts import texts


def page(title: str, *, links: Sequence[tuple[str, str]], more: str = "", code: int = 200) -> Any:
    """A page that nobody keeps: its title by its name, and where one may go on, as words and addresses."""
    shown = render_template("sbe_scim/sign_in.html", title=texts()[title], more=more, links=links)
    return shown, code, {"Cache-Control": "no-store"}


def failed(what: str, code: int, target: str = "/") -> Any:
    """The page that says why a sign-in failed, and offers another one that leads to ``target``."""
    words = texts()
    again = [] if what == "closed" else [(words["again"], url_for("sign_in.start", next=target))]
    return page(what, links=again, more=words[f"{what}_more"], code=code)
