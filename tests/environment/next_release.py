"""The release of the connector that comes after this one, as far as upgrades and downgrades are concerned."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from tests.environment import CONNECTOR_JAR, ROOT
from tests.environment.keycloak import KEYCLOAK_VERSION
from tests.environment.keycloak.distribution import archive

_SOURCES = ROOT / "keycloak-event-listener" / "src" / "main" / "java"
_PROJECTION = "com/abilian/sbe/scim/project/Projection.java"
#: What it sends of everybody, and this release does not.
SENT = {"userType": "Agent"}
_ACTIVE = 'document.put("active", user.enabled());'
_CHANGELOG = "META-INF/sbe-scim-changelog.xml"
#: A table that it adds, beside a column that older releases do not fill.
TABLE = "sbe_scim_next"
_STEP = f"""<changeSet author="abilian" id="sbescim-next">
<createTable tableName="{TABLE.upper()}"><column name="ID" type="VARCHAR(36)"/></createTable>
<addColumn tableName="SBE_SCIM_LINK"><column name="NEXT_RELEASE" type="SMALLINT" defaultValueNumeric="0">
<constraints nullable="false"/></column></addColumn>
</changeSet>"""


def next_release(folder: Path) -> Path:
    """This checkout's connector, but for a projection that sends more and says so, and more tables.

    It is made in ``folder``.
    """
    sources, classes, libraries = folder / "java", folder / "classes", folder / "libraries"
    shutil.copytree(_SOURCES, sources)
    _change(sources / _PROJECTION)
    libraries.mkdir()
    _run("tar", "-xzf", archive(KEYCLOAK_VERSION), "-C", libraries, "--wildcards", "*/lib/lib/*")
    classpath = ":".join(map(str, libraries.rglob("*.jar")))
    changed = [sources / _PROJECTION, *_users_of_the_revision(sources)]
    options = ("--release", "17", "-nowarn", "-proc:none", "-d", classes, "-cp", f"{CONNECTOR_JAR}:{classpath}")
    _run("javac", *options, *changed)
    shutil.rmtree(libraries)
    return _pack(classes, folder / "sbe-scim-keycloak-next.jar")


def _change(projection: Path) -> None:
    text = projection.read_text()
    (revision,) = re.findall(r"int REVISION = (\d+);", text)
    assert text.count(_ACTIVE) == 1
    more = "".join(f'document.put("{name}", "{value}");' for name, value in SENT.items())
    text = text.replace(f"REVISION = {revision};", f"REVISION = {int(revision) + 1};")
    projection.write_text(text.replace(_ACTIVE, _ACTIVE + more))


def _users_of_the_revision(sources: Path) -> list[Path]:
    # The compiler copies a constant into the classes that use it.
    return [path for path in sources.rglob("*.java") if "Projection.REVISION" in path.read_text()]


def _pack(classes: Path, jar: Path) -> Path:
    with zipfile.ZipFile(CONNECTOR_JAR) as old, zipfile.ZipFile(jar, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            compiled = classes / name
            new.writestr(name, compiled.read_bytes() if compiled.is_file() else _extended(name, old.read(name)))
    return jar


def _extended(name: str, content: bytes) -> bytes:
    if name != _CHANGELOG:
        return content
    end = b"</databaseChangeLog>"
    assert content.count(end) == 1
    return content.replace(end, _STEP.encode() + end)


def _run(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with exit code {done.returncode}: {done.stderr}")
