"""SCIM 2.0 provisioning for Abilian SBE (RFC 7643, RFC 7644).

The way of one change, such as ``PATCH /Users/{id}``:

1. :mod:`sbe_scim.http.middleware` gives the request its id.
2. :mod:`sbe_scim.http.resources` asks :mod:`sbe_scim.auth.authenticator` which source calls, reads the body, and
   hands the operation to a thread that may write: on SQLite the one of :mod:`sbe_scim.http.writer`.
3. :mod:`sbe_scim.service.units` opens a unit of work in a transaction (:mod:`sbe_scim.store.transactions`).
4. :mod:`sbe_scim.service.operations` applies the change to the document (:mod:`sbe_scim.protocol.patch`).
5. :mod:`sbe_scim.service.unit` writes the row, its index and its version (:mod:`sbe_scim.store.resources`), and tells
   the accounts (:mod:`sbe_scim.directory.port`).
6. What takes access away is judged by what its source has lost just before (:mod:`sbe_scim.store.guards`).
7. The unit's row in the journal (:mod:`sbe_scim.journal.entry`) is written, all is committed, the answer is sent.
"""

__version__ = "0.1.0"
