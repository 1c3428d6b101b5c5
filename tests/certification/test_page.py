"""The page about the certification says what there is."""

from __future__ import annotations

from tests.certification.page import PAGE, with_tables


def test_the_page_names_every_module_profile_and_control() -> None:
    page = PAGE.read_text("utf-8")
    assert with_tables(page) == page, "python -m tests.certification.page writes it"
