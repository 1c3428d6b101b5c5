"""The page of settings is what is declared."""

from __future__ import annotations

import re
from pathlib import Path

import sbe_scim
from tests.unit.settings_page import PAGE, with_table

_VARIABLE = re.compile(r"\"(SBE_SCIM_[A-Z_]+[A-Z])\"")


def test_the_page_of_settings_is_up_to_date() -> None:
    page = PAGE.read_text("utf-8")
    assert with_table(page) == page, "python -m tests.unit.settings_page writes it"


def test_every_variable_that_the_code_names_is_on_the_page() -> None:
    texts = (path.read_text("utf-8") for path in Path(sbe_scim.__file__).parent.rglob("*.py"))
    named = {name for text in texts for name in _VARIABLE.findall(text)}
    assert "SBE_SCIM_SBE_REPAIRS" in named
    assert {name for name in named if f"`{name}`" not in PAGE.read_text("utf-8")} == set()
