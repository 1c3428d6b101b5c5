"""One name in three spellings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from sbe_scim.cli.serve import setting_options
from sbe_scim.config import Settings
from sbe_scim.keycloak import PASSWORD_VARIABLE
from sbe_scim.options import SettingsError, given, option, options, to_environment, unknown_variables
from tests.unit.cli.running import Run


def test_command_line_goes_before_environment_before_file(tmp_path: Path) -> None:
    file = tmp_path / "receiver.toml"
    file.write_text('body_limit = 1\npage_size = 10\nhost = "file"\n')
    env = {"SBE_SCIM_PAGE_SIZE": "20", "SBE_SCIM_HOST": "env", "SBE_SCIM_PORT": "", "OTHER": "x"}
    settings = Settings.load(file, env, {"host": "option", "port": None})
    assert (settings.body_limit, settings.page_size, settings.host, settings.port) == (1, 20, "option", 8000)


@pytest.mark.parametrize(
    ("host", "base_url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/scim/v2"),
        ("0.0.0.0", "http://localhost:8000/scim/v2"),
        ("::1", "http://[::1]:8000/scim/v2"),
    ],
)
def test_the_base_url_follows_host_and_port(host: str, base_url: str) -> None:
    assert Settings(host=host).base_url == base_url


def test_settings_pass_to_another_process_whole() -> None:
    settings = Settings(host="::", port=1, workers=3, base_url="https://scim.example.org/scim/v2/")
    assert Settings.load(env=to_environment(settings)) == settings
    assert settings.base_url == "https://scim.example.org/scim/v2"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("bodylimit = 1", "unknown setting 'bodylimit'"),
        ('body_limit = "1"', "body_limit must be a whole number"),
        ("workers = true", "workers must be a whole number"),
        ("host = 1", "host must be a string"),
        ("body_limit", "not TOML"),
        ('directory = "ldap"', "directory must be one of none, sbe"),
        ("port = 70000", "port"),
        ("page_size = 2000", "page_size"),
    ],
)
def test_a_wrong_file_names_the_setting(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "receiver.toml"
    file.write_text(content)
    with pytest.raises(SettingsError, match=reason):
        Settings.load(file)


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(SettingsError, match="SBE_SCIM_PORT must be a whole number"):
        Settings.load(env={"SBE_SCIM_PORT": "http"})


def test_a_variable_that_is_no_setting_is_found() -> None:
    env = {"SBE_SCIM_BODYLIMIT": "1", "SBE_SCIM_BODY_LIMIT": "1", "SBE_SCIM_KEYCLOAK_PASSWORD": "x", "HOME": "/"}
    assert unknown_variables(Settings, env | {"SBE_SCIM_TEST_POSTGRES": "x"}, frozenset({PASSWORD_VARIABLE})) == [
        "SBE_SCIM_BODYLIMIT"
    ]


@pytest.mark.parametrize("url", ["http://x:abc/", "http://[x", "http://u:p@x/", "http://x/#", "http://x y/", "http://"])
def test_a_base_url_that_nobody_can_reach_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="base_url"):
        Settings(base_url=url)


@dataclass(frozen=True)
class Every:
    """A setting of each type."""

    name: str = option("x", "A name.")
    count: int = option(1, "A count.", least=1)
    share: float = option(0.2, "A share.", least=0, most=1)
    strict: bool = option(False, "A switch.")
    schemas: tuple[str, ...] = option((), "Some files.", metavar="FILE")


EVERY = {"name": "a b", "count": 3, "share": 0.5, "strict": True, "schemas": ("a.json", "b.json")}


def test_a_setting_of_every_type_is_read_from_file_environment_and_command_line(tmp_path: Path) -> None:
    file = tmp_path / "every.toml"
    file.write_text('name = "a b"\ncount = 3\nshare = 0.5\nstrict = true\nschemas = ["a.json", "b.json"]\n')
    assert given(Every, file) == EVERY
    assert given(Every, env=to_environment(Every(**given(Every, file)))) == EVERY
    said: dict[str, object] = {}
    command = click.command()(setting_options(Every)(lambda **values: said.update(values)))
    words = [
        "--name",
        "a b",
        "--count",
        "3",
        "--share",
        "0.5",
        "--strict",
        "--schemas",
        "a.json",
        "--schemas",
        "b.json",
    ]
    command.main(words, standalone_mode=False)
    assert given(Every, overrides=said) == EVERY
    command.main([], standalone_mode=False)
    assert given(Every, file, overrides=said) == EVERY


@pytest.mark.parametrize(
    ("content", "variable", "reason"),
    [
        ("name = 1", None, "must be a string"),
        ("count = 1.5", "1.5", "must be a whole number"),
        ('share = "much"', "much", "must be a number"),
        ('strict = "yes"', "yes", "must be true or false"),
        ('schemas = ["a,b"]', "a,,b", "must be a list of strings without commas"),
        ("schemas = [1]", None, "must be a list of strings"),
    ],
)
def test_a_setting_of_another_type_is_refused_by_its_name(
    tmp_path: Path, content: str, variable: str | None, reason: str
) -> None:
    file = tmp_path / "every.toml"
    file.write_text(content)
    name = content.split()[0]
    with pytest.raises(SettingsError, match=f"{file}: {name} {reason}"):
        given(Every, file)
    if variable is not None:
        with pytest.raises(SettingsError, match=f"SBE_SCIM_{name.upper()} {reason}"):
            given(Every, env={f"SBE_SCIM_{name.upper()}": variable})


def test_a_value_out_of_its_bounds_is_refused() -> None:
    for name, value in (("count", 0), ("share", 1.5)):
        with pytest.raises(SettingsError, match=f"{name} must be"):
            options(Every)[name].check(value)


def test_the_help_of_serve_shows_every_setting_with_its_default(run: Run) -> None:
    shown = "".join(run("serve", "--help").out.split())
    for setting in options(Settings).values():
        told = f"{setting.help} [env: {setting.variable}; default: {setting.shown_default}"
        assert setting.flag in shown
        assert told.replace(" ", "") in shown
