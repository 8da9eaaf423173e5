"""Two people by name, where one alone would not do. Pure."""

import unicodedata


def are_two_people(actor: str, witness: str) -> bool:
    """Whether the second name is there and not the first one once more, however it is spaced or as wide as it is."""
    return bool(_plain(witness)) and _plain(witness) != _plain(actor)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
