"""The form of a name that a certificate can carry, and what was replaced in it.

The register's form is kept as typed, with its variation selectors, and is the name. The certificate carries it exactly
(UTF8String takes any character), unless the practice statement limits the repertoire, because whoever reads a certificate
must see the name and not an empty box. What is replaced is recorded sign by sign, printed on the letter for the holder to
agree with, and never done silently (research: registration-authorities §4.1; J-LIS and the Ministry of Justice likewise).

The default repertoire is JIS X 0213:2004 with the extensions of cp932: what every Japanese system since 2007 shows,
髙 and 﨑 among them. JIS_X_0208 is that of the Ministry of Justice's certificates (levels 1 and 2).
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.core.errors import DomainError
from registration.rules.name_characters import VARIATION_SELECTORS, require_name_characters
from registration.rules.signs import DATA, forms, signs

_LATIN = frozenset(map(chr, range(0x20, 0x7F)))


class CertificateNameError(DomainError):
    """A character has no substitute. Code: certificate-character (character, code_points, position from 1 in signs)."""

    def __init__(self, sign: str, position: int) -> None:
        named = " ".join(f"U+{ord(character):04X}" for character in sign)
        super().__init__("certificate-character", character=sign, code_points=named, position=position)


@dataclass(frozen=True, slots=True)
class Repertoire:
    """The characters that certificates may carry: ASCII and what one of the encodings has."""

    name: str
    encodings: tuple[str, ...]

    def has(self, sign: str) -> bool:
        """Whether the sign can stand as it is; a variation sequence never can."""
        return sign in _LATIN or any(_encodes(each, sign) for each in self.encodings)


JIS_X_0208 = Repertoire("JIS X 0208", ("iso2022_jp",))
JIS_X_0213 = Repertoire("JIS X 0213:2004 and cp932", ("euc_jis_2004", "cp932"))


@dataclass(frozen=True, slots=True)
class Replacement:
    """One sign that was replaced; the position is from 1, in signs of the name as registered."""

    position: int
    original: str
    substitute: str


@dataclass(frozen=True, slots=True)
class CertificateName:
    """The text for the certificate, and everything in which it is not the name as registered."""

    text: str
    replaced: tuple[Replacement, ...]

    @property
    def is_exact(self) -> bool:
        """Whether the certificate carries the name as registered."""
        return not self.replaced


def certificate_form(
    name: str, substitutions: Mapping[str, str] | None = None, *, repertoire: Repertoire = JIS_X_0213
) -> CertificateName:
    """The form of a name that can stand in a certificate.

    Args:
        name: as registered.
        substitutions: sign → substitute, before the lists that are kept here; an officer's decision for one name.
        repertoire: what the practice statement allows.

    Raises:
        NameCharacterError: a character that no name can have.
        CertificateNameError: a character has no substitute in the repertoire.
    """
    require_name_characters(name)
    text, replaced = [], []
    for position, sign in enumerate(signs(name), start=1):
        substitute = sign if repertoire.has(sign) else _substitute(sign, substitutions or {}, repertoire)
        if substitute is None:
            raise CertificateNameError(sign, position)
        if substitute != sign:
            replaced.append(Replacement(position, sign, substitute))
        text.append(substitute)
    return CertificateName("".join(text), tuple(replaced))


def _substitute(sign: str, decided: Mapping[str, str], repertoire: Repertoire) -> str | None:
    base = "".join(character for character in sign if ord(character) not in VARIATION_SELECTORS)
    plain = unicodedata.normalize("NFC", base)  # か + voicing mark → が; U+FA19 → 神
    candidates = [decided.get(sign), decided.get(base), base, plain, _listed().get(base), *_forms(plain)]
    return next((each for each in candidates if each and all(map(repertoire.has, signs(each)))), None)


def _forms(plain: str) -> str:
    return forms(plain) if len(plain) == 1 else ""


@cache
def _listed() -> dict[str, str]:
    lines = (DATA / "substitutions.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {original: substitute for original, substitute, *_remark in pairs}


@cache
def _encodes(encoding: str, character: str) -> bool:
    try:
        # euc_jis_2004 takes some characters for others (＼ for \\): only what comes back the same is carried.
        return character.encode(encoding).decode(encoding) == character
    except UnicodeError:
        return False
