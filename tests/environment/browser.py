"""A real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.environment import debian

#: Where pictures of what people see are kept.
PICTURES = Path(os.environ.get("SBE_SCIM_TEST_PICTURES", ".cache/test/pictures"))
_MISSING = "Debian's chromium is needed for tests in a browser; as root: apt-get install chromium"


@contextmanager
def chromium(**hosts: str) -> Iterator[Browser]:
    """A browser, to which each of ``hosts`` (``_`` for a dot) is at this address."""
    rules = ",".join(f"MAP {name.replace('_', '.')} {address}" for name, address in hosts.items())
    # As root it has no sandbox; what it shows is our own.
    arguments = ["--no-sandbox", f"--host-resolver-rules={rules}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_executable(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def _executable() -> str:
    if shutil.which("chromium") is None:
        if not debian.can_install():
            raise RuntimeError(_MISSING)
        debian.install("chromium")
    found = shutil.which("chromium")
    if found is None:
        raise RuntimeError(_MISSING)
    return found
