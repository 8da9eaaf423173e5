"""法人番号, 会社法人等番号 and the T number of qualified invoices, with their check digits.

財務省令70号(2014) article 2: check digit = 9 − (Σ Pn·Qn mod 9), n from the lowest of twelve digits, Qn = 1 for odd n and 2
for even n. An error between 0 and 9 cannot be seen by it.
"""

import re
import unicodedata

from app.core.errors import DomainError


class CorporateNumberError(DomainError):
    """The number is none. Codes: corporate-number-format, corporate-number-leading-zero, corporate-number-check-digit."""


def check_digit(twelve_digits: str) -> int:
    """The check digit in front of the twelve digits of a 会社法人等番号."""
    total = sum(int(digit) * (1 if n % 2 else 2) for n, digit in enumerate(reversed(twelve_digits), start=1))
    return 9 - total % 9


def check_corporate_number(text: str) -> str:
    """The thirteen digits of a 法人番号, as digits only.

    Raises:
        CorporateNumberError: not thirteen digits, or the check digit is wrong.
    """
    digits = _digits(text)
    if not re.fullmatch(r"[0-9]{13}", digits):
        raise CorporateNumberError("corporate-number-format", length=13)
    if digits[0] == "0":
        raise CorporateNumberError("corporate-number-leading-zero")
    expected = check_digit(digits[1:])
    if int(digits[0]) != expected:
        raise CorporateNumberError("corporate-number-check-digit", expected=expected)
    return digits


def check_registration_number(text: str) -> str:
    """The registration number of a corporation for qualified invoices: T and thirteen digits.

    Raises:
        CorporateNumberError: no T, or not a 法人番号 behind it.
    """
    plain = _digits(text).upper()
    if not plain.startswith("T"):
        raise CorporateNumberError("corporate-number-format", length=13)
    return "T" + check_corporate_number(plain[1:])


def from_company_number(text: str) -> str:
    """The 法人番号 that belongs to a twelve-digit 会社法人等番号.

    Raises:
        CorporateNumberError: not twelve digits.
    """
    digits = _digits(text)
    if not re.fullmatch(r"[0-9]{12}", digits):
        raise CorporateNumberError("corporate-number-format", length=12)
    return f"{check_digit(digits)}{digits}"


def _digits(text: str) -> str:
    # A number has no variants to lose: full width becomes plain, separators go.
    return re.sub(r"[\s‐‑‒–—―−ー-]", "", unicodedata.normalize("NFKC", text))
