"""What the pages of people show beyond what Abilian SBE has a column for."""

from sbe_scim.sbe_plugin.people.pages import set_up

__all__ = ["set_up"]
