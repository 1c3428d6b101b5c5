"""The form under which names of accounts and groups are compared: UsernameCaseMapped of PRECIS (RFC 8265 §3.3).

PRECIS refuses many characters that identity providers take. Nobody is refused here for one of them; it counts as what
it looks like: every white space as one blank, and nothing at either end; what cannot be seen as nothing; a ligature as
its letters; any other as itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import decomposition, normalize

# Default_Ignorable_Code_Point of Unicode, controls that are no white space, and the marks of annotations.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: Letters and symbols by Unicode that show a blank: Braille pattern blank, Hangul fillers.
_BLANKS = re.compile("[\u2800\u3164\uffa0]")
#: The key of names in which there is nothing to see: they are all one. No other name has it.
_NOTHING_SEEN = "\u200b"


def name_key(text: str) -> str:
    """Return the form under which a name is compared; the form of a form is itself."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    return " ".join(_mapped(text).split()) or (_NOTHING_SEEN if text.strip() else "")


def name_part(text: str, *, begins: bool, ends: bool) -> str:
    """Return the form of a part of a name, which may stand where the name ``begins`` or ``ends``, or within it."""
    mapped = _mapped(text)
    inner = " ".join(mapped.split())
    before = "" if begins or not mapped[:1].isspace() else " "
    after = "" if ends or not inner or not mapped[-1:].isspace() else " "
    return f"{before}{inner}{after}"


def _mapped(text: str) -> str:
    """Map width, case and composition, in the order of RFC 8264 §7, after what PRECIS would refuse.

    Composing can bring a letter to light that is to be mapped again: as in RFC 8264 §7, until nothing changes.
    """
    for _ in range(4):
        before = text
        text = _BLANKS.sub(" ", _UNSEEN.sub("", text))
        text = normalize("NFC", "".join(map(_settled, "".join(map(_narrow, text)).lower())))
        if text == before:
            break
    return text


@lru_cache(4096)
def _narrow(character: str) -> str:
    """The character in its usual width."""
    kind, _, points = decomposition(character).partition(" ")
    return chr(int(points, 16)) if kind in ("<wide>", "<narrow>") else character


@lru_cache(4096)
def _settled(character: str) -> str:
    """A compatibility character, which PRECIS refuses, as other strings are compared: a ligature is its letters."""
    return character.casefold() if decomposition(character).startswith("<") else character
