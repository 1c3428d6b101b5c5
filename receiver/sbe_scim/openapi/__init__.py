"""The receiver as an OpenAPI 3.1 document, made of what it serves: types, extensions and limits."""

from sbe_scim.openapi.document import document

__all__ = ["document"]
