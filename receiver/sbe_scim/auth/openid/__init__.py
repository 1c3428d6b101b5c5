"""OpenID providers, at which people sign in: to Abilian SBE, and operators to the console.

:mod:`~sbe_scim.auth.openid.provider` needs Authlib, which the extra ``sign-in`` brings.
"""
