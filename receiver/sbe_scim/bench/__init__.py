"""``sbe-scim bench``: the receiver measured on this machine, beside others.

It uses the receiver through its commands and HTTP only, but for very many people, who are written into its tables.
"""
