"""What the plugin does when a process loads it, and that it keeps no Abilian SBE from starting."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LOOK = "from abilian.core.models.subjects import Group; print('repaired', Group.__lt__ is not object.__lt__)"
PAGES = f"from abilian.wsgi import app; {LOOK}"


def run(code: str, plugins: str = '["sbe_scim.sbe_plugin"]', **changes: str) -> str:
    """What a process prints that runs the code with the plugin, errors included."""
    variables = os.environ | {"FLASK_PLUGINS": plugins} | changes
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=variables)
    return done.stdout + done.stderr


def test_a_server_of_pages_is_repaired_as_it_is_told() -> None:
    assert "repaired True" in run(PAGES)
    assert "repaired False" in run(PAGES, SBE_SCIM_SBE_REPAIRS="none")


def test_a_wrong_setting_is_one_line_and_pages_are_served() -> None:
    printed = run(PAGES, SBE_SCIM_SBE_REPAIRS="everything")
    assert "repaired False" in printed
    assert printed.count("'everything' is no repair") == 1
    assert "Traceback" not in printed


def test_a_wrong_setting_about_passwords_leaves_them_closed() -> None:
    look = "print('closed', app.view_functions['login.login_post'].__wrapped__ is not None)"
    printed = run(f"from abilian.wsgi import app; {look}", SBE_SCIM_SBE_LOCAL_PASSWORDS="no")
    assert "'no' is neither all nor unlinked; local passwords of linked people are closed" in printed
    assert "closed True" in printed


def test_an_abilian_sbe_that_is_built_otherwise_starts_all_the_same() -> None:
    code = f"import abilian.wsgi; from sbe_scim.sbe_plugin import register_plugin; register_plugin(object()); {LOOK}"
    printed = run(code, plugins="[]")
    assert "feed: nothing is done (AttributeError)" in printed
    assert "repaired True" in printed


def test_libraries_that_are_not_installed_are_named_and_pages_are_served() -> None:
    printed = run(f"import sys; sys.modules['authlib'] = None; {PAGES}")
    assert "sign-in: nothing is done, install abilian-sbe-scim[sbe] (no authlib" in printed
    assert "repaired True" in printed


def test_nothing_is_done_in_the_receiver_and_in_commands(tmp_path: Path) -> None:
    assert "repaired False" in run(f"from sbe_scim.directory.sbe import open_sbe; open_sbe(); {LOOK}")
    (tmp_path / "look.py").write_text(LOOK)
    command = "import flask.cli, sys; sys.argv[1:] = ['shell']; flask.cli.main()"
    assert "repaired False" in run(command, PYTHONSTARTUP=str(tmp_path / "look.py"))


def test_commands_and_workers_send_no_mail_to_nobody(tmp_path: Path) -> None:
    look = "from flask_mail import Connection; print('guarded', hasattr(Connection.send, '__wrapped__'))"
    (tmp_path / "look.py").write_text(look)
    command = "import flask.cli, sys; sys.argv[1:] = ['shell']; flask.cli.main()"
    assert "guarded True" in run(command, PYTHONSTARTUP=str(tmp_path / "look.py"))


def test_workers_take_no_mail_of_who_may_not_write(tmp_path: Path) -> None:
    # The actor that the broker calls, not what is imported.
    look = """from abilian.core.dramatiq.singleton import dramatiq
print("guarded", hasattr(dramatiq.broker.actors["process_email"].fn, "__wrapped__"))"""
    (tmp_path / "look.py").write_text(look)
    command = "import flask.cli, sys; sys.argv[1:] = ['shell']; flask.cli.main()"
    assert "guarded True" in run(command, PYTHONSTARTUP=str(tmp_path / "look.py"))


def test_flask_run_serves_pages() -> None:
    looking = f"import atexit; atexit.register(lambda: exec({LOOK!r}))"
    at_once = "from werkzeug.serving import BaseWSGIServer; BaseWSGIServer.serve_forever = lambda *_: None"
    command = "import flask.cli, sys; sys.argv[1:] = ['run', '--port', '0', '--no-reload']; flask.cli.main()"
    assert "repaired True" in run("; ".join((looking, at_once, command)))


POLICY = """from abilian.wsgi import app
print("policy", app.test_client().get("/user/login", base_url="https://sbe.example.org").headers["Content-Security-Policy"])
"""


@pytest.mark.parametrize(
    ("repairs", "own", "wanted"),
    [
        ("none", None, "default-src 'self'; object-src 'none'"),
        ("all", None, "script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"),
        ("all", "default-src 'none'", "policy default-src 'none'\n"),
    ],
    ids=["Talisman's", "repaired", "the operator's"],
)
def test_browsers_may_run_the_scripts_of_the_pages_unless_the_operator_says_what_they_may(
    repairs: str, own: str | None, wanted: str
) -> None:
    policy = {} if own is None else {"FLASK_CONTENT_SECURITY_POLICY": own}
    assert wanted in run(POLICY, FLASK_DEBUG="false", SBE_SCIM_SBE_REPAIRS=repairs, **policy)
