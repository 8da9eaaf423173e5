"""What is offered for download: the files that the operator has put into the downloads directory, with their hashes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

# file name pattern, title, explanation
KINDS = (
    ("cectrust-*.whl", _l("Program cectrust"), _l("Fetches the certificate onto the eToken and signs contracts.")),
    ("*.cer", _l("Certificate of the authority"), _l("For readers of signed contracts that ask whom to trust.")),
    ("*.pdf", _l("Manual"), _l("Setting up the PC, step by step.")),
)


@dataclass(frozen=True, slots=True)
class Download:
    """One file on offer."""

    name: str
    title: LazyString
    words: LazyString
    sha256: str
    size: str

    @property
    def commands(self) -> tuple[tuple[str, str], ...]:
        """How to install a program, by system."""
        if not self.name.endswith(".whl"):
            return ()
        return (
            ("Windows", f"py -m pip install {self.name}"),
            ("Linux / macOS", f"python3 -m pip install {self.name}"),
        )


def doctor_command(server: str) -> str:
    """What to type to check a PC."""
    return f"cectrust doctor --server {server}"


def list_downloads(directory: Path) -> list[Download]:
    """The files of the directory that are of a known kind, in the order of the kinds, then by name."""
    found = []
    for pattern, title, words in KINDS:
        for path in sorted(directory.glob(pattern)):
            data = path.read_bytes()
            found.append(
                Download(path.name, title, words, hashlib.sha256(data).hexdigest(), f"{max(1, len(data) // 1024):,} KB")
            )
    return found
