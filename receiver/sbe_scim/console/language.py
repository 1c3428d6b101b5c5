"""In which language a page is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sbe_scim.console.texts import CONSOLE
from sbe_scim.journal.page_texts import TEXTS
from sbe_scim.journal.remedy_texts import ENGLISH, FRENCH, Words

#: Of each language its code, and how it calls itself.
LANGUAGES = {"en": "English", "fr": "Français"}
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")
_LOOSE = re.compile("(?<=«) | (?=[:;!?»])")
_FORMATS = {"en": "%Y-%m-%d %H:%M UTC", "fr": "%d/%m/%Y à %H:%M UTC"}


class Language(NamedTuple):
    """What a page says in one."""

    code: str
    words: Mapping[str, str]
    remedies: Words

    def moment(self, time: datetime) -> str:
        """A time as people read it."""
        return time.strftime(_FORMATS[self.code])


def _tied(text: str) -> str:
    """In French no line begins with a colon, or with the end of a quotation."""
    return _LOOSE.sub("\N{NO-BREAK SPACE}", text)


def _words(code: str) -> Mapping[str, str]:
    return {key: _tied(text) for key, text in {**TEXTS[code], **CONSOLE[code]}.items()}


def _remedies(own: Words) -> Words:
    by_code = {code: (_tied(why), _tied(told)) for code, (why, told) in own.by_code.items()}
    why, told = own.other
    return Words(by_code, (_tied(why), _tied(told)), *map(_tied, own[2:]))


_ALL = {code: Language(code, _words(code), _remedies(own)) for code, own in (("en", ENGLISH), ("fr", FRENCH))}


def language(chosen: str | None, accepted: str) -> Language:
    """The one that was chosen, else the one that the browser likes best (RFC 9110 §12.5.4), else English."""
    if chosen in _ALL:
        return _ALL[chosen]
    weights: dict[str, float] = {}
    for one in accepted.split(","):
        name, _, parameter = one.strip().partition(";")
        found = _WEIGHT.fullmatch(parameter.strip()) if parameter else None
        if not parameter or found:
            code = name.strip().lower().partition("-")[0]
            weights[code] = max(weights.get(code, 0.0), float(found[1]) if found else 1.0)
    best = max(_ALL, key=lambda code: weights.get(code, 0.0))
    return _ALL[best]
