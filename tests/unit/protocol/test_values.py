"""Single values (RFC 7643 §2.3), also of the types that no served attribute has."""

from __future__ import annotations

import pytest

from sbe_scim.protocol import (
    Attribute,
    End,
    InvalidFilter,
    InvalidValue,
    Policy,
    Relation,
    ResourceType,
    Schema,
    fold,
    instant,
    matches,
    normalise,
    parse_filter,
)
from tests.unit.protocol.samples import RFC, TOLERANT

Thing = ResourceType(
    "Thing",
    9,
    "Things",
    Schema(
        "urn:example:Thing",
        "Thing",
        "Something with numbers.",
        (
            Attribute("size", "integer"),
            Attribute("weight", "decimal"),
            Attribute("made", "dateTime"),
            Attribute("sealed", returned="request"),
            Attribute("sizes", "integer", multi_valued=True),
            Attribute("labels", multi_valued=True),
        ),
    ),
    key="size",
    key_scope="source",
    relation=Relation("owners", (End(1, "Users", "direct"),)),
)


def thing(by: Policy = TOLERANT, /, **attributes: object) -> dict[str, object]:
    return normalise(Thing, {"schemas": ["urn:example:Thing"], **attributes}, by).document


@pytest.mark.parametrize(
    "attributes", [{"size": -3}, {"weight": 3}, {"weight": 0.5}, {"made": "2026-01-31T09:00:00.25+01:00"}]
)
def test_right_values_are_kept_as_they_are(attributes: dict[str, object]) -> None:
    assert thing(**attributes) == {"schemas": ["urn:example:Thing"], **attributes}


@pytest.mark.parametrize(
    "attributes",
    [
        {"size": True},
        {"size": 1.0},
        {"size": "1.0"},
        {"size": "1 "},
        {"size": "1_0"},
        {"size": "0x1"},
        {"size": "٤"},
        {"size": "9" * 5_000},
        {"size": str(2**63)},
        {"sizes": "many"},
        {"size": 2**63},
        {"weight": False},
        {"weight": float("inf")},
        {"weight": float("nan")},
        {"weight": "nan"},
        {"weight": "1,5"},
        {"weight": "1e999"},
        {"made": "2026-01-31"},
        {"made": "2026-02-30T09:00:00Z"},
        {"made": 1_769_850_000},
    ],
)
def test_wrong_values_are_refused(attributes: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        thing(**attributes)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ({"size": "-42"}, {"size": -42}),
        ({"weight": "1.5e1"}, {"weight": 15.0}),
        ({"weight": "3"}, {"weight": 3.0}),
        ({"sizes": ["1", 2]}, {"sizes": [1, 2]}),
        ({"sizes": "3"}, {"sizes": [3]}),
        ({"labels": "a"}, {"labels": ["a"]}),
    ],
)
def test_whose_client_knows_only_strings_is_understood_save_by_the_letter(
    written: dict[str, object], kept: dict[str, object]
) -> None:
    assert thing(**written) == {"schemas": ["urn:example:Thing"], **kept}
    with pytest.raises(InvalidValue):
        thing(RFC, **written)


def test_numbers_compare_as_numbers() -> None:
    assert matches(parse_filter("size gt 9 and weight le 1e1", Thing), {"size": 10, "weight": 10.0})
    for text in ("size eq true", 'weight gt "1"', "size co 1"):
        with pytest.raises(InvalidFilter):
            parse_filter(text, Thing)


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("1970-01-01T00:00:00.1234567Z", 123_456),
        ("0001-01-01T00:00:00+14:00", -62_135_647_200_000_000),
    ],
)
def test_instants_are_microseconds_in_utc(text: str, microseconds: int) -> None:
    assert instant(text) == microseconds


@pytest.mark.parametrize(
    "text", ["", "now", "2026-01-31", "20260131T090000Z", "2026-13-01T00:00:00Z", "٢٠٢٦-01-01T00:00:00Z"]
)
def test_other_texts_are_no_instants(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - Python words it differently from case to case
        instant(text)


def test_folded_texts_are_equal_in_any_case() -> None:
    assert fold("ÉTIENNE") == fold("étienne")
    assert fold("ΟΔΟΣ") == fold("οδος")


def test_a_letter_with_its_accent_is_one_however_it_is_encoded() -> None:
    assert fold("Jose\u0301") == fold("JOS\u00c9")
    assert fold("\u1e9b\u0323") == fold("\u1e61\u0323")
