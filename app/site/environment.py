"""What a PC needs for contracts and certificates, as rows of the page. Words are msgids of this room's catalogue."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row: what, to look at and manage contracts, and what more to sign."""

    item: LazyString
    reading: LazyString
    signing: LazyString


REQUIREMENTS = (
    Requirement(
        _l("Operating system"),
        _l("Any with a current browser"),
        _l("Windows 10 / 11, macOS 13 or newer, or Linux, 64 bit"),
    ),
    Requirement(
        _l("Browser"),
        _l("Edge, Chrome, Firefox or Safari, not older than one year"),
        _l("The same"),
    ),
    Requirement(
        _l("Screen"),
        _l("From 390 dots wide; 1,024 × 768 or more is comfortable"),
        _l("The same"),
    ),
    Requirement(
        _l("Signing software"),
        _l("None. Contracts are PDF files and open in any PDF reader"),
        _l("The program cectrust (Python 3.11 or newer)"),
    ),
    Requirement(
        _l("eToken"),
        _l("Not needed"),
        _l("One free USB port, the eToken that we sent, and the maker's PKCS #11 driver"),
    ),
    Requirement(
        _l("Network"),
        _l("HTTPS (TLS 1.2 or newer) to this site"),
        _l("The same; neither key nor contract leaves the PC while signing, only a hash is exchanged"),
    ),
)
