"""SCIM 2.0 provisioning for Abilian SBE (RFC 7643, RFC 7644)."""

__version__ = "0.1.0"
