"""The page *Provisioning* of Abilian SBE's administration: what SCIM brings, refuses, and finds changed by hand."""

from sbe_scim.sbe_plugin.provisioning.page import set_up

__all__ = ["set_up"]
