"""An operator's extensions: JSON files with a schema each, in the form of RFC 7643 §7."""

from __future__ import annotations

import json
from pathlib import Path

from sbe_scim.protocol import DefinitionError, Schema, read_schema


def load_extensions(path: str) -> tuple[Schema, ...]:
    """Read a file, or all ``*.json`` of a directory; an empty ``path`` is none.

    Raises :class:`~sbe_scim.protocol.DefinitionError`, which names the file.
    """
    if not path:
        return ()
    place = Path(path)
    files = sorted(place.glob("*.json")) if place.is_dir() else [place]
    if not files:
        raise DefinitionError(f"extensions: {path} has no *.json in it")
    return tuple(_load(file) for file in files)


def _load(file: Path) -> Schema:
    try:
        return read_schema(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise DefinitionError(f"extensions: {file} cannot be read: {error.strerror}") from None
    except DefinitionError as error:
        raise DefinitionError(f"extensions: {file}: {error}") from None
    except (ValueError, RecursionError):
        raise DefinitionError(f"extensions: {file} is not JSON") from None
