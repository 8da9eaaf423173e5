"""Labels of the authority's keys: one family for each purpose, numbered by the CA's generation from the second on. Pure."""

import re

FAMILIES = ("ca", "ocsp", "tsa", "seal")  # key pairs, made anew for each generation of the CA
SECRETS = ("pepper", "storage")  # made once
_LABEL = re.compile(rf"({'|'.join(FAMILIES)})([2-9]|[1-9]\d{{1,3}})?")


def label_of(family: str, generation: int) -> str:
    """The label of a key pair: `ca`, `ca2`, `ca3`.

    Raises:
        ValueError: no such family, or a generation below one.
    """
    if family not in FAMILIES or generation < 1:
        raise ValueError(f"no key is called {family} of generation {generation}")
    return family if generation == 1 else f"{family}{generation}"


def family_of(label: str) -> str:
    """The family that a label belongs to; the label itself if it belongs to none."""
    found = _LABEL.fullmatch(label)
    return found.group(1) if found else label
