"""What an operator is told to do about a refusal."""

from __future__ import annotations

from string import Formatter
from typing import Any

import pytest

from sbe_scim.journal.reader import Row
from sbe_scim.journal.remedies import remedy
from sbe_scim.journal.remedy_texts import ENGLISH, FRENCH
from sbe_scim.store.people import Person
from sbe_scim.store.sources import Source

NONE: dict[str, Any] = dict.fromkeys(Row.__dataclass_fields__)
RETRY = "then: sbe-scim keycloak retry --refused --server https://sso.example.org/auth --realm agents"


def row(reason: str | None, **more: Any) -> Row:
    facts = {"source": "agents", "target_type": "User", "status": 409, "name": "zoe", "mail": "zoe@example.org"}
    return Row(**(NONE | facts | more | {"reason": reason}))


def source(dialect: str = "keycloak", issuer: str | None = "https://sso.example.org/auth/realms/agents") -> Source:
    return Source(1, "agents", dialect, "tolerant", issuer, None, None, (), True, 0)


def test_an_account_that_is_in_the_way_is_to_be_adopted() -> None:
    told = remedy(row("account_taken"), source())
    assert "SCIM did not make" in told.why
    assert "sbe-scim sbe adopt --source agents --mail zoe@example.org;" in told.remedy
    assert told.remedy.endswith(RETRY)
    assert "--mail zoe;" in remedy(row("account_taken", mail=None), source()).remedy


def test_whoever_holds_a_name_is_told_by_id() -> None:
    holder = Person(1, "the-id", 1, "other", None, True, 0, 0, None, "{}")
    told = remedy(row("name_taken"), source(), holder)
    assert told.why.endswith("has this name: the-id of source other")
    assert remedy(row("mail_taken"), source()).why.endswith("has this mail address")


@pytest.mark.parametrize(
    "reason", ["external_id_taken", "value_taken", "mail_missing", "mail_unusable", "last_administrator"]
)
def test_every_code_has_words_of_its_own(reason: str) -> None:
    told = remedy(row(reason, detail="said"), source())
    assert told.why != "said"
    assert told.remedy.endswith(RETRY)


def test_what_has_no_code_is_told_as_the_receiver_said_it() -> None:
    assert remedy(row(None, detail="userName: a value is needed"), source()).why == "userName: a value is needed"
    assert remedy(row(None, status=400), source()).why == "refused with status 400"


def test_french_says_the_same() -> None:
    assert FRENCH.by_code.keys() == ENGLISH.by_code.keys()
    for code, english in ENGLISH.by_code.items():
        for french, here in zip(FRENCH.by_code[code], english, strict=True):
            assert _fields(french) == _fields(here)
    told = remedy(row("account_taken"), source(), words=FRENCH)
    assert told.why == "l'adresse appartient à un compte d'Abilian SBE que SCIM n'a pas créé"
    assert "adoptez le compte : sbe-scim sbe adopt --source agents --mail zoe@example.org ;" in told.remedy
    assert told.remedy.endswith(RETRY.replace("then:", "puis :"))
    holder = Person(1, "the-id", 1, "other", None, True, 0, 0, None, "{}")
    assert remedy(row("name_taken"), source(), holder, FRENCH).why.endswith(" porte ce nom : the-id de la source other")
    assert remedy(row(None, status=400), source(), words=FRENCH).why == "refusé avec le code 400"


def _fields(text: str) -> list[str]:
    return sorted(field for _, field, _, _ in Formatter().parse(text) if field)


@pytest.mark.parametrize("known", [None, source("okta"), source(issuer=None), source(issuer="https://sso.example.org")])
def test_a_source_that_is_no_realm_has_no_command(known: Source | None) -> None:
    assert remedy(row("mail_missing"), known).remedy.endswith("then let the identity provider send it again")
