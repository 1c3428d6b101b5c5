"""What a filter is written with: names, operators, literals, brackets."""

from __future__ import annotations

import json
import math
import re
from typing import NamedTuple, NoReturn

from sbe_scim.protocol.errors import InvalidFilter
from sbe_scim.protocol.values import storable

MAX_LENGTH = 10_000

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
        (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])
      | (?P<word>[a-z$][\w$:./#-]*)
      | (?P<sub>\.[a-z$][\w$-]*)
      | (?P<mark>[()\[\]])
      | (?P<end>\Z)
    )""",
    re.ASCII | re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_WORDS = {"true": True, "false": False, "null": None}

Literal = str | bool | int | float | None


class Token(NamedTuple):
    """A part of a filter: its kind is the name of the group in the pattern."""

    kind: str
    text: str
    #: Counts from 1, for people.
    position: int


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a filter, of which the last is its end. Raise ``InvalidFilter``."""
    if len(text) > MAX_LENGTH:
        raise InvalidFilter(f"the filter is longer than {MAX_LENGTH} characters")
    tokens: list[Token] = []
    position = 0
    while not tokens or tokens[-1].kind != "end":
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            blanks = len(text[position:]) - len(text[position:].lstrip())
            refuse(Token("", "", position + blanks + 1), "unexpected character, or a string without end")
        start = found.start(found.lastgroup)
        tokens.append(Token(found.lastgroup, found[found.lastgroup], start + 1))
        position = found.end()
    return tokens


def literal_of(token: Token) -> Literal:
    """Return the value that a token stands for. Raise ``InvalidFilter``."""
    if token.kind == "word" and token.text.lower() in _WORDS:
        return _WORDS[token.text.lower()]
    if token.kind not in ("string", "number"):
        refuse(token, "a value is due here: a string in double quotes, a number, true, false or null")
    try:
        value: Literal = json.loads(token.text)
    except ValueError:
        refuse(token, "the value is not valid JSON")
    if isinstance(value, str) and not storable(value):
        refuse(token, "the value holds a character that is not allowed")
    if isinstance(value, float) and not math.isfinite(value):
        refuse(token, "the number is too large")
    return value


def refuse(token: Token, rule: str) -> NoReturn:
    """Raise ``InvalidFilter``, which names the place of the token and the rule that it breaks."""
    raise InvalidFilter(f"filter, position {token.position}: {rule}")
