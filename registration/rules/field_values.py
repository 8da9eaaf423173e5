"""Whether what was typed into a field of a paper can stand, and in which form it is kept. Pure.

Names and addresses are kept exactly as typed; only dates and numbers, which have no variants to lose, get one form.
"""

import re
import unicodedata
from collections.abc import Callable

from app.core.errors import DomainError
from app.core.wareki import parse_date
from registration.rules.checklist import FieldSpec
from registration.rules.corporate_numbers import (
    check_corporate_number,
    check_registration_number,
    from_company_number,
)
from registration.rules.kana import require_kana
from registration.rules.my_number import contains_my_number
from registration.rules.name_characters import require_name_characters

_OTHER_NAME = re.compile(r"[（(〔\[【][^）)]*(旧氏|旧姓|通称)")
_NUMBERS = {"company_number", "corporate_number", "registration_number"}


class PaperFieldError(DomainError):
    """A field of a paper cannot be recorded like this."""


def checked_value(spec: FieldSpec, value: str) -> str:
    """The value to keep.

    Raises:
        DomainError: with the field's code as `field`: my-number, email-format, kana-…, postal-code-format,
            no-such-choice, other-name-inside, name-character, date-…, corporate-number-….
    """
    if contains_my_number(value) and spec.kind not in _NUMBERS:
        raise PaperFieldError("my-number", field=spec.code)
    try:
        return _READERS[spec.kind](spec, value)
    except DomainError as error:
        error.field = error.field or spec.code
        raise


def _name(spec: FieldSpec, value: str) -> str:
    if spec.code == "name" and _OTHER_NAME.search(value):
        raise PaperFieldError("other-name-inside")
    return require_name_characters(value)


def _email(_spec: FieldSpec, value: str) -> str:
    local, _at, domain = value.partition("@")
    if not local or "." not in domain or any(character.isspace() for character in value):
        raise PaperFieldError("email-format")
    return value


def _postal_code(_spec: FieldSpec, value: str) -> str:
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", value))
    if len(digits) != 7:
        raise PaperFieldError("postal-code-format")
    return f"{digits[:3]}-{digits[3:]}"


def _choice(spec: FieldSpec, value: str) -> str:
    if value not in spec.options:
        raise PaperFieldError("no-such-choice")
    return value


def _company_number(_spec: FieldSpec, value: str) -> str:
    corporate_number_of(value)  # checked, and kept as it stands on the paper
    return value


def corporate_number_of(value: str) -> str:
    """The 法人番号 of what the registry certificate shows: its twelve digits, or all thirteen.

    Raises:
        CorporateNumberError: neither.
    """
    digits = "".join(character for character in value if character.isdigit())
    return from_company_number(value) if len(digits) == 12 else check_corporate_number(value)


_READERS: dict[str, Callable[[FieldSpec, str], str]] = {
    "name": _name,
    "address": lambda _spec, value: require_name_characters(value),
    "kana": lambda _spec, value: require_kana(value),
    "date": lambda _spec, value: parse_date(value).date.isoformat(),
    "email": _email,
    "postal_code": _postal_code,
    "choice": _choice,
    "company_number": _company_number,
    "corporate_number": lambda _spec, value: check_corporate_number(value),
    "registration_number": lambda _spec, value: check_registration_number(value),
    "text": lambda _spec, value: value,
}
