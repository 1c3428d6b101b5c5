"""The receiver's settings, each declared once: for the TOML file, the environment, the command line and its help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sbe_scim.options import SettingsError, given, option, options

#: Below this path the receiver answers SCIM; ``base_url`` is the same place as clients see it.
SCIM_PATH = "/scim/v2"
#: The pages for operators.
CONSOLE_PATH = "/console"
_WILDCARD_HOSTS = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides."""

    host: str = option("127.0.0.1", "Address to listen on; 0.0.0.0 is every address.")
    port: int = option(8000, "Port to listen on.", least=0, most=65535)
    database: str = option("sqlite:///sbe-scim.db", "Where the receiver keeps its tables.", metavar="URL")
    base_url: str = option(
        "", "SCIM base URL as clients see it.", metavar="URL", default_text=f"http://HOST:PORT{SCIM_PATH}"
    )
    directory: str = option("none", "Where accounts live.", choices=("none", "sbe"))
    workers: int = option(1, "Processes; more than one needs PostgreSQL.", least=1)
    body_limit: int = option(1_048_576, "Largest request body accepted.", metavar="BYTES", least=1)
    group_body_limit: int = option(
        16_777_216, "Largest body accepted for a group, whose members may be many.", metavar="BYTES", least=1
    )
    body_timeout: int = option(20, "Longest wait for a request's body.", metavar="SECONDS", least=1)
    check_hour: int = option(
        3,
        "Hour of the night in which Abilian SBE is compared with what SCIM said, and repaired; -1: never.",
        metavar="HOUR",
        least=-1,
        most=23,
    )
    extensions: str = option(
        "",
        "Schemas of extensions (RFC 7643 §7): a JSON file, or a directory of such files.",
        metavar="PATH",
        default_text="none but those that come with it",
    )
    bulk_limit: int = option(1000, "Most operations in one bulk request.", least=1)
    page_size: int = option(100, "Resources in a list when the client does not say.", least=1)
    page_limit: int = option(1000, "Most resources in one list.", least=1)
    cursor_timeout: int = option(
        86_400, "How long a cursor of a list is good.", metavar="SECONDS", least=60, most=31_536_000
    )
    journal_days: int = option(365, "How long the journal is kept.", metavar="DAYS", least=1, most=36_500)
    restore_days: int = option(
        30,
        "How long who was deleted can be restored; then their data are erased.",
        metavar="DAYS",
        least=1,
        most=36_500,
    )
    metrics_token: str = option(
        "",
        "Whoever shows this bearer token is told the metrics and how each source is doing.",
        metavar="TOKEN",
        default_text="none: whoever asks on this machine, not through a proxy",
    )
    silence_hours: int = option(
        48, "After how long without a request of a source the health check warns; 0: never.", metavar="HOURS", least=0
    )
    dialects: str = option("", "Folder with dialect files of your own.", metavar="FOLDER", default_text="none")
    console_issuer: str = option(
        "",
        "OpenID provider at which operators sign in to the console, beside its tokens.",
        metavar="URL",
        default_text="none: tokens alone",
    )
    console_client_id: str = option("", "The console as a client of that provider.", metavar="ID", default_text="none")
    console_client_secret: str = option("", "The secret of that client.", metavar="SECRET", default_text="none")
    console_client_secret_file: str = option(
        "", "File that holds the secret of that client.", metavar="FILE", default_text="none"
    )
    console_claim: str = option(
        "",
        "Claim of the ID token that says who may look at the console; dots lead into objects (realm_access.roles).",
        metavar="NAME",
        default_text="none",
    )
    console_allowed: tuple[str, ...] = option(
        (), "Value of that claim that lets in; may be several.", metavar="VALUE", default_text="nobody"
    )
    console_scopes: tuple[str, ...] = option(
        (), "Scope to ask that provider for beside openid; may be several.", metavar="SCOPE", default_text="none"
    )
    console_provider: str = option(
        "", "What the console calls that provider.", metavar="NAME", default_text="its host name"
    )
    console_url: str = option(
        "",
        "Address of the console as browsers see it.",
        metavar="URL",
        default_text=f"base_url with {CONSOLE_PATH} in place of {SCIM_PATH}",
    )
    log_level: str = option("info", "What is logged.", choices=("debug", "info", "warning", "error"))

    def __post_init__(self) -> None:
        if not self.base_url:
            host = "localhost" if self.host in _WILDCARD_HOSTS else self.host
            host = f"[{host}]" if ":" in host else host
            object.__setattr__(self, "base_url", f"http://{host}:{self.port}{SCIM_PATH}")
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))
        for name, declared in options(Settings).items():
            declared.check(getattr(self, name))
        if self.page_size > self.page_limit:
            raise SettingsError("page_size must not be above page_limit")
        if not is_http_url(self.base_url):
            raise SettingsError(
                "base_url must be an http(s) URL without query, such as https://scim.example.org/scim/v2"
            )
        self._check_console()

    def _check_console(self) -> None:
        if not self.console_url and self.base_url.endswith(SCIM_PATH):
            object.__setattr__(self, "console_url", self.base_url.removesuffix(SCIM_PATH) + CONSOLE_PATH)
        object.__setattr__(self, "console_url", self.console_url.rstrip("/"))
        if self.console_url and not is_http_url(self.console_url):
            raise SettingsError("console_url must be an http(s) URL without query")
        if not self.console_issuer:
            return
        if not is_http_url(self.console_issuer):
            raise SettingsError("console_issuer must be an http(s) URL without query")
        # Whoever can sign in at the provider is many; that nobody else comes in is not left to a default.
        for name in ("console_url", "console_client_id", "console_claim", "console_allowed"):
            if not getattr(self, name):
                raise SettingsError(f"with console_issuer, {name} must be given too")
        if bool(self.console_client_secret) == bool(self.console_client_secret_file):
            raise SettingsError(
                "with console_issuer, either console_client_secret or console_client_secret_file must be given too"
            )

    @classmethod
    def load(
        cls, file: Path | None = None, env: Mapping[str, str] | None = None, overrides: Mapping[str, Any] | None = None
    ) -> Settings:
        """Read the settings: defaults, then ``file``, then ``env``, then ``overrides`` (``None`` there: not given).

        Raises :class:`~sbe_scim.options.SettingsError`.
        """
        return cls(**given(cls, file, env, overrides))


def is_http_url(url: str, *, query: bool = False) -> bool:
    """Tell whether this is an http or https address with a host, without user or fragment, and with no query unless
    ``query`` allows one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if not url.isprintable() or " " in url or "#" in url or ("?" in url and not query):
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and port != 0
