"""Many people at once, by SQL: the Admin API takes minutes for them."""

from __future__ import annotations

from tests.environment.admin import Admin


def people_in(admin: Admin, realm: str, group: str, count: int, *, prefix: str = "p", postgres: bool = False) -> None:
    """Put ``count`` people, ``p00001`` and so on (more digits for more), into a realm and a group of it.

    Keycloak runs on its embedded database or on ``postgres``, with the JAR that makes faults.
    """
    identifier = admin.request("GET", f"/{realm}").json()["id"]
    numbers = f"generate_series(1, {count}) AS numbers(X)" if postgres else f"SYSTEM_RANGE(1, {count})"
    # Where the number is longer than that, LPAD would cut it off.
    number = f"LPAD(CAST(X AS VARCHAR), {max(5, len(str(count)))}, '0')"
    own = f"'{identifier[:24]}' || LPAD(CAST(X AS VARCHAR), 12, '0')"
    admin.sql(
        realm,
        "INSERT INTO USER_ENTITY (ID, REALM_ID, USERNAME, ENABLED, EMAIL_VERIFIED, EMAIL_CONSTRAINT, NOT_BEFORE)"
        f" SELECT {own}, '{identifier}', '{prefix}' || {number}, TRUE, FALSE, {own}, 0"
        f" FROM {numbers}",
    )
    admin.sql(
        realm,
        "INSERT INTO USER_GROUP_MEMBERSHIP (GROUP_ID, USER_ID, MEMBERSHIP_TYPE)"
        f" SELECT '{group}', ID, 'UNMANAGED' FROM USER_ENTITY WHERE REALM_ID = '{identifier}'",
    )
