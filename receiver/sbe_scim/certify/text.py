"""What is told to people, in the languages of the reports."""

from __future__ import annotations

import re
from typing import NamedTuple

LANGUAGES = ("en", "fr")
_LOOSE = re.compile("(?<=«) | (?=[:;!?»])")


class Text(NamedTuple):
    """One sentence in English and in French."""

    en: str
    fr: str

    def fill(self, **values: Text | str | int) -> Text:
        """Fill what stands in braces."""
        return Text(*(self._filled(language, values) for language in LANGUAGES))

    def told(self, language: str) -> str:
        """The sentence in this language."""
        return self.fr if language == "fr" else self.en

    def _filled(self, language: str, values: dict[str, Text | str | int]) -> str:
        said = {name: value.told(language) if isinstance(value, Text) else value for name, value in values.items()}
        return self.told(language).format(**said)


def tied(text: str, language: str) -> str:
    """A text for a page: in French no line of it begins with a colon, or with the end of a quotation."""
    return _LOOSE.sub("\N{NO-BREAK SPACE}", text) if language == "fr" else text


def seconds(microseconds: int) -> Text:
    """A length of time as people read it: below a second in milliseconds, below a minute in seconds."""
    count = microseconds / 1_000_000
    if count < 1:
        return Text(*(f"{microseconds // 1000} ms" for _ in LANGUAGES))
    if count < 60:
        figure = f"{count:.1f}" if count < 10 else f"{count:.0f}"
        return Text(f"{figure} s", f"{figure.replace('.', ',')} s")
    minutes, rest = divmod(round(count), 60)
    return Text(f"{minutes} min {rest} s", f"{minutes} min {rest} s")
