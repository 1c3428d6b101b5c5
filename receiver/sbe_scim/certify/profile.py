"""What is known of a kind of provider: how long it takes, how it departs, and where in its console that is mended."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from sbe_scim.certify.text import Text

#: In seconds: until a change is there, until a leaver is out, until what an outage held up has come, and after it until
#: nothing more is to be expected; how long an outage is, what Retry-After says, how long nothing happens, how long the
#: receiver may still take a token that has ended, until all that is at the receiver has been compared,
#: and how old a backup is that it is restored from.
WAITS: Mapping[str, float] = {
    "see": 60,
    "leaver": 600,
    "recover": 900,
    "outage": 60,
    "settle": 30,
    "throttle": 30,
    "idle": 60,
    "trust": 6,
    "compare": 3600,
    "backup": 90,
}
_KEYS = frozenset({"title", "crowd", "waits", "departures", "remedies", "missing"})


class ProfileError(ValueError):
    """A profile that is not there or not understood."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of provider. By module: ``departures`` are known and make a failure a warning, ``remedies`` say what to do
    in its console, ``missing`` why it does not know such a thing.
    """

    name: str
    title: Text
    waits: Mapping[str, float]
    departures: Mapping[str, Text]
    remedies: Mapping[str, Text]
    missing: Mapping[str, Text]
    #: So many people are made first.
    crowd: int
    #: As it was written.
    text: str


def names() -> list[str]:
    """Those that there are."""
    return sorted(file.name.removesuffix(".toml") for file in _FOLDER.iterdir() if file.name.endswith(".toml"))


def profile(name: str) -> Profile:
    """One that comes with the project. Raises :class:`ProfileError`."""
    if name not in names():
        raise ProfileError(f"there is no profile {name!r}; those that there are: {', '.join(names())}")
    return read(name, (_FOLDER / f"{name}.toml").read_text("utf-8"))


def read(name: str, text: str) -> Profile:
    """Read a profile. Raises :class:`ProfileError`."""
    try:
        said: dict[str, Any] = tomllib.loads(text)
        if unknown := said.keys() - _KEYS:
            raise ProfileError(f"profile {name}: unknown key {', '.join(sorted(unknown))}")
        waits = dict(WAITS) | {wait: float(value) for wait, value in said.get("waits", {}).items()}
        if unknown := waits.keys() - WAITS.keys():
            raise ProfileError(f"profile {name}: unknown wait {', '.join(sorted(unknown))}")
        by_module = {key: _texts(said.get(key, {})) for key in ("departures", "remedies", "missing")}
        return Profile(name, Text(**said["title"]), waits, **by_module, crowd=int(said.get("crowd", 0)), text=text)
    except (tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, ProfileError) else ProfileError(f"profile {name}: {error}") from None


def _texts(said: Mapping[str, Mapping[str, str]]) -> Mapping[str, Text]:
    return {module: Text(**text) for module, text in said.items()}


_FOLDER = files("sbe_scim.certify") / "profiles"
