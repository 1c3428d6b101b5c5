"""Many people at once, by SQL: the Admin API takes minutes for them."""

from __future__ import annotations

from tests.environment.admin import Admin


def people_in(admin: Admin, realm: str, group: str, count: int, *, prefix: str = "p") -> None:
    """Put ``count`` people, ``p00001`` and so on, into a realm and a group of it.

    Keycloak runs on its embedded database, with the JAR that makes faults.
    """
    identifier = admin.request("GET", f"/{realm}").json()["id"]
    admin.sql(
        realm,
        "INSERT INTO USER_ENTITY (ID, REALM_ID, USERNAME, ENABLED, EMAIL_VERIFIED, EMAIL_CONSTRAINT, NOT_BEFORE)"
        f" SELECT '{identifier[:24]}' || LPAD(X, 12, '0'), '{identifier}', '{prefix}' || LPAD(X, 5, '0'), TRUE, FALSE,"
        f" '{identifier[:24]}' || LPAD(X, 12, '0'), 0 FROM SYSTEM_RANGE(1, {count})",
    )
    admin.sql(
        realm,
        "INSERT INTO USER_GROUP_MEMBERSHIP (GROUP_ID, USER_ID, MEMBERSHIP_TYPE)"
        f" SELECT '{group}', ID, 'UNMANAGED' FROM USER_ENTITY WHERE REALM_ID = '{identifier}'",
    )
