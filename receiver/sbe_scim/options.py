"""How a setting is declared, and read from its three spellings.

A class of settings is a dataclass whose fields are made by :func:`option`. ``body_limit`` is written ``body_limit`` in
a TOML file, ``SBE_SCIM_BODY_LIMIT`` in the environment and ``--body-limit`` on the command line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

ENVIRONMENT_PREFIX = "SBE_SCIM_"
_TEST_PREFIX = "SBE_SCIM_TEST_"


class SettingsError(ValueError):
    """A setting is unknown or has a value that cannot be used; the text names it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of setting: what it is called in errors, and how it is written as text."""

    name: str
    #: Raises :class:`ValueError` for a text that is none.
    read: Callable[[str], Any]
    #: Returns the value of what stands in a TOML file. Raises :class:`ValueError` for another type.
    take: Callable[[Any], Any]
    write: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: its name, its type, and what people are told about it.

    ``default_text`` says what applies where nothing is given; ``None`` where the default says it itself.
    """

    name: str
    type: Any
    kind: Kind
    default: Any
    help: str
    metavar: str | None
    choices: tuple[str, ...]
    least: float | None
    most: float | None
    default_text: str | None

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return ENVIRONMENT_PREFIX + self.name.upper()

    @property
    def flag(self) -> str:
        """Its name on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def shown_default(self) -> str:
        """Its default, as help shows it; empty where it has none to show."""
        return self.kind.write(self.default) if self.default_text is None else self.default_text

    def check(self, value: Any) -> None:
        """Raise :class:`SettingsError` unless the value is one of those that the declaration allows."""
        if self.choices and value not in self.choices:
            raise SettingsError(f"{self.name} must be one of {', '.join(self.choices)}")
        if self.least is not None and self.most is not None and not self.least <= value <= self.most:
            raise SettingsError(f"{self.name} must be between {self.least} and {self.most}")
        if self.least is not None and value < self.least:
            raise SettingsError(f"{self.name} must be {self.least} or more")


def option(
    default: Any,
    help: str,
    *,
    metavar: str | None = None,
    choices: tuple[str, ...] = (),
    least: float | None = None,
    most: float | None = None,
    default_text: str | None = None,
) -> Any:
    """Declare a setting: a field of a dataclass of settings."""
    told = {"help": help, "metavar": metavar, "choices": choices, "least": least, "most": most}
    return field(default=default, metadata=told | {"default_text": default_text})


@cache
def options(settings: type) -> Mapping[str, Option]:
    """Return the settings that a class declares, by name."""
    types = get_type_hints(settings)
    return {
        declared.name: Option(
            declared.name, types[declared.name], _KINDS[types[declared.name]], declared.default, **declared.metadata
        )
        for declared in fields(settings)
    }


def given(
    settings: type,
    file: Path | None = None,
    env: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what ``file``, then ``env``, then ``overrides`` (``None`` there: not given) say; the later wins.

    Raises :class:`SettingsError`.
    """
    values = _from_file(settings, file) if file is not None else {}
    values |= _from_environment(settings, env or {})
    return values | {name: value for name, value in (overrides or {}).items() if value is not None}


def to_environment(values: Any) -> dict[str, str]:
    """Return the variables that make :func:`given` return these settings, for another process."""
    kind: type = type(values)
    declared = options(kind).values()
    return {one.variable: one.kind.write(getattr(values, one.name)) for one in declared}


def unknown_variables(settings: type, env: Mapping[str, str], others: frozenset[str] = frozenset()) -> list[str]:
    """Return the names of variables that look like settings and are none: perhaps misspelt.

    ``others`` are variables of this prefix that something else reads.
    """
    known = others | {declared.variable for declared in options(settings).values()}
    ours = (name for name in env if name.startswith(ENVIRONMENT_PREFIX))
    return sorted(name for name in ours if name not in known and not name.startswith(_TEST_PREFIX))


def _from_file(settings: type, file: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}") from None
    declared = options(settings)
    values = {}
    for name, value in content.items():
        if name not in declared:
            raise SettingsError(f"{file}: unknown setting {name!r}; known are {', '.join(declared)}")
        try:
            values[name] = declared[name].kind.take(value)
        except ValueError:
            raise SettingsError(f"{file}: {name} must be {declared[name].kind.name}") from None
    return values


def _from_environment(settings: type, env: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for name, declared in options(settings).items():
        text = env.get(declared.variable)
        if text is None or text == "":
            continue
        try:
            values[name] = declared.kind.read(text)
        except ValueError:
            raise SettingsError(f"{declared.variable} must be {declared.kind.name}") from None
    return values


def _exactly(kind: type) -> Callable[[Any], Any]:
    def take(value: Any) -> Any:
        # Not isinstance: true is an int.
        if type(value) is not kind:
            raise ValueError
        return value

    return take


def _take_number(value: Any) -> float:
    if type(value) not in (int, float):
        raise ValueError
    return float(value)


def _read_switch(text: str) -> bool:
    said = text.strip().lower()
    if said not in ("true", "false"):
        raise ValueError
    return said == "true"


def _read_list(text: str) -> tuple[str, ...]:
    return _take_list([part.strip() for part in text.split(",")])


def _take_list(value: Any) -> tuple[str, ...]:
    # A comma parts the elements in the environment.
    if type(value) is not list or not all(isinstance(part, str) and part and "," not in part for part in value):
        raise ValueError
    return tuple(value)


_KINDS: Mapping[Any, Kind] = {
    str: Kind("a string", str, _exactly(str)),
    int: Kind("a whole number", int, _exactly(int)),
    float: Kind("a number", float, _take_number),
    bool: Kind("true or false", _read_switch, _exactly(bool), lambda value: str(value).lower()),
    tuple[str, ...]: Kind("a list of strings without commas", _read_list, _take_list, ",".join),
}
