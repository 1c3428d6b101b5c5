"""The receiver's settings where Abilian SBE is the directory: its database is the receiver's.

Importing this module does not need Abilian SBE.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sbe_scim.config import Settings
from sbe_scim.options import SettingsError, given
from sbe_scim.store.url import DatabaseError, same_database, sqlite_file

#: Where Abilian SBE keeps its data, and where the receiver keeps its own beside it.
DATABASE_VARIABLE = "FLASK_SQLALCHEMY_DATABASE_URI"


def load_settings(file: Path | None, env: Mapping[str, str], overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings as :meth:`Settings.load` does, with the database that the directory asks for.

    Raises :class:`SettingsError`.
    """
    values = given(Settings, file, env, overrides)
    database = database_beside(values.get("directory", "none"), values.get("database"), env)
    return Settings(**values if database is None else values | {"database": database})


def database_beside(directory: str, asked: str | None, env: Mapping[str, str]) -> str | None:
    """Return the database to use where ``asked`` was asked for: beside Abilian SBE its own, else ``asked``.

    Raises :class:`SettingsError` when another one than Abilian SBE's was asked for: the receiver would not read it.
    """
    own = env.get(DATABASE_VARIABLE)
    if directory != "sbe" or not own:
        return asked
    try:
        file = sqlite_file(own)
    except DatabaseError as error:
        raise SettingsError(f"{DATABASE_VARIABLE}: {error}") from None
    if file is not None and not file.is_absolute():
        # Abilian SBE looks for it in a folder of its own, not in the current one.
        raise SettingsError(f"{DATABASE_VARIABLE} names a file without its folder; write sqlite:////folder/file.db")
    try:
        same = asked is None or same_database(asked, own)
    except DatabaseError as error:
        raise SettingsError(f"database: {error}") from None
    if not same:
        raise SettingsError(
            f"database must be left out or be the one in {DATABASE_VARIABLE}: "
            "with directory sbe the receiver keeps its tables there"
        )
    return own
