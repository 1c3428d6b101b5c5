"""Settings: one name in three spellings.

``body_limit`` in the TOML file, ``SBE_SCIM_BODY_LIMIT`` in the environment, ``--body-limit`` on the command line; the
later of these wins over the earlier.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

ENVIRONMENT_PREFIX = "SBE_SCIM_"
_TEST_PREFIX = "SBE_SCIM_TEST_"
#: Below this path the receiver answers SCIM; ``base_url`` is the same place as clients see it.
SCIM_PATH = "/scim/v2"
DIRECTORIES = ("none", "sbe")
LOG_LEVELS = ("debug", "info", "warning", "error")
#: The password of Keycloak's administrator, for ``sbe-scim keycloak``; no setting of the receiver.
PASSWORD_VARIABLE = "SBE_SCIM_KEYCLOAK_PASSWORD"  # noqa: S105 - the variable's name
#: Where Abilian SBE keeps its data, and where the receiver keeps its own beside it.
SBE_DATABASE_VARIABLE = "FLASK_SQLALCHEMY_DATABASE_URI"
_WILDCARD_HOSTS = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to


class SettingsError(ValueError):
    """A setting is unknown or has a value that cannot be used; the text names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. Sizes are in bytes, counts are numbers of resources."""

    host: str = "127.0.0.1"
    port: int = 8000
    database: str = "sqlite:///sbe-scim.db"
    #: Public SCIM base URL; empty: made from host and port.
    base_url: str = ""
    directory: str = "none"
    workers: int = 1
    body_limit: int = 1_048_576
    #: Seconds that the body of one request may take to come.
    body_timeout: int = 20
    page_size: int = 100
    page_limit: int = 1000
    log_level: str = "info"

    def __post_init__(self) -> None:
        if not self.base_url:
            host = "localhost" if self.host in _WILDCARD_HOSTS else self.host
            host = f"[{host}]" if ":" in host else host
            object.__setattr__(self, "base_url", f"http://{host}:{self.port}{SCIM_PATH}")
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))
        self._check()

    def _check(self) -> None:
        _one_of("directory", self.directory, DIRECTORIES)
        _one_of("log_level", self.log_level, LOG_LEVELS)
        if not 0 <= self.port <= 65535:
            raise SettingsError("port must be between 0 and 65535")
        for name in ("workers", "body_limit", "body_timeout", "page_size", "page_limit"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{name} must be 1 or more")
        if self.page_size > self.page_limit:
            raise SettingsError("page_size must not be above page_limit")
        if not is_http_url(self.base_url):
            raise SettingsError(
                "base_url must be an http(s) URL without query, such as https://scim.example.org/scim/v2"
            )
        check_database(self.database)

    @classmethod
    def load(
        cls, file: Path | None = None, env: Mapping[str, str] | None = None, overrides: Mapping[str, Any] | None = None
    ) -> Settings:
        """Read the settings: defaults, then ``file``, then ``env``, then ``overrides`` (``None`` there: not given).

        Beside Abilian SBE its database is the receiver's. Raises :class:`SettingsError`.
        """
        values = _from_file(file) if file is not None else {}
        values |= _from_environment(env or {})
        values |= {name: value for name, value in (overrides or {}).items() if value is not None}
        database = database_beside(values.get("directory", "none"), values.get("database"), env or {})
        if database is not None:
            values["database"] = database
        return cls(**values)

    def to_environment(self) -> dict[str, str]:
        """The variables that make :meth:`load` return these settings, for another process."""
        return {_variable(name): str(getattr(self, name)) for name in _TYPES}


def is_http_url(url: str, *, query: bool = False) -> bool:
    """Tell whether this is an http or https address with a host, without user or fragment, and with no query unless
    ``query`` allows one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if not url.isprintable() or " " in url or "#" in url or ("?" in url and not query):
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and port != 0


def check_database(url: str) -> None:
    """Raise :class:`SettingsError` when this is not the URL of a database that can hold the receiver's tables.

    The text does not repeat the URL: it may hold a password.
    """
    target = _database_url(url)
    backend = target.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise SettingsError(f"database cannot be {backend}; write sqlite:///file.db or postgresql://user@host/name")
    if backend == "sqlite" and target.database in (None, "", ":memory:"):
        raise SettingsError("database in memory would be lost at exit; write sqlite:///file.db")
    try:
        target.get_dialect()
    except NoSuchModuleError:
        raise SettingsError(f"database names an unknown driver ({target.drivername}); write {backend}://") from None


def database_beside(directory: str, given: str | None, env: Mapping[str, str]) -> str | None:
    """Return the database to use where ``given`` was asked for: beside Abilian SBE its own, else ``given``.

    Raises :class:`SettingsError` when another one than Abilian SBE's was asked for: the receiver would not read it.
    """
    own = env.get(SBE_DATABASE_VARIABLE)
    if directory != "sbe" or not own:
        return given
    target = _database_url(own, SBE_DATABASE_VARIABLE)
    if target.get_backend_name() == "sqlite" and not Path(target.database or "").is_absolute():
        # Abilian SBE looks for it in a folder of its own, not in the current one.
        raise SettingsError(f"{SBE_DATABASE_VARIABLE} names a file without its folder; write sqlite:////folder/file.db")
    if given is not None and _place(_database_url(given)) != _place(target):
        raise SettingsError(
            f"database must be left out or be the one in {SBE_DATABASE_VARIABLE}: "
            "with directory sbe the receiver keeps its tables there"
        )
    return own


def _database_url(url: str, name: str = "database") -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # ValueError: a port that is no number.
        raise SettingsError(
            f"{name} is not a database URL; write sqlite:///file.db or postgresql://user@host:5432/name"
        ) from None


def _place(target: URL) -> tuple[object, ...]:
    """What tells two databases apart, whichever driver and options their URLs name."""
    if target.get_backend_name() == "sqlite":
        return ("sqlite", Path(target.database or "").absolute())
    return (target.get_backend_name(), target.username, target.host, target.port or 5432, target.database)


def unknown_variables(env: Mapping[str, str]) -> list[str]:
    """Return the names of variables that look like settings and are none: perhaps misspelt."""
    known = {PASSWORD_VARIABLE, *map(_variable, _TYPES)}
    ours = (name for name in env if name.startswith(ENVIRONMENT_PREFIX))
    return sorted(name for name in ours if name not in known and not name.startswith(_TEST_PREFIX))


_TYPES: dict[str, type] = {field.name: {"str": str, "int": int}[str(field.type)] for field in fields(Settings)}


def _variable(name: str) -> str:
    return ENVIRONMENT_PREFIX + name.upper()


def _from_file(file: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}") from None
    for name, value in content.items():
        if name not in _TYPES:
            raise SettingsError(f"{file}: unknown setting {name!r}; known are {', '.join(_TYPES)}")
        if type(value) is not _TYPES[name]:
            raise SettingsError(f"{file}: {name} must be {_TYPE_NAMES[_TYPES[name]]}")
    return content


def _from_environment(env: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, kind in _TYPES.items():
        text = env.get(_variable(name))
        if text is None or text == "":
            continue
        try:
            values[name] = kind(text)
        except ValueError:
            raise SettingsError(f"{_variable(name)} must be {_TYPE_NAMES[kind]}") from None
    return values


_TYPE_NAMES = {int: "a whole number", str: "a string"}


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise SettingsError(f"{name} must be one of {', '.join(choices)}")
