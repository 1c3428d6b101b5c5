"""Tests in ``inside/`` run in the virtualenv of Abilian SBE, started by ``test_inside.py``."""

collect_ignore = ["inside"]
