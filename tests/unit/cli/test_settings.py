"""One name in three spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from sbe_scim.config import Settings, SettingsError, unknown_variables


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
    assert Settings.load(env=settings.to_environment()) == settings
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
    assert unknown_variables(env | {"SBE_SCIM_TEST_POSTGRES": "x"}) == ["SBE_SCIM_BODYLIMIT"]


@pytest.mark.parametrize("url", ["http://x:abc/", "http://[x", "http://u:p@x/", "http://x/#", "http://x y/", "http://"])
def test_a_base_url_that_nobody_can_reach_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="base_url"):
        Settings(base_url=url)
