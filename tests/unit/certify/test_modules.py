"""Modules and profiles say what their readers need, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from sbe_scim.certify.module import Module
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.profile import ProfileError, names, profile, read
from sbe_scim.certify.provider import Provider
from sbe_scim.certify.text import Text, seconds
from sbe_scim.certify.without import WITHOUT

#: French puts a no-break space before these; reports and consoles take a plain one too, but never none.
_TIGHT = re.compile(r"\w[;!?»]|[«]\w|(?<!https)(?<!\d)\w:(?= )")


def texts(module: Module) -> Iterator[Text]:
    yield from (module.title, module.instruction, module.why)
    yield from (wanted.text for wanted in module.wanted.values())
    yield from WITHOUT.values()


def test_a_module_is_known_by_its_file() -> None:
    for name, module in MODULES.items():
        assert re.fullmatch(r"L\d\d", name)
        assert module.id == name
        assert module.references
    assert len({module.name for module in MODULES.values()}) == len(MODULES)


def test_everything_is_told_in_english_and_in_french() -> None:
    for module in MODULES.values():
        for text in texts(module):
            assert text.en
            assert text.fr
            assert text.en != text.fr
            assert not _TIGHT.search(text.fr), text.fr


def test_what_a_module_needs_is_what_a_provider_has() -> None:
    has = {name for name in vars(Provider) if not name.startswith("_")} | {"faults"}
    for module in MODULES.values():
        assert module.needs <= has


@pytest.mark.parametrize("name", names())
def test_a_profile_speaks_of_modules_that_there_are(name: str) -> None:
    known = profile(name)
    assert {*known.departures, *known.remedies, *known.missing} <= MODULES.keys()
    for text in (*known.departures.values(), *known.remedies.values(), *known.missing.values()):
        assert text.en
        assert text.fr
        assert not _TIGHT.search(text.fr), text.fr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "title"),
        ("nonsense", "profile x"),
        ('title = {en = "a", fr = "b"}\nremedy = 1', "unknown key remedy"),
        ('title = {en = "a", fr = "b"}\n[waits]\nlong = 1', "unknown wait long"),
        ('title = {en = "a"}', "profile x"),
        ('title = {en = "a", fr = "b"}\n[remedies]\nL01 = "a"', "profile x"),
    ],
)
def test_a_profile_that_is_not_understood_is_refused(text: str, said: str) -> None:
    with pytest.raises(ProfileError, match=said):
        read("x", text)


def test_a_profile_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(ProfileError, match=r"no profile 'x'; those that there are: .*keycloak"):
        profile("x")


@pytest.mark.parametrize(
    ("microseconds", "english", "french"),
    [
        (20_999, "20 ms", "20 ms"),
        (1_250_000, "1.2 s", "1,2 s"),
        (41_000_000, "41 s", "41 s"),
        (310_000_000, "5 min 10 s", "5 min 10 s"),
    ],
)
def test_a_time_is_told_as_people_read_it(microseconds: int, english: str, french: str) -> None:
    assert seconds(microseconds) == (english, french)
