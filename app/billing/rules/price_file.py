"""The form of a price file: CSV in UTF-8, one price a line."""

import csv
from dataclasses import dataclass
from datetime import date
from io import StringIO

from app.billing.errors import PriceFileError

COLUMNS = ("code", "valid_from", "amount", "tax_percent", "description_ja", "description_en")
TAX_PERCENTS = (0, 8, 10)


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One price: yen without tax, from a day on."""

    code: str
    valid_from: date
    amount: int
    tax_percent: int
    description_ja: str
    description_en: str


def parse_price_file(text: str) -> list[PriceLine]:
    """Read a price file. The first line names the columns; a byte order mark is allowed.

    Raises:
        PriceFileError: a line is not as it should be; nothing is half read.
    """
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise PriceFileError(1, f"the columns must be {','.join(COLUMNS)}")
    return [_line(rows.line_num, row) for row in rows]


def _line(number: int, row: dict[str, str | None]) -> PriceLine:
    if None in row or any(not (value or "").strip() for value in row.values()):
        raise PriceFileError(number, "a value is missing, or there is one too many")
    values = {name: (row[name] or "").strip() for name in COLUMNS}
    try:
        line = PriceLine(
            code=values["code"],
            valid_from=date.fromisoformat(values["valid_from"]),
            amount=int(values["amount"]),
            tax_percent=int(values["tax_percent"]),
            description_ja=values["description_ja"],
            description_en=values["description_en"],
        )
    except ValueError as error:
        raise PriceFileError(number, str(error)) from error
    if line.amount < 0:
        raise PriceFileError(number, "the amount is negative")
    if line.tax_percent not in TAX_PERCENTS:
        raise PriceFileError(number, f"the tax must be one of {TAX_PERCENTS}")
    return line
