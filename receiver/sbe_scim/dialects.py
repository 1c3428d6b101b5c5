"""An operator's own dialect files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from sbe_scim.protocol import DialectError, dialects, use_own
from sbe_scim.store import Source

#: What a source's column takes, and what needs no quotes in a shell.
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}", re.ASCII)


def use_folder(folder: str) -> None:
    """Let the dialects of the TOML files in ``folder`` be known, beside those that come with the receiver; an empty
    text is no folder.

    Raises :class:`~sbe_scim.protocol.DialectError`, which names file and key.
    """
    use_own(_texts(Path(folder)) if folder else {})


def check_sources(sources: Iterable[Source]) -> None:
    """Raise :class:`~sbe_scim.protocol.DialectError` where a source speaks a dialect that there is not."""
    for source in sources:
        if source.dialect not in dialects():
            raise DialectError(
                f"source {source.name!r} speaks the dialect {source.dialect!r}, which is none of"
                f" {', '.join(dialects())}: set dialects to the folder with its file"
            )


def _texts(folder: Path) -> dict[str, str]:
    texts = {}
    try:
        for file in sorted(folder.iterdir()):
            if file.suffix != ".toml":
                continue
            if not _NAME.fullmatch(file.stem):
                raise DialectError(f"{file.name}: a dialect has a name of at most 50 small letters, digits, - and _")
            texts[file.stem] = file.read_text("utf-8")
    except OSError as error:
        raise DialectError(f"dialects: {error.filename or folder} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DialectError(f"{file.name} is not UTF-8") from None
    return texts
