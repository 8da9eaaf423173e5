"""Where the parties' signatures stand on the page. Fixed when the contract is sealed; the acceptance compares."""

from dataclasses import dataclass

LEFT, BOTTOM, WIDTH, HEIGHT, GAP = 40, 16, 126, 40, 6  # points
PER_ROW = 4
SEAL_FIELD = "CectrustSeal"


@dataclass(frozen=True, slots=True)
class Slot:
    """One party's signature field: its name, the page (from 0) and the rectangle in points."""

    field_name: str
    page: int
    box: tuple[int, int, int, int]


def slot_of(number: int) -> Slot:
    """The field of party `number` (from 1), along the lower edge of the first page."""
    row, column = divmod(number - 1, PER_ROW)
    left, bottom = LEFT + column * (WIDTH + GAP), BOTTOM + row * (HEIGHT + GAP)
    return Slot(f"Party{number}", 0, (left, bottom, left + WIDTH, bottom + HEIGHT))
