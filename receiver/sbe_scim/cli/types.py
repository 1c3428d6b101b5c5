"""Kinds of values that options take; a wrong one is wrong use (exit code 2)."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

import click

from sbe_scim.config import Settings, is_http_url
from sbe_scim.dialects import use_folder
from sbe_scim.options import options
from sbe_scim.protocol import DialectError, dialects
from sbe_scim.protocol.values import instant
from sbe_scim.store.clock import now
from sbe_scim.store.url import DatabaseError, parse_url


class Duration(click.ParamType[timedelta]):
    """A length of time such as ``90d``, ``12h`` or ``30m``."""

    name = "duration"
    UNITS: ClassVar = {"d": "days", "h": "hours", "m": "minutes"}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read the option's text."""
        if isinstance(value, timedelta):
            return value
        number, unit = str(value)[:-1], str(value)[-1:]
        if unit not in self.UNITS or not number.isascii() or not number.isdigit() or not 0 < int(number) <= 100_000:
            self.fail("write a number and a unit, such as 90d, 12h or 30m", param, ctx)
        return timedelta(**{self.UNITS[unit]: int(number)})


class Moment(click.ParamType[int]):
    """A point in time, in microseconds since 1970: a dateTime, a day (its beginning, UTC), or so long ago."""

    name = "time"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Show how it is written."""
        return "TIME|AGO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the option's text."""
        text = str(value)
        with suppress(ValueError):
            return instant(f"{text}T00:00:00Z" if len(text) == len("2026-01-31") else text)
        if text[-1:] not in Duration.UNITS:
            self.fail("write a time such as 2026-01-31T09:00:00Z, a day such as 2026-01-31, or 12h or 90d", param, ctx)
        return now() - Duration().convert(text, param, ctx) // timedelta(microseconds=1)


class HttpUrl(click.ParamType[str]):
    """An address that starts with http or https; ``query`` allows one, ``empty`` allows nothing at all."""

    name = "url"

    def __init__(self, *, query: bool = False, empty: bool = False) -> None:
        self._query = query
        self._empty = empty

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the option's text as it is: issuers are compared letter by letter."""
        text = str(value)
        if not (self._empty and not text) and not is_http_url(text, query=self._query):
            without = "user or fragment" if self._query else "user, query or fragment"
            self.fail(f"{text!r} is not an http or https address without {without}", param, ctx)
        return text


class DatabaseUrl(click.ParamType[str]):
    """Where a database is."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check what can be checked without opening it."""
        try:
            parse_url(str(value))
        except DatabaseError as error:
            self.fail(str(error), param, ctx)
        return str(value)


class DialectName(click.ParamType[str]):
    """A dialect: one that comes with the receiver, or an operator's own."""

    name = "dialect"
    _FOLDER = options(Settings)["dialects"].variable

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """List those that there are."""
        with suppress(DialectError):
            use_folder(os.environ.get(self._FOLDER, ""))
        return f"[{'|'.join(dialects())}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check that it is there."""
        try:
            use_folder(os.environ.get(self._FOLDER, ""))
        except DialectError as error:
            self.fail(str(error), param, ctx)
        if value not in dialects():
            self.fail(f"{value!r} is not one of {', '.join(dialects())} (own ones: {self._FOLDER})", param, ctx)
        return str(value)


class Text(click.ParamType[str]):
    """Some printable text; ``empty`` allows nothing at all."""

    name = "text"

    def __init__(self, *, empty: bool = False) -> None:
        self._empty = empty

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the option's text as it is."""
        text = str(value)
        if not text.isprintable() or not (text.strip() or (self._empty and not text)):
            self.fail("write some printable text", param, ctx)
        return text
