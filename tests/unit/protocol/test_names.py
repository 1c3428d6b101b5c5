"""The key of names: UsernameCaseMapped of RFC 8265, and what becomes of what that refuses."""

from __future__ import annotations

from unicodedata import category, decomposition, normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sbe_scim.protocol import default_registry, matches, name_key, parse_filter
from sbe_scim.protocol.names import name_part

User = default_registry().by_name("User")
WHITE = "\t\n\x85 \u00a0\u1680\u2003\u2028\u202f\u205f\u3000\u2800\u3164\uffa0"
UNSEEN = "\x01\x7f\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u202e\u2060\u2066\ufe0f\ufeff\U000e0041"
letters = st.text("aAéÉe\u0301ß\u1e9eΣςσİiıﬁſＡａｶﾞ№'-.@9" + WHITE + UNSEEN, max_size=8)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        # RFC 8265, tables 1 and 2: what the profile allows.
        ("juliet@example.com", "juliet@example.com"),
        ("fussball", "fussball"),
        ("fußball", "fußball"),
        ("π", "π"),
        ("Σ", "σ"),
        ("σ", "σ"),
        ("ς", "ς"),
        # Width, case, composition.
        ("Ａｎｎ．Ｌｅｅ", "ann.lee"),
        ("JOSE\u0301", "josé"),
        ("\u212bngström", "ångström"),
        # What it refuses: blanks, ligatures, symbols, controls.
        ("foo bar", "foo bar"),
        ("\u3000Foo \t bar\u00a0", "foo bar"),
        ("ﬁn", "fin"),
        ("henryⅣ", "henryⅳ"),
        ("\u265a", "\u265a"),
        ("a\x01b", "ab"),
        ("", ""),
        (" \u00a0", ""),
    ],
)
def test_the_key_of_a_name(name: str, key: str) -> None:
    assert name_key(name) == key


@given(st.one_of(letters, anything))
@example("İ")
@example("\u2160\u0345")
def test_the_key_of_a_key_is_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@given(st.lists(st.text("aéß.9", min_size=1, max_size=3), min_size=1, max_size=3), st.data())
def test_white_space_and_what_cannot_be_seen_make_no_other_name(words: list[str], data: st.DataObject) -> None:
    unseen, white = st.text(UNSEEN, max_size=2), st.text(WHITE + UNSEEN, max_size=3)
    name = data.draw(white)
    for number, word in enumerate(words):
        name += (data.draw(white) + data.draw(st.sampled_from(WHITE))) * bool(number)
        name += "".join(letter + data.draw(unseen) for letter in word)
    assert name_key(name + data.draw(white)) == name_key(" ".join(words)) == " ".join(words)


@given(anything)
def test_case_composition_and_width_make_no_other_name(name: str) -> None:
    assert name_key(normalize("NFD", name)) == name_key(name) == name_key(normalize("NFC", name))
    assert name_key(name) == normalize("NFC", name_key(name))
    assert not [letter for letter in name_key(name) if decomposition(letter).startswith(("<wide>", "<narrow>"))]
    assert not [letter for letter in name_key(name) if category(letter) == "Lu" and letter.lower() != letter]


@given(anything)
def test_no_name_grows_beyond_what_an_index_takes(name: str) -> None:
    assert len(name_key(name).encode()) <= 12 * max(len(name), 1)


@pytest.mark.parametrize(
    ("filter", "holds"),
    [
        ('userName eq "ANN\u3000lee"', True),
        ('userName sw "ann "', True),
        ('userName sw " ann\u200b"', True),
        ('userName sw "annl"', False),
        ('userName ew " Lee "', True),
        ('userName ew "n lee"', True),
        ('userName co "n l"', True),
        ('userName co " "', True),
        ('userName co "lee "', False),
        ('userName co "\u200b"', True),
        ('userName ne "ann  lee"', False),
        ('userName gt "ann"', True),
    ],
)
def test_filters_compare_the_same_form(filter: str, holds: bool) -> None:
    assert matches(parse_filter(filter, User), {"userName": "Ann  Lee "}) is holds


@given(st.text("aB \u3000\u200b", max_size=4), st.text("aB \u3000\u200b", max_size=4))
def test_a_part_of_a_name_is_found_in_it(before: str, after: str) -> None:
    key = name_key(before + "x" + after)
    assert key.startswith(name_part(before + "x", begins=True, ends=False))
    assert key.endswith(name_part("x" + after, begins=False, ends=True))
    assert name_part("x", begins=False, ends=False) in key
