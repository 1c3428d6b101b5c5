"""Constraints of Abilian SBE's database that mean a value which somebody else has."""

from __future__ import annotations

from sbe_scim.store.failures import UniqueRule

TAKEN = "emails: another account of Abilian SBE, not managed by this resource, has this address"

#: The code of that.
ACCOUNT_TAKEN = "account_taken"

RULES = (
    UniqueRule("user_email_key", ("user.email",), TAKEN, ACCOUNT_TAKEN),
    # On PostgreSQL only.
    UniqueRule("user_unique_lowercase_email", (), TAKEN, ACCOUNT_TAKEN),
    UniqueRule(
        "scim_sbe_link_account",
        ("scim_sbe_link.kind", "scim_sbe_link.sbe_id"),
        "another resource has this account or group of Abilian SBE",
    ),
)
