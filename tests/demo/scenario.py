"""The story that the demonstration tells: what is done in Keycloak, and what the receiver must then answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.demo.chain import REALM, Chain
from tests.environment.broker import PASSWORD, sign_in
from tests.sbe.server import SbeServer

#: Who has a password in the realm, where there is something to sign in to.
PEOPLE_TO_TRY = ("elodie.lefevre", "marc.durand")
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
Resource = dict[str, Any] | None


@dataclass(frozen=True)
class Step:
    """One change: ``do`` makes it in Keycloak, ``read`` asks the receiver, ``expected`` judges the answer."""

    what: str
    do: Callable[[], object]
    read: Callable[[], Resource]
    expected: Callable[[Resource], bool]
    show: Callable[[Resource], str]


def scenario(chain: Chain) -> Iterator[Step]:
    """The steps in their order; a step is made when the one before it has arrived."""
    yield from _people(chain)
    yield from _groups(chain)
    yield from _changes(chain)
    if chain.sbe is not None:
        yield from _sign_ins(chain, chain.sbe)


def _people(chain: Chain) -> Iterator[Step]:
    people: tuple[tuple[str, str, str, str, dict[str, list[str]]], ...] = (
        ("elodie.lefevre", "Élodie", "Lefèvre-Nuñez", "elodie.lefevre@example.org", {}),
        ("sean.oconnor", "Seán", "O'Connor", "sean.oconnor@example.org", {}),
        ("marc.durand", "Marc", "Durand", "marc.durand@example.org", {"department": ["Achats publics"]}),
    )
    for user_name, given, family, mail, attributes in people:
        yield Step(
            f"create {given} {family}" + (" with a department" if attributes else ""),
            lambda user_name=user_name, given=given, family=family, mail=mail, attributes=attributes: (  # type: ignore[misc]
                chain.admin.create_user(
                    REALM,
                    username=user_name,
                    firstName=given,
                    lastName=family,
                    email=mail,
                    enabled=True,
                    attributes=attributes,
                )
            ),
            lambda user_name=user_name: chain.user(user_name),  # type: ignore[misc]
            lambda seen, family=family, attributes=attributes: (  # type: ignore[misc]
                seen is not None
                and seen["name"]["familyName"] == family
                and (not attributes or seen[ENTERPRISE]["department"] == "Achats publics")
            ),
            _person,
        )


def _groups(chain: Chain) -> Iterator[Step]:
    admin = chain.admin
    groups: dict[str, str] = {}

    def create(name: str, parent: str | None = None) -> None:
        made = admin.create_subgroup(REALM, groups[parent], name) if parent else admin.create_group(REALM, name)
        groups[name] = made

    def person(user_name: str) -> str:
        return str((chain.user(user_name) or {})["externalId"])

    def members(seen: Resource) -> set[str]:
        return {member["value"] for member in (seen or {}).get("members", [])}

    def holds(user_name: str) -> Callable[[Resource], bool]:
        return lambda seen: str((chain.user(user_name) or {}).get("id")) in members(seen)

    for name in ("Direction", "Communication"):
        yield Step(
            f"create the group {name}",
            lambda name=name: create(name),  # type: ignore[misc]
            lambda name=name: chain.group(name),  # type: ignore[misc]
            lambda seen: seen is not None,
            _group,
        )
    yield Step(
        "create the subgroup Achats below Direction",
        lambda: create("Achats", "Direction"),
        lambda: chain.group("Direction/Achats"),
        lambda seen: seen is not None,
        _group,
    )
    yield Step(
        "Marc joins Achats",
        lambda: admin.join(REALM, person("marc.durand"), groups["Achats"]),
        lambda: chain.group("Direction/Achats"),
        holds("marc.durand"),
        _group,
    )
    yield Step(
        "Élodie joins Communication",
        lambda: admin.join(REALM, person("elodie.lefevre"), groups["Communication"]),
        lambda: chain.group("Communication"),
        holds("elodie.lefevre"),
        _group,
    )
    yield Step(
        "Élodie leaves Communication",
        lambda: admin.leave(REALM, person("elodie.lefevre"), groups["Communication"]),
        lambda: chain.group("Communication"),
        lambda seen: seen is not None and not members(seen),
        _group,
    )
    yield Step(
        "rename Direction to Direction générale (its subgroup follows)",
        lambda: admin.rename_group(REALM, groups["Direction"], "Direction générale"),
        lambda: chain.group("Direction générale/Achats"),
        holds("marc.durand"),
        _group,
    )


def _changes(chain: Chain) -> Iterator[Step]:
    admin = chain.admin
    marc, elodie, sean = (
        str((chain.user(name) or {})["externalId"]) for name in ("marc.durand", "elodie.lefevre", "sean.oconnor")
    )
    admin.create_realm_role(REALM, "rédacteur")
    yield Step(
        "give Marc a role (sent only where a map says so)",
        lambda: admin.assign_realm_role(REALM, marc, "rédacteur"),
        lambda: chain.user("marc.durand"),
        lambda seen: seen is not None and "roles" not in seen,
        _person,
    )
    yield Step(
        "change Marc's mail address",
        lambda: admin.update_user(REALM, marc, email="marc.durand@achats.example.org"),
        lambda: chain.user("marc.durand"),
        lambda seen: seen is not None and seen["emails"][0]["value"] == "marc.durand@achats.example.org",
        _person,
    )
    for verb, enabled in (("disable", False), ("enable", True)):
        yield Step(
            f"{verb} Élodie" + (" again" if enabled else ""),
            lambda enabled=enabled: admin.update_user(REALM, elodie, enabled=enabled),  # type: ignore[misc]
            lambda: chain.user("elodie.lefevre"),
            lambda seen, enabled=enabled: seen is not None and seen["active"] is enabled,  # type: ignore[misc]
            _person,
        )
    yield Step(
        "delete Seán",
        lambda: admin.delete_user(REALM, sean),
        lambda: chain.user("sean.oconnor"),
        lambda seen: seen is None,
        _person,
    )


def _sign_ins(chain: Chain, sbe: SbeServer) -> Iterator[Step]:
    admin = chain.admin
    elodie = str((chain.user("elodie.lefevre") or {})["externalId"])
    administrator = sbe.login()
    for person in PEOPLE_TO_TRY:
        admin.set_password(REALM, str((chain.user(person) or {})["externalId"]), PASSWORD)

    def page(person: str) -> Resource:
        """The directory of Abilian SBE as somebody sees it who signs in."""
        answer = sign_in(chain.keycloak, f"{sbe.url}/sign-in/?next=/social/users/", person)
        return {"status": answer.status_code, "url": answer.url.path}

    def account(mail: str) -> Resource:
        found = sbe.account(administrator, mail)
        return None if found is None else {"open": found.can_login}

    def shown(seen: Resource) -> str:
        assert seen is not None
        return "signed in" if seen["url"] == "/social/users/" else f"not let in ({seen['status']})"

    yield Step(
        "Élodie signs in to Abilian SBE",
        lambda: None,
        lambda: page("elodie.lefevre"),
        lambda seen: seen == {"status": 200, "url": "/social/users/"},
        shown,
    )
    admin.create_user(REALM, username="nina.petit", email="nina.petit@example.org", enabled=True, firstName="Nina",
                      lastName="Petit", credentials=[{"type": "password", "value": PASSWORD}])  # fmt: skip
    yield Step(
        "Nina, who was created a moment ago, signs in",
        lambda: None,
        lambda: page("nina.petit"),
        lambda seen: seen == {"status": 200, "url": "/social/users/"},
        shown,
    )
    yield Step(
        "disable Élodie",
        lambda: admin.update_user(REALM, elodie, enabled=False),
        lambda: account("elodie.lefevre@example.org"),
        lambda seen: seen == {"open": False},
        lambda seen: "her account in Abilian SBE is closed",
    )
    yield Step(
        "enable Élodie again",
        lambda: admin.update_user(REALM, elodie, enabled=True),
        lambda: page("elodie.lefevre"),
        lambda seen: seen == {"status": 200, "url": "/social/users/"},
        shown,
    )


def _person(seen: Resource) -> str:
    if seen is None:
        return "not there any more"
    mail = seen["emails"][0]["value"] if seen.get("emails") else "no mail"
    department = seen.get(ENTERPRISE, {}).get("department")
    state = "active" if seen["active"] else "inactive"
    return f"{seen['displayName']} <{mail}>, {state}" + (f", {department}" if department else "")


def _group(seen: Resource) -> str:
    if seen is None:
        return "not there"
    count = len(seen.get("members", []))
    return f"{seen['displayName']}: {count} member{'' if count == 1 else 's'}"
