"""Packs the program `cectrust` for users' PCs: a wheel with `app/client` alone, under its own name.

The same source gives the same bytes, so that the hash on the download page can be published elsewhere too.
"""

import base64
import hashlib
import re
import zipfile
from pathlib import Path

from app.core.settings import ROOT

VERSION = "1.0.0"
SOURCE = ROOT / "app" / "client"
REQUIRES = ("asn1crypto>=1.5.1", "cryptography>=50", "python-pkcs11>=0.10.1", "requests>=2.32")
METADATA = f"""Metadata-Version: 2.1
Name: cectrust
Version: {VERSION}
Summary: Fetches the certificate onto the eToken and signs contracts
Requires-Python: >=3.11
""" + "".join(f"Requires-Dist: {name}\n" for name in REQUIRES)
WHEEL = "Wheel-Version: 1.0\nGenerator: cectrust\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
ENTRY_POINTS = "[console_scripts]\ncectrust = cectrust.cli:main\n"
EPOCH = (2026, 1, 1, 0, 0, 0)  # of every file in the wheel
IMPORT = re.compile(r"^(\s*(?:from|import)) app\.client\b", re.MULTILINE)


def build_client_wheel(directory: Path) -> Path:
    """Write the wheel into a directory, in place of older ones. Returns its path."""
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / f"cectrust-{VERSION}-py3-none-any.whl"
    files = {f"cectrust/{path.name}": IMPORT.sub(r"\1 cectrust", path.read_text("utf-8")) for path in _sources()}
    info = f"cectrust-{VERSION}.dist-info"
    files |= {f"{info}/METADATA": METADATA, f"{info}/WHEEL": WHEEL, f"{info}/entry_points.txt": ENTRY_POINTS}
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    fresh = target.with_suffix(".tmp")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    for old in directory.glob("cectrust-*.whl"):
        if old != target:
            old.unlink()
    fresh.replace(target)
    return target


def _sources() -> list[Path]:
    return sorted(SOURCE.glob("*.py"))


def _record(files: dict[str, str], own: str) -> str:
    """PEP 376: each file with its hash and size; itself without."""
    lines = []
    for name in sorted(files):
        data = files[name].encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        lines.append(f"{name},sha256={digest},{len(data)}")
    return "\n".join([*lines, f"{own},,"]) + "\n"
