"""Evidence: all that a judgement was made of, and the report, in one signed file that anybody can check.

A ZIP with ``journal.jsonl`` (nobody is named in it), ``run.json``, ``profile.toml`` where a run was played, the report,
and ``manifest.json`` with the hash of each file. ``manifest.sig`` is the signature of the manifest (Ed25519),
``key.pem`` the public key that it is checked by: whose key that is, its fingerprint says.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sbe_scim import __version__
from sbe_scim.certify import profile, record, run
from sbe_scim.certify.judge import Report, judge
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.report import forms

FORM = 1
#: Bytes of all files together that are read; a million rows are some 500 MiB.
LARGEST = 2_000_000_000
_MANIFEST, _SIGNATURE, _KEY = "manifest.json", "manifest.sig", "key.pem"
_JOURNAL, _RUN, _PROFILE = "journal.jsonl", "run.json", "profile.toml"
#: The first that a ZIP can have: the same evidence is the same file.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class EvidenceError(ValueError):
    """The file is no evidence, or not what was signed."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Who signed it (the key's fingerprint), and whether this version of the project judges the same."""

    fingerprint: str
    headline: str
    judged_by: str
    same: bool


def new_key() -> bytes:
    """A new private key, as PEM."""
    form = serialization.PrivateFormat.PKCS8
    return Ed25519PrivateKey.generate().private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def pack(report: Report, key: bytes) -> bytes:
    """The evidence of a report, signed by a private key. Raises :class:`EvidenceError` for another kind of key."""
    try:
        private = serialization.load_pem_private_key(key, None)
    except (TypeError, ValueError):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise EvidenceError("this is no private Ed25519 key without a password")
    files = {_JOURNAL: "".join(f"{line}\n" for line in report.record.lines()), _PROFILE: report.profile.text}
    if report.run is not None:
        files[_RUN] = report.run.json()
    files |= forms(report)
    content = {name: text.encode() for name, text in files.items()}
    manifest = _manifest(content, report.profile.name)
    content |= {_MANIFEST: manifest, _SIGNATURE: private.sign(manifest), _KEY: _public(private.public_key())}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(content.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def verify(packed: bytes) -> Checked:
    """Check the signature and every hash, and judge once more. Raises :class:`EvidenceError`."""
    content = _unpacked(packed)
    try:
        manifest, signature, pem = content.pop(_MANIFEST), content.pop(_SIGNATURE), content.pop(_KEY)
        key = serialization.load_pem_public_key(pem)
        if not isinstance(key, Ed25519PublicKey):
            raise EvidenceError("it is signed by another kind of key than Ed25519")
        key.verify(signature, manifest)
        said = json.loads(manifest)
    except InvalidSignature:
        raise EvidenceError("the signature is not that of the manifest: somebody has changed it") from None
    except (KeyError, ValueError) as error:
        raise error if isinstance(error, EvidenceError) else EvidenceError("this is no evidence") from None
    if said["files"] != _hashes(content):
        raise EvidenceError("a file is not the one that was signed, or one is missing or too many")
    report = _judged(content, said["profile"])
    same = all(content[name].decode() == text for name, text in forms(report).items())
    told = json.loads(content["report.json"])
    return Checked(fingerprint(pem), told["headline"]["en"], said["certification"], same)


def fingerprint(pem: bytes) -> str:
    """By which people know a key: the start of its hash."""
    return f"SHA256:{hashlib.sha256(pem).hexdigest()[:32]}"


def public(key: bytes) -> bytes:
    """The public half of a private key, as PEM."""
    private = serialization.load_pem_private_key(key, None)
    if not isinstance(private, Ed25519PrivateKey):
        raise EvidenceError("this is no private Ed25519 key without a password")
    return _public(private.public_key())


def _judged(content: Mapping[str, bytes], name: str) -> Report:
    try:
        played = run.read(content[_RUN].decode()) if _RUN in content else None
        known = profile.read(name, content[_PROFILE].decode())
        journal = record.read(content[_JOURNAL].decode().splitlines())
    except (KeyError, ValueError) as error:
        raise EvidenceError(f"what was signed cannot be judged: {error}") from None
    return judge(journal, known, MODULES.values(), played)


def _manifest(content: Mapping[str, bytes], name: str) -> bytes:
    said = {"evidence": FORM, "certification": __version__, "profile": name, "files": _hashes(content)}
    return (json.dumps(said, indent=1) + "\n").encode()


def _hashes(content: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in sorted(content.items())}


def _public(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _unpacked(packed: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            if sum(one.file_size for one in archive.infolist()) > LARGEST:
                raise EvidenceError("it is too large")
            return {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile:
        raise EvidenceError("this is no ZIP file") from None
