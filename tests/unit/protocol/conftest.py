"""Settings of the property tests."""

from __future__ import annotations

from hypothesis import settings

# A deadline per example would measure how busy the machine is.
settings.register_profile("protocol", deadline=None)
settings.load_profile("protocol")
