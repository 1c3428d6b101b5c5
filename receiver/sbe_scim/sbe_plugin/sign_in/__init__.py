"""Sign-in by OpenID Connect, for people whose account came by SCIM (OpenID Connect Core 1.0 §3.1).

Nobody is created here: who has no account in Abilian SBE is told so, and is in as soon as SCIM has brought them.
"""

from sbe_scim.sbe_plugin.sign_in.setup import set_up

__all__ = ["set_up"]
