"""A mailbox behind TLS: whom a password is given to."""

from __future__ import annotations

import datetime as dt
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.errors import SchemaChanged, SourceUnavailable
from tests.listeners import inbox_mailbox
from tests.listeners.contract import ids
from tests.listeners.inbox_mailbox import ImapScenario

imap = inbox_mailbox.imap
scenario = inbox_mailbox.scenario


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody trusts, with its key, of the host 127.0.0.1."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
class TestEncryption:
    @pytest.fixture
    def encrypted(self, scenario: ImapScenario, certificate: Path, encryption: str) -> ImapScenario:
        scenario.imap.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        scenario.imap.tls.load_cert_chain(certificate)
        scenario.imap.starttls = encryption == "starttls"
        scenario.publish(1)
        return scenario

    def test_a_trusted_server(self, encrypted: ImapScenario, certificate: Path, encryption: str) -> None:
        pages = encrypted.poll(encryption=encryption, ca_file=str(certificate), timeout_seconds=5)
        assert ids(pages) == ["1@example.org"]

    def test_an_untrusted_one_gets_no_password(self, encrypted: ImapScenario, encryption: str) -> None:
        with pytest.raises(SourceUnavailable, match="certificate is not trusted"):
            encrypted.poll(encryption=encryption, timeout_seconds=5)
        assert "LOGIN" not in encrypted.imap.commands

    def test_words_before_encryption_are_not_believed(
        self, encrypted: ImapScenario, certificate: Path, encryption: str
    ) -> None:
        """Somebody on the way could say them, so that they look as if the server had said them encrypted."""
        encrypted.imap.injected = b"* CAPABILITY IMAP4rev1\r\n" if encryption == "starttls" else b""
        options = {"encryption": encryption, "ca_file": str(certificate), "timeout_seconds": 5}
        if encryption == "tls":
            assert ids(encrypted.poll(**options)) == ["1@example.org"]
            return
        with pytest.raises(SchemaChanged):
            encrypted.poll(**options)
        assert "LOGIN" not in encrypted.imap.commands


def test_a_server_without_starttls_gets_no_password(scenario: ImapScenario) -> None:
    with pytest.raises(SchemaChanged, match="STARTTLS"):
        scenario.poll(encryption="starttls")
    assert scenario.imap.commands == ["CAPABILITY"]
