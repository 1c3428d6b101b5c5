"""What PostgreSQL reads for a first sync, among many links that it has not counted yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.environment.admin import Admin
from tests.environment.chain import Chain
from tests.environment.people import people_in
from tests.environment.waiting import until

OTHERS = 20_000
PEOPLE = 120
#: Of an endpoint that is not there.
ELSEWHERE = "elsewhere"
#: A connection that idles tells its counts after ten seconds.
COUNTED = 30.0


@pytest.fixture
def database() -> str:
    """Plans depend on it."""
    return "postgres"


@pytest.fixture
def links(chain: Chain) -> Iterator[Chain]:
    """A realm whose first sync finds many links of others, of which PostgreSQL knows nothing."""
    admin, name = chain.admin, chain.realm
    admin.sql(name, "ALTER TABLE SBE_SCIM_LINK SET (autovacuum_enabled = false)")
    admin.sql(
        name,
        "INSERT INTO SBE_SCIM_LINK (ENDPOINT_ID, RESOURCE_TYPE, RESOURCE_ID, STATE)"
        f" SELECT '{ELSEWHERE}', 'USER', 'of-others-' || X, 'LINKED' FROM generate_series(1, {OTHERS}) AS numbers(X)",
    )
    admin.sql(
        name,
        "DO $$ BEGIN PERFORM set_config('allow_system_table_mods', 'on', true);"
        " DELETE FROM pg_statistic WHERE starelid = 'sbe_scim_link'::regclass; END $$",
    )
    yield chain
    admin.sql(name, f"DELETE FROM SBE_SCIM_LINK WHERE ENDPOINT_ID = '{ELSEWHERE}'")
    admin.sql(name, "ALTER TABLE SBE_SCIM_LINK RESET (autovacuum_enabled)")


def test_a_first_sync_reads_no_links_of_others(links: Chain) -> None:
    admin, name = links.admin, links.realm
    people_in(admin, name, admin.create_group(name, "Agents"), PEOPLE, postgres=True)
    before = _counts(admin, name)

    links.enable()
    until(lambda: len(links.users()) == PEOPLE, what="everybody at the receiver")
    links.settle()

    # Each is stored once before they are sent and once after: whoever did that has told what they read, too.
    def counted() -> bool:
        now = _counts(admin, name)
        return min(now["written"] - before["written"], now["changed"] - before["changed"]) >= PEOPLE

    until(counted, what="the counts of what was stored", deadline=COUNTED)
    assert _counts(admin, name)["read"] - before["read"] < OTHERS


def _counts(admin: Admin, realm: str) -> dict[str, int]:
    """Links that were inserted, that were updated, and that were read as part of the whole table."""
    ((written, changed, read),) = admin.sql(
        realm, "SELECT n_tup_ins, n_tup_upd, seq_tup_read FROM pg_stat_user_tables WHERE relname = 'sbe_scim_link'"
    )
    return {"written": int(written), "changed": int(changed), "read": int(read)}
