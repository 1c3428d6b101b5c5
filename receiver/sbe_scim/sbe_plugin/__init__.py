"""The plugin that Abilian SBE loads: ``FLASK_PLUGINS='["sbe_scim.sbe_plugin"]'`` where its pages are served.

It loads in each process that has the variables of Abilian SBE, also in the receiver and in ``flask`` commands: there it
does nothing. What it cannot do is a line in the log, and Abilian SBE starts without it.
"""

from sbe_scim.sbe_plugin.plugin import register_plugin

__all__ = ["register_plugin"]
