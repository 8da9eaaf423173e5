"""The peer of the certificates: `openssl ca`, one process for each, with the CA's key in SoftHSM or in a file.

The key is of the kind and size of ours, the request RSA-3072, the extensions those of our profile. The token is one of its own with this
key alone, so that opening it costs the peer as little as it can.
"""

import os
import resource
import subprocess
from pathlib import Path

from bench.measures import Rate, measure

LABEL, PIN = "peer", "123456"
KEY = f"pkcs11:token={LABEL};object=ca;type=private"
BY_ENGINE = ("-engine", "pkcs11", "-keyform", "engine")
ROUNDS = 20
SUBJECT = "/C=JP/O=TAKASAKI KENSETSU K.K./CN=TAKASAKI TARO/serialNumber=R8-0123456789AB"
CONFIGURATION = """
openssl_conf = start
[start]
engines = engines
[engines]
pkcs11 = engine
[engine]
engine_id = pkcs11
MODULE_PATH = {module}
PIN = {pin}
init = 0
[req]
distinguished_name = any
x509_extensions = authority
[any]
[authority]
subjectKeyIdentifier = hash
basicConstraints = critical,CA:true
[ca]
default_ca = ca_default
[ca_default]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = policy
unique_subject = no
default_days = 700
x509_extensions = holder
[policy]
countryName = supplied
organizationName = supplied
commonName = supplied
serialNumber = supplied
[holder]
authorityKeyIdentifier = keyid
subjectKeyIdentifier = hash
keyUsage = critical,digitalSignature,nonRepudiation
certificatePolicies = @statement
crlDistributionPoints = URI:http://localhost:8001/ca/1/000.crl
authorityInfoAccess = OCSP;URI:http://localhost:8001/ocsp,caIssuers;URI:http://localhost:8001/ca/1.cer
subjectAltName = dirName:names
[statement]
policyIdentifier = 1.3.6.1.4.1.99999.1.1
CPS.1 = http://localhost:8001/cps
[names]
C = JP
L = Hitachi
O = Takasaki Kensetsu
CN = Takasaki Taro
"""


class OpensslCa:
    """Two authorities of OpenSSL in a directory: one with its key in a SoftHSM token, one with its key in a file."""

    def __init__(self, folder: Path, module: str) -> None:
        self._folder = folder
        (folder / "tokens").mkdir(parents=True)
        (folder / "index.txt").touch()
        (folder / "serial").write_text("1000\n")
        (folder / "peer.cnf").write_text(CONFIGURATION.format(module=module, pin=PIN))
        (folder / "softhsm.conf").write_text(
            f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n"
        )
        self._make_token(module)
        self._run("openssl", "genrsa", "-out", "ca.key", "4096")
        self._run(
            "openssl", "req", "-newkey", "rsa:3072", "-nodes", "-keyout", "e.key", "-out", "e.csr", "-subj", SUBJECT
        )
        for name, key in (("hsm", (*BY_ENGINE, "-key", KEY)), ("file", ("-key", "ca.key"))):
            self._openssl("req", "-new", "-x509", *key, "-subj", "/CN=ca", "-days", "900", "-out", f"{name}.pem")

    def in_hsm(self) -> Rate:
        """Certificates with the key in the token, through OpenSSL's PKCS#11 engine."""
        return self._rate(*BY_ENGINE, "-keyfile", KEY, "-cert", "hsm.pem")

    def in_file(self) -> Rate:
        """Certificates with the key in a file, which no authority of this kind may have."""
        return self._rate("-keyfile", "ca.key", "-cert", "file.pem")

    def _rate(self, *key: str) -> Rate:
        def issue() -> None:
            for _ in range(ROUNDS):
                self._openssl("ca", "-batch", "-notext", "-utf8", *key, "-in", "e.csr", "-out", "e.pem")

        rate = measure(ROUNDS, issue, lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]))
        self._run("openssl", "verify", "-CAfile", key[-1], "e.pem")
        return rate

    def _make_token(self, module: str) -> None:
        self._run("softhsm2-util", "--init-token", "--free", "--label", LABEL, "--so-pin", PIN, "--pin", PIN)
        self._run(
            "pkcs11-tool", "--module", module, "--token-label", LABEL, "--login", "--pin", PIN,
            "--keypairgen", "--key-type", "rsa:4096", "--label", "ca", "--id", "01",
        )  # fmt: skip

    def _openssl(self, operation: str, *arguments: str) -> None:
        self._run("openssl", operation, "-config", "peer.cnf", *arguments)

    def _run(self, *command: str) -> None:
        environment = {**os.environ, "SOFTHSM2_CONF": str(self._folder / "softhsm.conf")}
        done = subprocess.run(command, cwd=self._folder, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
