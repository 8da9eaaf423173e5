"""Contents of a certificate that is not there yet, and that cannot stay as they are: the holder says so, or the profile. Pure."""

from enum import StrEnum

from issuance.errors import ContentsError
from issuance.rules.stops import COMPANY_FIELDS

LONGEST_WORDS = 500  # characters
MOST_TIMES = 5  # that a holder says so with one letter; then the help desk's telephone is quicker


class About(StrEnum):
    """What is wrong, as the holder chooses it."""

    NAME = "name"
    NAME_ROMAJI = "name_romaji"
    COMPANY = "company"
    OTHER = "other"


class Step(StrEnum):
    """What somebody here does next."""

    HOLDER = "holder"  # compare with the residence certificate or form 5
    COMPANY = "company"  # compare with the registry certificate; a change is recorded and approved
    CALL = "call"  # ask the holder what is meant


def step_of(about: str, field: str = "") -> Step:
    """What is done next.

    Args:
        about: what the holder chose; empty if the profile refuses a name.
        field: which name the profile refuses.
    """
    if not about:
        return Step.COMPANY if field in COMPANY_FIELDS else Step.HOLDER
    if about == About.OTHER:
        return Step.CALL
    return Step.COMPANY if about == About.COMPANY else Step.HOLDER


def require_words(text: str, *, field: str, code: str) -> str:
    """What somebody typed, without the spaces around it. Raises ContentsError: {code}-needed, {code}-long."""
    told = text.strip()
    if not told:
        raise ContentsError(f"{code}-needed", field=field)
    if len(told) > LONGEST_WORDS:
        raise ContentsError(f"{code}-long", field=field, most=LONGEST_WORDS)
    return told
