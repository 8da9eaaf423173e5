"""Japan Post's customer barcode (カスタマバーコード): an address as 67 bars of four kinds.

post.japanpost.jp/zipcode/zipmanual p12–p25: p17–p19 how the address number is read out of an address, p20 what is cut,
p21–p24 the characters and the check digit.
"""

import re

from app.core.kanji_numerals import NUMERALS, kanji_number

START, STOP = "13", "31"
MOST_CODES = 13  # of the address number
CODES = {
    "0": "144", "1": "114", "2": "132", "3": "312", "4": "123", "5": "141", "6": "321", "7": "213", "8": "231", "9": "411",
    "-": "414", "CC1": "324", "CC2": "342", "CC3": "234", "CC4": "432", "CC5": "243", "CC6": "423", "CC7": "441", "CC8": "111",
}  # fmt: skip
_VALUES = {code: value for value, code in enumerate(CODES)}  # 0–9, - is 10, CC1–CC8 are 11–18
_MODULUS = 19
_FILLER = "CC4"
_HALF = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
)  # full-width ASCII alone, never NFKC
_DROPPED = str.maketrans(dict.fromkeys("&/・.", ""))
_HYPHENS = str.maketrans(dict.fromkeys("‐‑–—−ー－", "-"))
_NUMBERED = re.compile(rf"([{NUMERALS}]+)(?=丁目|丁|番地|番|号|地割|線|の|ノ)")
_FLOOR = re.compile(r"(?<=[0-9])F(?![A-Z])")
_WORD = re.compile(r"[A-Z]{2,}")
_POSTAL_CODE = re.compile(r"[0-9]{7}")


class BarcodeError(ValueError):
    """The postal code has not seven digits, or the address number has characters that no code stands for."""


def address_number(address_b: str) -> str:
    """The address number (住所表示番号) of an address without its prefecture, city and town.

    Args:
        address_b: what follows the place that the postal code names, e.g. `３丁目30-8　郵便ビル403号`. The place itself must
            not stand in it: 一番町 would give a 1.

    Returns:
        digits, single capital letters and hyphens; may be empty.
    """
    text = address_b.translate(_HALF).upper().translate(_HYPHENS).translate(_DROPPED)
    text = _NUMBERED.sub(_in_figures, text)
    text = _WORD.sub("-", _FLOOR.sub("-", text))
    text = re.sub(r"[^0-9A-Z-]+", "-", text)
    text = re.sub(r"-*([A-Z])-*", r"\1", text)
    return re.sub(r"-+", "-", text).strip("-")


def encode(postal_code: str, address_number: str) -> str:
    """The bars, one character each: 1 long, 2 semi-long upper, 3 semi-long lower, 4 timing. Always 67.

    Args:
        postal_code: seven digits, with or without a hyphen.
        address_number: as `address_number` gives it; cut after 13 codes.

    Raises:
        BarcodeError: see there.
    """
    digits = postal_code.translate(_HALF).replace("-", "").replace("〒", "").strip()
    if not _POSTAL_CODE.fullmatch(digits):
        raise BarcodeError(f"postal code {postal_code!r}")
    codes = [*digits, *_address_codes(address_number)]
    total = sum(_VALUES[code] for code in codes)
    check = list(CODES)[-total % _MODULUS]
    return START + "".join(CODES[code] for code in [*codes, check]) + STOP


def _in_figures(found: "re.Match[str]") -> str:
    number = kanji_number(found[1])
    return found[1] if number is None else str(number)


def _address_codes(number: str) -> list[str]:
    codes: list[str] = []
    for character in number:
        if character.isascii() and character.isupper():
            place = ord(character) - ord("A")
            codes += [f"CC{place // 10 + 1}", str(place % 10)]  # cut between the two, the first alone stays (p20)
        elif character in _VALUES:
            codes.append(character)
        else:
            raise BarcodeError(f"character {character!r}")
    return (codes + [_FILLER] * MOST_CODES)[:MOST_CODES]
