"""The plugin that Abilian SBE loads: ``FLASK_PLUGINS='["sbe_scim.sbe_plugin"]'`` where its pages are served.

It loads in each process that has the variables of Abilian SBE, also in workers, ``flask`` commands and the receiver:
there it only keeps mail from addresses that are nobody's. What it cannot do is a line in the log, and Abilian SBE
starts without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register_plugin(app: Flask) -> None:
    """Put the plugin into an application."""
    # Its settings are read where Flask is missing.
    from sbe_scim.sbe_plugin import plugin

    plugin.register_plugin(app)
