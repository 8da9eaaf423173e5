"""The commands that the holder types, for each kind of computer."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Commands:
    """One kind of computer: where to type, how the program is installed, how it is called."""

    key: str
    system: LazyString
    where: LazyString
    install: str
    program: str

    def enrol(self, server: str, number: str) -> str:
        """Fetch the certificate."""
        return f"{self.program} enrol --server {server} --application-number {number}"

    def confirm(self, server: str) -> str:
        """Confirm the receipt."""
        return f"{self.program} confirm --server {server}"

    def doctor(self, server: str) -> str:
        """See what is missing."""
        return f"{self.program} doctor --server {server}"


SYSTEMS = (
    Commands(
        "windows",
        _l("Windows 10 / 11"),
        _l("in PowerShell, in the folder of the download"),
        "py -m pip install (Get-Item cectrust-*.whl)",
        "py -m app.client",
    ),
    Commands(
        "linux",
        _l("Linux, macOS"),
        _l("in a terminal, in the folder of the download"),
        "pipx install ./cectrust-*.whl",
        "cectrust",
    ),
)
