"""What tests do to any LDAP directory, by OpenLDAP's own clients."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.environment.process import LocalServer

_SPECIAL = '",+;<>\\='

Values = Mapping[str, str | Sequence[str]]


def rdn(attribute: str, value: str) -> str:
    """One relative distinguished name, with what RFC 4514 wants escaped."""
    escaped = "".join(f"\\{char}" if char in _SPECIAL else char for char in value)
    return f"{attribute}={escaped}"


@dataclass(frozen=True)
class Tree:
    """Where one test has its people and groups; ``naming`` is the attribute that people are named by."""

    base: str
    naming: str = "uid"

    @property
    def people(self) -> str:
        """Where people are."""
        return f"ou=people,{self.base}"

    @property
    def groups(self) -> str:
        """Where groups are."""
        return f"ou=groups,{self.base}"

    def person(self, uid: str) -> str:
        """The DN of the person of this user name."""
        return f"{rdn(self.naming, uid)},{self.people}"

    def group(self, name: str) -> str:
        """The DN of the group."""
        return f"{rdn('cn', name)},{self.groups}"


class LocalDirectory(LocalServer):
    """A directory whose manager changes entries; subclasses say where it is and who that is."""

    #: As this machine's processes reach it, and as whom they do.
    local_url: str
    manager: str
    password: str

    def start(self) -> None:
        """Start it and wait, where it does not run."""
        raise NotImplementedError

    def remove(self) -> None:
        """Stop it and remove its data."""
        raise NotImplementedError

    def add_unit(self, dn: str) -> str:
        """An organizational unit; the DN."""
        self.make(dn, {"objectClass": "organizationalUnit", "ou": dn.split(",")[0].partition("=")[2]})
        return dn

    def plant(self, tree: Tree) -> Tree:
        """Room for the people and groups of one test."""
        for dn in (tree.base, tree.people, tree.groups):
            self.add_unit(dn)
        return tree

    def uproot(self, tree: Tree) -> None:
        """Delete it with all that it holds."""
        done = self._run(["ldapdelete", "-r", *self._as_manager(), tree.base])
        if done.returncode != 0:
            raise RuntimeError(f"ldapdelete of {tree.base}: {done.stderr.strip()}")

    def change(self, dn: str, **attributes: str | Sequence[str]) -> None:
        """Give an entry these values in place of those that it has."""
        lines = ["changetype: modify"]
        for name, value in attributes.items():
            lines += [f"replace: {name}", *_values(name, value), "-"]
        self._modify([_record(dn, lines)])

    def join(self, group: str, *members: str) -> None:
        """Add members to a group; all are DNs."""
        self._modify([_record(group, ["changetype: modify", "add: member", *_values("member", members), "-"])])

    def leave(self, group: str, *members: str) -> None:
        """Take members out of a group; all are DNs."""
        self._modify([_record(group, ["changetype: modify", "delete: member", *_values("member", members), "-"])])

    def rename(self, dn: str, new: str) -> None:
        """Give an entry another relative name."""
        self._modify([_record(dn, ["changetype: modrdn", *_values("newrdn", new), "deleteoldrdn: 1"])])

    def move(self, dn: str, above: str) -> None:
        """Put an entry below another one."""
        same = dn.split(",")[0]
        lines = ["changetype: modrdn", *_values("newrdn", same), "deleteoldrdn: 1", *_values("newsuperior", above)]
        self._modify([_record(dn, lines)])

    def delete(self, dn: str) -> None:
        """Delete an entry."""
        self._modify([_record(dn, ["changetype: delete"])])

    def make(self, dn: str, attributes: Values) -> None:
        """Add an entry."""
        self.make_all([(dn, attributes)])

    def make_all(self, entries: Iterable[tuple[str, Values]]) -> None:
        """Add entries over one connection."""
        records = []
        for dn, attributes in entries:
            lines = ["changetype: add"]
            for name, value in attributes.items():
                lines += _values(name, value)
            records.append(_record(dn, lines))
        self._modify(records)

    def _modify(self, records: Sequence[str]) -> None:
        done = subprocess.run(
            ["ldapmodify", *self._as_manager()],
            env=self._environment(),
            input="\n".join(records),
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"ldapmodify: {done.stderr.strip()}")

    def found(self, base: str, wanted: str) -> list[str]:
        """The DNs of the entries below ``base`` that this filter finds."""
        done = self._run(["ldapsearch", *self._as_manager(), "-LLL", "-o", "ldif-wrap=no", "-b", base, wanted, "1.1"])
        if done.returncode != 0:
            raise RuntimeError(f"ldapsearch: {done.stderr.strip()}")
        lines = [line.split(":", 1)[1] for line in done.stdout.splitlines() if line.startswith("dn:")]
        return [base64.b64decode(one[1:]).decode() if one.startswith(":") else one.strip() for one in lines]

    def _search(self, dn: str) -> str:
        return self._run(["ldapsearch", *self._as_manager(), "-LLL", "-b", dn, "-s", "base", "dn"]).stdout

    def _answers(self) -> bool:
        return self._run(["ldapsearch", "-x", "-H", self.local_url, "-b", "", "-s", "base", "dn"]).returncode == 0

    def _run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self._environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

    def _as_manager(self) -> list[str]:
        return ["-x", "-H", self.local_url, "-D", self.manager, "-w", self.password]

    def _environment(self) -> dict[str, str]:
        return dict(os.environ)


def have_clients() -> bool:
    """Whether OpenLDAP's clients are installed."""
    return shutil.which("ldapmodify") is not None and shutil.which("ldapsearch") is not None


def _record(dn: str, lines: Sequence[str]) -> str:
    return "\n".join([*_values("dn", dn), *lines, ""])


def _values(name: str, value: str | Sequence[str]) -> list[str]:
    """Lines of LDIF (RFC 2849); base64 says everything."""
    some = [value] if isinstance(value, str) else value
    return [f"{name}:: {base64.b64encode(one.encode()).decode()}" for one in some]
