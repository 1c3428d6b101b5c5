"""A private certificate authority, which servers of a test run trust by their own options."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

_LIFE = timedelta(days=2)


class Authority:
    """It issues certificates of servers; ``certificate`` is the PEM file to trust."""

    def __init__(self, folder: Path) -> None:
        """Make it anew in ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Authority of the tests")
        self.certificate = folder / "authority.pem"
        builder = _certificate(self._name, self._name, self._key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        _write(self.certificate, builder.sign(self._key, hashes.SHA256()))

    def issue(self, name: str, *hosts: str) -> tuple[Path, Path]:
        """PEM files of a certificate for these host names and IP addresses, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([_host(host) for host in hosts])
        builder = _certificate(_name(name), self._name, key.public_key()).add_extension(names, critical=False)
        certificate, private = self._folder / f"{name}.pem", self._folder / f"{name}-key.pem"
        _write(certificate, builder.sign(self._key, hashes.SHA256()))
        private.touch(mode=0o600)
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, private


def keystore(certificate: Path, key: Path, password: str) -> Path:
    """A PKCS #12 file with both, beside them."""
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    file = certificate.with_suffix(".p12")
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"client",
            private,
            x509.load_pem_x509_certificate(certificate.read_bytes()),
            None,
            serialization.BestAvailableEncryption(password.encode()),
        )
    )
    return file


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LIFE)
        .not_valid_after(now + _LIFE)
    )


def _write(file: Path, certificate: x509.Certificate) -> None:
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    # In a container somebody else reads it.
    file.chmod(0o644)
