"""A certificate authority of the test's own, and server certificates good and bad in every way."""

import datetime
import ipaddress
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)


class Certificate:
    """Paths of one certificate: `cert` (the leaf and what stands above it), `key`."""

    def __init__(self, cert, key):
        self.cert = cert
        self.key = key


class Authority:
    """Signs; its own certificate is the file `cert`."""

    def __init__(self, folder, name="Tocsin Test Authority"):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.utcnow()
        self._certificate = (
            x509.CertificateBuilder().subject_name(self._name).issuer_name(self._name)
            .public_key(self._key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - 30 * DAY).not_valid_after(now + 3650 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.KeyUsage(digital_signature=False, content_commitment=False,
                key_encipherment=False, data_encipherment=False, key_agreement=False,
                key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False),
                critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()),
                critical=False)
            .sign(self._key, hashes.SHA256()))
        self.cert = folder / "ca.pem"
        self.cert.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, label, names=("localhost",), addresses=("127.0.0.1", "127.0.0.2", "::1"),
            begins=-1, ends=90, digest=None, by_itself=False):
        """A server certificate for names and addresses, valid from and to so many days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = key if by_itself else self._key
        now = datetime.datetime.utcnow()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, (names or addresses)[0])])
        alternatives = [x509.DNSName(name) for name in names]
        alternatives += [x509.IPAddress(ipaddress.ip_address(text)) for text in addresses]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject).issuer_name(subject if by_itself else self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins * DAY).not_valid_after(now + ends * DAY)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
                critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()),
                critical=False)
            .sign(issuer, digest or hashes.SHA256()))
        cert = self.folder / f"{label}.pem"
        cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        path = self.folder / f"{label}.key"
        path.touch(mode=0o600)
        path.write_bytes(key.private_bytes(serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return Certificate(cert, path)


class Certificates:
    """The set that relay tests choose from. All but `unknown` and `self_signed` are signed by
    `authority`."""

    def __init__(self, folder):
        self.authority = Authority(folder / "authority")
        stranger = Authority(folder / "stranger", "Unknown Authority")
        self.good = self.authority.issue("good")
        self.expired = self.authority.issue("expired", begins=-60, ends=-2)
        self.future = self.authority.issue("future", begins=5, ends=60)
        self.wrong_name = self.authority.issue("wrong-name", names=("other.example",), addresses=())
        self.name_only = self.authority.issue("name-only", addresses=())
        self.unknown = stranger.issue("unknown")
        self.self_signed = self.authority.issue("self-signed", by_itself=True)
        with warnings.catch_warnings(action="ignore"):
            self.sha1 = self.authority.issue("sha1", digest=hashes.SHA1())
        self.endless = self.authority.issue("endless")
        with open(self.endless.cert, "ab") as chain:  # 4 MiB of certificates on the wire
            chain.write(8000 * self.authority.cert.read_bytes())
