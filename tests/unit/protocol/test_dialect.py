from __future__ import annotations

import builtins
import io
import itertools
from collections.abc import Iterator
from typing import NoReturn

import pytest

from sbe_scim.protocol import DialectError, dialects, policy, strictnesses, use_own
from tests.unit.protocol.dialect_page import PAGE, with_tables


@pytest.fixture(autouse=True)
def no_own_dialect() -> Iterator[None]:
    yield
    use_own({})


def test_a_dialect_needs_no_file_once_the_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_descriptor(*_arguments: object, **_more: object) -> NoReturn:
        raise OSError("too many open files")

    policy.cache_clear()
    for module in (builtins, io):
        monkeypatch.setattr(module, "open", no_descriptor)
    for dialect, strictness in itertools.product(dialects(), strictnesses()):
        assert policy(dialect, strictness).dialect == dialect


@pytest.mark.parametrize("names", [("nobodys",), ("generic", "lax"), ("strictness",)])
def test_an_unknown_name_is_refused_with_those_there_are(names: tuple[str, ...]) -> None:
    with pytest.raises(DialectError, match="one of"):
        policy(*names)


def test_every_dialect_says_whose_it_is() -> None:
    assert {name: one.client for name, one in dialects().items() if one.client == name} == {}


def test_a_file_holds_differences_only() -> None:
    use_own({"acme": "[tolerance]\njson_strings = true\n"})
    acme = policy("acme")
    assert acme.tolerance.json_strings
    assert acme.tolerance.drop_unknown
    assert acme.meaning == policy().meaning
    assert (dialects()["acme"].client, dialects()["acme"].own) == ("acme", True)


def test_what_is_tolerated_is_tolerant_alone_but_answers_and_limits_are_the_clients() -> None:
    use_own({"acme": "[tolerance]\npathless = false\n[answers]\npatch = 204\n[limits]\npage_size = 7\n"})
    for strictness in strictnesses():
        acme = policy("acme", strictness)
        assert (acme.answers.patch, acme.limits.page_size) == (204, 7)
        plain = policy("generic", strictness)
        assert acme.tolerance.pathless is (plain.tolerance.pathless and strictness != "tolerant")
        assert acme.meaning == plain.meaning


def test_a_dialect_may_be_like_another_whatever_their_order() -> None:
    files = {
        "a": 'like = "b"\nclient = "A"\n[answers]\npatch = 204\n',
        "b": 'like = "entra"\n[tolerance]\npathless = false\n',
    }
    use_own(files)
    a = policy("a")
    assert (a.answers.patch, a.tolerance.pathless, a.tolerance.json_strings) == (204, False, True)
    assert policy("b").answers.patch == 200


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[tolerances]", "acme.toml: unknown key 'tolerances'; known are client, like, tolerance"),
        ("[tolerance]\nlenient = true", "acme.toml: unknown key 'tolerance.lenient'; known are any_case_operations"),
        ("tolerance = true", "acme.toml: tolerance must be a table"),
        ("[tolerance]\npathless = 1", "acme.toml: tolerance.pathless must be true or false"),
        ("[answers]\npatch = 201", "acme.toml: answers.patch must be 200 or 204"),
        ("[answers]\npatch = true", "acme.toml: answers.patch must be 200 or 204"),
        ('[meaning]\nreplace = "some"', "acme.toml: meaning.replace must be merge or whole"),
        ("[limits]\noperations = 0", "acme.toml: limits.operations must be 1 or more"),
        ("[limits]\noperations = true", "acme.toml: limits.operations must be a whole number"),
        ("client = 1", "acme.toml: client must be a string"),
        ('like = "nobodys"', "acme.toml: like names no dialect; there are authentik, entra, generic"),
        ('like = "acme"', "acme.toml: like leads back to itself"),
        ("[tolerance", "acme.toml is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_key_and_changes_nothing(text: str, reason: str) -> None:
    use_own({"good": ""})
    with pytest.raises(DialectError) as refused:
        use_own({"acme": text, "other": ""})
    assert str(refused.value).startswith(reason)
    assert "good" in dialects()
    assert not {"acme", "other"} & dialects().keys()


def test_two_files_that_are_like_each_other_are_refused() -> None:
    with pytest.raises(DialectError, match="leads back to itself"):
        use_own({"a": 'like = "b"', "b": 'like = "a"'})


@pytest.mark.parametrize("name", ["entra", "strictness"])
def test_a_name_that_comes_with_the_receiver_is_not_taken_over(name: str) -> None:
    with pytest.raises(DialectError, match=rf"^{name}\.toml: this name is taken"):
        use_own({name: ""})


def test_own_files_that_are_gone_are_forgotten() -> None:
    use_own({"acme": "[answers]\npatch = 204\n"})
    assert policy("acme").answers.patch == 204
    use_own({})
    with pytest.raises(DialectError):
        policy("acme")


def test_the_page_of_dialects_is_as_the_files_are() -> None:
    page = PAGE.read_text("utf-8")
    assert with_tables(page) == page, "python -m tests.unit.protocol.dialect_page writes it"
