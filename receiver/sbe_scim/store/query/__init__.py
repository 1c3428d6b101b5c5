"""Filters and pages as SQL: which resources a request asks for, and in which order they come."""
