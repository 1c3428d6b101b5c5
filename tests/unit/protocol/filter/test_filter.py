"""Filters (RFC 7644 §3.4.2.2)."""

from __future__ import annotations

import pytest

from sbe_scim.protocol import InvalidFilter, ScimError, Sensitive, matches, parse_filter
from tests.unit.protocol.samples import ENTERPRISE_USER, USER, Group, User, user

ZOE = user(
    externalId="Kc-1",
    userName="Zoé.ÉTIENNE",
    active=True,
    title="Cheffe",
    name={"familyName": "O'Neill"},
    emails=[
        {"value": "zoe@mairie-exemple.fr", "type": "work", "primary": True},
        {"value": "zoe@maison-exemple.fr", "type": "home"},
    ],
    **{ENTERPRISE_USER: {"department": "DSI", "manager": {"value": "M-1"}}},
) | {"id": "u1", "meta": {"resourceType": "User", "lastModified": "2026-01-31T10:00:00.500+01:00"}}


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "zoé.étienne"',
        'USERNAME EQ "ZOÉ.ÉTIENNE"',
        f'{USER}:userName sw "zoé"',
        'externalId eq "Kc-1"',
        'userName co "é.é" and userName ew "enne"',
        "active eq true",
        "active ne false",
        'title ne "Chef"',
        'nickName ne "x"',
        "nickName eq null",
        "title ne null",
        "title pr and not (nickName pr)",
        'emails eq "zoe@maison-exemple.fr"',
        'emails.value co "maison"',
        'emails[type eq "work" and value co "mairie"]',
        'emails[type eq "work"].value eq "zoe@mairie-exemple.fr"',
        'emails[not (type eq "work")].value sw "zoe"',
        'emails[type eq "home" and primary ne true]',
        'emails.type ne "work"',
        'name[familyName eq "o\'neill"]',
        f'{ENTERPRISE_USER}:manager eq "M-1"',
        f'{ENTERPRISE_USER}:department eq "dsi"',
        'id eq "u1" and manager eq "M-1"',
        'meta.resourceType eq "User"',
        'meta.lastModified ge "2026-01-31T09:00:00Z"',
        'meta.lastModified lt "2026-01-31T09:00:00.6Z"',
        'meta.lastModified eq "2026-01-31T04:00:00.5-05:00"',
        'title eq "x" or title eq "Cheffe" and active eq true',
        '(title eq "x" or title eq "Cheffe") and active eq true',
        'not(title eq "x")',
        'title eq "Che\\u0066fe"',
        f'schemas eq "{ENTERPRISE_USER}"',
        " and ".join(["(title pr)"] * 40),
        " and ".join(["emails[type pr]"] * 40),
    ],
)
def test_matching_filters(text: str) -> None:
    assert matches(parse_filter(text, User), ZOE)


@pytest.mark.parametrize(
    "text",
    [
        'externalId eq "kc-1"',
        f'{ENTERPRISE_USER}:manager eq "m-1"',
        'nickName eq "x"',
        'nickName gt "a"',
        'emails[type eq "home" and value co "mairie"]',
        'emails[type eq "other"].value pr',
        "title eq null",
        'not (title eq "Cheffe")',
        'title eq "x" and title eq "Cheffe" or active eq false',
        'meta.lastModified gt "2026-01-31T09:00:00.5Z"',
        'title gt "d"',
    ],
)
def test_filters_that_do_not_match(text: str) -> None:
    assert not matches(parse_filter(text, User), ZOE)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", "position 1: the name of an attribute is due"),
        ("userName", "position 9: an operator"),
        ("userName eq", "position 12: a value is due"),
        ("userName eq zoe", "position 13: a value is due"),
        ('userName eq "zoe', "position 13: unexpected character, or a string without end"),
        ('userName is "zoe"', "position 10: an operator"),
        ('userName eq "a" userName eq "b"', "position 17: and, or or the end"),
        ('userName eq "a" and', "position 20: the name"),
        ('(userName eq "a"', r"position 17: \) is due"),
        ('userName eq "a")', "position 16: and, or or the end"),
        ('emails[type eq "work"', r"position 22: \] is due"),
        ('emails[userName eq "x"]', "position 8: userName is not an attribute"),
        ('emails[type eq "a"].nope eq "x"', "position 20: nope is not an attribute"),
        ('userName[value eq "x"]', "position 1: userName has no sub-attributes"),
        ('nope eq "x"', "position 1: nope is not an attribute"),
        ('department.x eq "x"', "position 1: department.x is not"),
        (f'{ENTERPRISE_USER} eq "x"', "position 1: .* is not an attribute"),
        ('addresses eq "x"', "position 1: addresses is complex"),
        ("active gt true", "position 8: gt is not defined for active, a boolean"),
        ('active co "t"', "position 8: co is not defined"),
        ('x509Certificates.value gt "x"', "gt is not defined for x509Certificates.value, a binary"),
        ('meta.created sw "2026"', "sw is not defined for meta.created, a dateTime"),
        ('meta.created gt "yesterday"', "position 17: the value must be a dateTime"),
        ('meta.created gt "2026-01-31"', "the value must be a dateTime"),
        ('active eq "true"', "position 11: active is compared with a boolean"),
        ("userName eq 7", "position 13: userName is compared with a string"),
        ("userName sw null", "sw cannot compare with null"),
        ('userName eq "\\x"', "the value is not valid JSON"),
        ('userName eq "\\u0000"', "a character that is not allowed"),
        ('userName eq "\\ud800"', "a character that is not allowed"),
        ("userName eq 1e999", "too large"),
        ('userName eq "a" & 1', "position 17: unexpected character"),
        ("(" * 40 + 'userName eq "a"' + ")" * 40, "nested more than 30 deep"),
        ("not (" * 40, "nested more than 30 deep"),
        (" or ".join(['id eq "a"'] * 201), "more than 200 comparisons"),
        ("x" * 10_001, "longer than 10000 characters"),
    ],
)
def test_refusals_name_the_position_and_the_rule(text: str, detail: str) -> None:
    with pytest.raises(InvalidFilter, match=detail):
        parse_filter(text, User)


@pytest.mark.parametrize("text", ['password eq "x"', "password pr", f'active eq true or {USER}:PASSWORD sw "a"'])
def test_a_password_cannot_be_probed(text: str) -> None:
    with pytest.raises(Sensitive):
        parse_filter(text, User)


def test_values_never_show_up_in_refusals() -> None:
    for text in ('userName gt "secret" "secret"', 'userName eq "secret', "title eq secret", 'active eq "secret"'):
        with pytest.raises(ScimError) as refused:
            parse_filter(text, User)
        assert "secret" not in refused.value.detail


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("emails.primary eq true", True),
        ("emails.primary eq false", True),
        ("emails.primary ne true", True),
        ("emails.primary ne false", True),
        ('emails[type eq "home" and primary eq false]', True),
        ('emails[type eq "home"].primary eq false', True),
        ('emails[not (primary eq false)].value co "mairie"', True),
        ('emails[type eq "work" and primary eq false]', False),
        ('emails[type eq "home" and primary ne false]', False),
        ('emails[type eq "home"].primary ne false', False),
        ("not (emails.primary eq false)", False),
        # Nobody is the primary one, nor another, where there is none at all.
        ("phoneNumbers.primary eq false", False),
        ("phoneNumbers[primary eq false]", False),
        ("phoneNumbers.primary ne false", True),
        ("phoneNumbers.primary ne true", True),
    ],
)
def test_who_does_not_say_to_be_primary_is_not(text: str, holds: bool) -> None:
    assert matches(parse_filter(text, User), ZOE) is holds


def test_a_filter_is_written_canonically() -> None:
    text = 'EMAILS[Type EQ "work"].VALUE co "é" AND (Title pr OR NOT (Active eq True))'
    assert str(parse_filter(text, User)) == (
        'emails[type eq "work" and value co "é"] and (title pr or not (active eq true))'
    )


def test_members_are_filtered_in_groups_only() -> None:
    assert str(parse_filter('members eq "u1"', Group)) == 'members.value eq "u1"'
    with pytest.raises(InvalidFilter):
        parse_filter('members eq "u1"', User)
