"""The journal: one row per request of a source, one a minute about all others, and no value of anybody's attributes."""

from sbe_scim.journal.exchange import Exchange
from sbe_scim.journal.journal import Entry, Journal

__all__ = ["Entry", "Exchange", "Journal"]
