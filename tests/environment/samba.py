"""Active Directory for the tests of directories: Debian's Samba as a local process, and Keycloak's provider for it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.environment import debian, reaper
from tests.environment.authority import Authority
from tests.environment.ldap import LocalDirectory, Tree, Values, have_clients, rdn
from tests.environment.ports import free_ports
from tests.environment.relay import Relay

SUFFIX = "DC=sbe,DC=test"
PASSWORD = "Sbe-Test-2026"
#: Bits of ``userAccountControl``: a person, who needs no password; and one who may not log in.
NORMAL = 0x220
DISABLED = NORMAL | 0x2
_START_DEADLINE = 120.0
_LDAPS = 636
_PACKAGES = ("samba-ad-dc", "samba-ad-provision", "samba-vfs-modules", "ldap-utils")


class LocalSamba(LocalDirectory):
    """A domain controller in a temporary folder, of which the LDAP server alone runs.

    Its ports are those of the protocol, so it has an address of its own; others reach it by ``port``, over TLS.
    """

    manager = "Administrator@sbe.test"
    password = PASSWORD

    def __init__(self, log: Path, authority: Authority, *, hosts: Sequence[str], address: str = "127.0.0.1") -> None:
        """``hosts`` are names by which it is reached, ``address`` is where ``port`` is open."""
        super().__init__(log)
        chosen = random.SystemRandom()
        self._own = f"127.{chosen.randint(64, 250)}.{chosen.randint(1, 250)}.{chosen.randint(1, 250)}"
        self.local_url = f"ldaps://{self._own}"
        self._folder = Path(tempfile.mkdtemp(prefix="sbe-scim-samba-"))
        reaper.watch_folder(self._folder)
        self._authority = authority
        self._certificate, self._key = authority.issue("annuaire", "127.0.0.1", self._own, *hosts)
        (self.port,) = free_ports(1)
        self._relay = Relay(
            (self._own, _LDAPS),
            authority.certificate,
            self._certificate,
            self._key,
            address=address,
            port=self.port,
        )

    def start(self) -> None:
        """Start it and wait, where it does not run; the first time it gets its domain."""
        if self._process is not None:
            return
        server = _server()
        settings = self._folder / "smb.conf"
        if not settings.exists():
            self._provision()
            settings.write_text(self._settings())
        command = [server, "--foreground", "--no-process-group", "--debug-stdout", "--model=single"]
        self.launch([*command, f"--configfile={settings}"], self._answers, deadline=_START_DEADLINE)

    def _provision(self) -> None:
        empty = self._folder / "empty.conf"
        empty.touch()
        domain = ["--realm=SBE.TEST", "--domain=SBE", f"--adminpass={PASSWORD}", "--server-role=dc"]
        here = [f"--configfile={empty}", f"--targetdir={self._folder}", "--dns-backend=NONE"]
        name = ["--host-name=annuaire", f"--host-ip={self._own}", "--option=ldb:nosync=yes"]
        done = subprocess.run(
            ["samba-tool", "domain", "provision", *domain, *here, *name],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"samba-tool domain provision: {done.stderr[-2000:]}")

    def _settings(self) -> str:
        folder = self._folder
        # What a test run keeps need not survive a power cut.
        return f"""[global]
binddns dir = {folder}/bind-dns
cache directory = {folder}/cache
lock directory = {folder}
pid directory = {folder}
ncalrpc dir = {folder}/ncalrpc
private dir = {folder}/private
state directory = {folder}/state
netbios name = ANNUAIRE
realm = SBE.TEST
workgroup = SBE
server role = active directory domain controller
server services = ldap
dcerpc endpoint servers =
interfaces = {self._own}/8
bind interfaces only = yes
tls keyfile = {self._key}
tls certfile = {self._certificate}
tls cafile = {self._authority.certificate}
ldb:nosync = yes
"""

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "LDAPTLS_CACERT": str(self._authority.certificate), "LDAPTLS_REQCERT": "demand"}

    def remove(self) -> None:
        """Stop it and remove its data."""
        self._relay.close()
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
        reaper.forget_folder(self._folder)

    def show_members(self, limit: int | None) -> None:
        """Show so many members of a group at once, or all."""
        self._relay.limit = limit

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Let everybody in, and answer no search meanwhile."""
        self._relay.silent = True
        try:
            yield
        finally:
            self._relay.silent = False

    # Entries

    def add_tree(self, name: str) -> Tree:
        """Room for the people and groups of one test."""
        return self.plant(Tree(f"{rdn('OU', name)},{SUFFIX}", naming="CN"))

    def add_people(self, tree: Tree, names: Iterable[str]) -> None:
        """People with these user names."""
        self.make_all((tree.person(name), _person(name)) for name in names)

    def add_group(self, dn: str, members: Sequence[str]) -> str:
        """A group of these DNs; the DN."""
        self.make(dn, {"objectClass": "group", **({"member": list(members)} if members else {})})
        return dn


def _person(name: str) -> Values:
    return {
        "objectClass": "user",
        "sAMAccountName": name,
        "userPrincipalName": f"{name}@sbe.test",
        "sn": f"Nom {name}",
        "givenName": "Prénom",
        "mail": f"{name}@example.org",
        "userAccountControl": str(NORMAL),
        # Now: Keycloak looks at no account whose password was never set.
        "pwdLastSet": "-1",
    }


def provider(url: str, tree: Tree) -> dict[str, str]:
    """What a provider of Keycloak for Active Directory is configured with where it differs from OpenLDAP's."""
    return {
        "vendor": "ad",
        "connectionUrl": url,
        "bindDn": LocalSamba.manager,
        "bindCredential": PASSWORD,
        "usersDn": tree.people,
        "usernameLDAPAttribute": "sAMAccountName",
        "rdnLDAPAttribute": "cn",
        "uuidLDAPAttribute": "objectGUID",
        "userObjectClasses": "person, organizationalPerson, user",
    }


def _server() -> str:
    if (_samba() is None or shutil.which("samba-tool") is None or not have_clients()) and debian.can_install():
        debian.install(*_PACKAGES)
    found = _samba()
    if found is None:
        raise RuntimeError(
            f"Samba's domain controller is not installed (Debian: apt-get install {' '.join(_PACKAGES)})"
        )
    return found


def _samba() -> str | None:
    provision = Path("/usr/share/samba/setup/provision.ldif").exists()
    return (shutil.which("samba") or shutil.which("samba", path="/usr/sbin")) if provision else None
