"""Filters (RFC 7644 §3.4.2.2): their syntax tree, the parser, and whether a document matches."""
