"""個人番号 must never enter the system (番号法19条, 20条): a detector for what is typed or recognised.

Check digit: 番号法施行令8条, 総務省令85号(2014) article 5: 11 − (Σ Pn·Qn mod 11), 0 if the remainder is 0 or 1; n from the lowest of
eleven digits, Qn = n + 1 for n ≤ 6, n − 5 above. About one in eleven random twelve-digit numbers passes.
"""

import re
import unicodedata

_CANDIDATE = re.compile(r"(?<!\d)(?:\d{12}|\d{4}[ -]\d{4}[ -]\d{4})(?!\d|-\d)")


def contains_my_number(text: str) -> bool:
    """Whether the text has twelve digits, together or in groups of four, that could be a 個人番号."""
    plain = re.sub("[‐‑‒–—―−ー　]", lambda found: " " if found[0] == "　" else "-", unicodedata.normalize("NFKC", text))
    return any(_is_possible(re.sub(r"\D", "", found[0])) for found in _CANDIDATE.finditer(plain))


def _is_possible(digits: str) -> bool:
    total = sum(
        int(digit) * (n + 1 if n <= 6 else n - 5)  # noqa: PLR2004  as the ordinance says
        for n, digit in enumerate(reversed(digits[:11]), start=1)
    )
    remainder = total % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)
