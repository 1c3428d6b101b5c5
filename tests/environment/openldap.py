"""OpenLDAP for the tests of directories: Debian's slapd as a local process, and Keycloak's providers for it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.environment import debian, reaper
from tests.environment.admin import Admin
from tests.environment.ldap import LocalDirectory, Tree, have_clients, rdn
from tests.environment.ports import free_ports
from tests.environment.waiting import until

SUFFIX = "dc=sbe,dc=test"
MANAGER = f"cn=manager,{SUFFIX}"
#: An account that reads people as long as they are shown to it, and all else always.
READER = f"cn=lecteur,{SUFFIX}"
_READERS = f"cn=lecteurs,{SUFFIX}"
PASSWORD = "sbe-test"
_START_DEADLINE = 30.0


class LocalOpenldap(LocalDirectory):
    """A server in a temporary folder."""

    manager = MANAGER
    password = PASSWORD

    def __init__(self, log: Path, *, address: str = "127.0.0.1") -> None:
        """``address`` is the one that it listens on."""
        super().__init__(log)
        (self.port,) = free_ports(1)
        self.local_url = f"ldap://127.0.0.1:{self.port}"
        self._address = address
        self._folder = Path(tempfile.mkdtemp(prefix="sbe-scim-openldap-"))
        reaper.watch_folder(self._folder)
        (self._folder / "data").mkdir()
        (self._folder / "slapd.conf").write_text(_configuration(self._folder))

    def start(self) -> None:
        """Start it and wait, where it does not run; the first time it gets its root."""
        if self._process is not None:
            return
        url = f"ldap://{self._address}:{self.port}/"
        command = [_server(), "-d", "stats", "-f", str(self._folder / "slapd.conf"), "-h", url]
        self.launch(command, self._answers, deadline=_START_DEADLINE)
        if not self._search(SUFFIX):
            self.make(SUFFIX, {"objectClass": ["dcObject", "organization"], "dc": "sbe", "o": "sbe"})
            account = {"objectClass": ["organizationalRole", "simpleSecurityObject"], "cn": "lecteur"}
            self.make(READER, {**account, "userPassword": PASSWORD})
            self.make(_READERS, {"objectClass": "groupOfNames", "cn": "lecteurs", "member": READER})

    def remove(self) -> None:
        """Stop it and remove its data."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
        reaper.forget_folder(self._folder)

    # Entries

    def add_tree(self, name: str) -> Tree:
        """Room for the people and groups of one test."""
        return self.plant(Tree(f"{rdn('ou', name)},{SUFFIX}"))

    def add_person(self, dn: str, uid: str, **attributes: str | Sequence[str]) -> str:
        """A person whose names and address follow from the user name where they are not given; the DN."""
        values: dict[str, str | Sequence[str]] = {
            "objectClass": "inetOrgPerson",
            "uid": uid,
            "cn": uid,
            "sn": f"Nom {uid}",
            "givenName": "Prénom",
            "mail": f"{uid}@example.org",
        }
        self.make(dn, {**values, **attributes})
        return dn

    def add_group(self, dn: str, name: str, members: Sequence[str]) -> str:
        """A group of these DNs, one at least; the DN."""
        self.make(dn, {"objectClass": "groupOfNames", "cn": name, "member": list(members)})
        return dn

    def show_people(self, shown: bool) -> None:
        """Whether ``READER`` may read people; else it sees a directory without any."""
        self.change(_READERS, member=READER if shown else MANAGER)

    def groups_of(self, member: str) -> list[str]:
        """The DNs of the groups with this member."""
        return self.found(SUFFIX, f"(&(objectClass=groupOfNames)(member={member}))")

    def searches(self) -> int:
        """How many it has answered, over all its starts."""
        return self.log_text().count(" SRCH base=")


def _configuration(folder: Path) -> str:
    schemas = "\n".join(f"include /etc/ldap/schema/{name}.schema" for name in ("core", "cosine", "inetorgperson"))
    return f"""{schemas}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile {folder}/pid
argsfile {folder}/arguments
sizelimit unlimited
database mdb
maxsize 1073741824
suffix "{SUFFIX}"
rootdn "{MANAGER}"
rootpw {PASSWORD}
access to attrs=userPassword by anonymous auth
access to filter=(objectClass=inetOrgPerson) by group/groupOfNames/member="{_READERS}" read
access to * by * read
directory {folder}/data
dbnosync
index objectClass,uid,member,entryUUID eq
overlay ppolicy
"""


def _server() -> str:
    found = _slapd()
    if (found is None or not have_clients()) and debian.can_install():
        debian.install("slapd", "ldap-utils")
        found = _slapd()
    if found is None:
        raise RuntimeError("OpenLDAP's server is not installed (Debian: apt-get install slapd ldap-utils)")
    return found


def _slapd() -> str | None:
    return shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin")


# Keycloak's side

_STORAGE = "org.keycloak.storage.UserStorageProvider"
_MAPPER = "org.keycloak.storage.ldap.mappers.LDAPStorageMapper"


class Federation:
    """The LDAP provider of one realm."""

    def __init__(self, admin: Admin, realm: str, url: str, tree: Tree, **config: str) -> None:
        """Make it for one tree, read-only where ``config``, the component's keys, does not say otherwise."""
        self._admin = admin
        self._tree = tree
        self._realm = realm
        # Keycloak takes the mask for the password where it is sent back.
        self._password = config.get("bindCredential", PASSWORD)
        self.id = admin.create_component(
            realm, name="annuaire", type=_STORAGE, provider="ldap", config=_provider(url, tree) | config
        )
        # For directories of no known make Keycloak reads the given name from cn.
        for mapper in self._mappers():
            if mapper["name"] == "first name":
                admin.configure(realm, mapper["id"], {"ldap.attribute": "givenName"})

    def _mappers(self) -> list[dict[str, str]]:
        query = {"parent": self.id, "type": _MAPPER}
        found: list[dict[str, str]] = self._admin.request("GET", f"/{self._realm}/components", params=query).json()
        return found

    def configure(self, **config: str) -> None:
        """Change keys of the provider."""
        self._admin.configure(self._realm, self.id, {"bindCredential": self._password, **config})

    def stop_syncing(self) -> None:
        """Have Keycloak sync changes no more of itself.

        It keeps the time of each sync where it keeps the provider, and who saves that at the same moment is answered
        500: this is said right after a sync has ended.
        """
        before = self._synced()
        until(self._synced, lambda now: now != before, what="the end of a sync")
        self.configure(changedSyncPeriod="-1")

    def _synced(self) -> list[list[Any]]:
        """When, as Keycloak's database has it."""
        where = f"T.COMPONENT_ID = '{self.id}' AND T.NAME LIKE 'lastSync%'"
        return self._admin.sql(
            self._realm, f"SELECT T.NAME, CAST(T.VALUE AS VARCHAR(99)) FROM COMPONENT_CONFIG T WHERE {where}"
        )

    def remove(self) -> None:
        """Remove the provider, and with it the people whom it imported."""
        self._admin.delete_component(self._realm, self.id)

    def map_groups(self, mode: str = "READ_ONLY", **config: str) -> str:
        """A mapper of the directory's groups; its id."""
        values = {
            "groups.dn": self._tree.groups,
            "group.name.ldap.attribute": "cn",
            "group.object.classes": "groupOfNames",
            "preserve.group.inheritance": "false",
            "membership.ldap.attribute": "member",
            "membership.attribute.type": "DN",
            "membership.user.ldap.attribute": "uid",
            "mode": mode,
            "user.roles.retrieve.strategy": "LOAD_GROUPS_BY_MEMBER_ATTRIBUTE",
            "drop.non.existing.groups.during.sync": "false",
            "groups.path": "/",
        }
        return self._admin.create_component(
            self._realm,
            name="groupes",
            type=_MAPPER,
            provider="group-ldap-mapper",
            config=values | config,
            parent=self.id,
        )

    def map_first_names(self) -> None:
        """Take first and last names from attributes of their own, and not from the whole name."""
        for mapper in self._mappers():
            if mapper["name"] == "full name":
                self._admin.delete_component(self._realm, mapper["id"])
        self._admin.create_component(
            self._realm,
            name="first name",
            type=_MAPPER,
            provider="user-attribute-ldap-mapper",
            config={
                "ldap.attribute": "givenName",
                "user.model.attribute": "firstName",
                "read.only": "true",
                "always.read.value.from.ldap": "true",
                "is.mandatory.in.ldap": "false",
            },
            parent=self.id,
        )

    def map_roles(self, dn: str, mode: str = "READ_ONLY", **config: str) -> str:
        """A mapper of groups below ``dn`` to roles, of the realm where no ``client.id`` is given; its id."""
        values = {
            "roles.dn": dn,
            "role.name.ldap.attribute": "cn",
            "role.object.classes": "groupOfNames",
            "membership.ldap.attribute": "member",
            "membership.attribute.type": "DN",
            "membership.user.ldap.attribute": "uid",
            "mode": mode,
            "user.roles.retrieve.strategy": "LOAD_ROLES_BY_MEMBER_ATTRIBUTE",
            "use.realm.roles.mapping": "false" if "client.id" in config else "true",
        }
        return self._admin.create_component(
            self._realm,
            name=f"roles {mode}",
            type=_MAPPER,
            provider="role-ldap-mapper",
            config=values | config,
            parent=self.id,
        )

    def sync(self, *, full: bool = True) -> dict[str, int]:
        """Synchronize now; what Keycloak says it did."""
        action = "triggerFullSync" if full else "triggerChangedUsersSync"
        return self._post(f"sync?action={action}")

    def unlink_users(self) -> None:
        """Keep the people, and make them Keycloak's own."""
        self._post("unlink-users")

    def remove_imported(self) -> None:
        """Remove the people whom it imported from Keycloak."""
        self._post("remove-imported-users")

    def _post(self, path: str) -> dict[str, int]:
        answer = self._admin.request("POST", f"/{self._realm}/user-storage/{self.id}/{path}")
        found: dict[str, int] = answer.json() if answer.content else {}
        return found


def _provider(url: str, tree: Tree) -> dict[str, str]:
    return {
        "enabled": "true",
        "vendor": "other",
        "connectionUrl": url,
        "authType": "simple",
        "bindDn": MANAGER,
        "bindCredential": PASSWORD,
        "usersDn": tree.people,
        "usernameLDAPAttribute": "uid",
        "rdnLDAPAttribute": "uid",
        "uuidLDAPAttribute": "entryUUID",
        "userObjectClasses": "inetOrgPerson",
        "searchScope": "2",
        "editMode": "READ_ONLY",
        "importEnabled": "true",
        "pagination": "true",
        "batchSizeForSync": "1000",
        "fullSyncPeriod": "-1",
        "changedSyncPeriod": "-1",
        "cachePolicy": "DEFAULT",
        "readTimeout": "3000",
    }
