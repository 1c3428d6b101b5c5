"""An endpoint or a realm that is removed leaves nothing in the connector's tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.environment.chain import Chain
from tests.environment.marks import databases
from tests.environment.waiting import until

_TABLES = (
    "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.COLUMNS"
    " WHERE UPPER(COLUMN_NAME) = 'ENDPOINT_ID' AND UPPER(TABLE_NAME) LIKE 'SBE_SCIM_%'"
)


@databases
@pytest.mark.parametrize("removed", ["endpoint", "realm"])
def test_nothing_is_kept_of_what_is_removed(chain: Chain, new_realm: Callable[[], str], removed: str) -> None:
    admin, realm, beside = chain.admin, chain.realm, new_realm()
    # With a token of its own there is one in its table, too.
    token = str(chain.scim.headers["Authorization"]).removeprefix("Bearer ")
    endpoint = chain.enable(auth="bearer", bearerToken=token)
    admin.join(realm, admin.create_user(realm, username="anne"), admin.create_group(realm, "Équipe"))
    chain.see_groups({"Équipe": {"anne"}})
    chain.receiver.stop()
    admin.create_user(realm, username="boris")

    def kept() -> dict[str, int]:
        tables = [str(name).upper() for (name,) in admin.sql(beside, _TABLES)]
        counts = {
            table: int(admin.sql(beside, f"SELECT COUNT(*) FROM {table} WHERE ENDPOINT_ID = '{endpoint}'")[0][0])
            for table in tables
        }
        return {table: count for table, count in counts.items() if count}

    known = {f"SBE_SCIM_{name}" for name in ("MARK", "LINK", "ENDPOINT", "SECRET", "HOST")}
    assert kept().keys() >= known, "there is nothing to look at"
    if removed == "endpoint":
        admin.delete_component(realm, endpoint)
    else:
        admin.delete_realm(realm)
    until(lambda: not kept(), what="nothing is kept")
