"""Where a window envelope shows the sheet in it, however the sheet has slid.

No norm fixes the place of a window: the numbers of an envelope are measured on the stock that is really used. Japan Post
asks that the address stays visible when the contents move (post.japanpost.jp/zipcode/guideline/05.html).
"""

from dataclasses import dataclass
from math import cos, radians, sin


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on the sheet, in millimetres from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Area") -> bool:
        """Whether the other lies wholly inside."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def touches(self, other: "Area") -> bool:
        """Whether the two share any spot."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope with a window and the (folded) sheet in it, in millimetres; the window from the envelope's top left."""

    width: float
    height: float
    window: Area
    sheet_width: float
    sheet_height: float
    slack: float = 3.0  # the inserted sheet never lies nearer to an edge than this: seams take the room

    def safe(self) -> Area:
        """What stays visible wherever the sheet lies: the address must be in here."""
        near_x, far_x = self._shifts(self.width - self.sheet_width)
        near_y, far_y = self._shifts(self.height - self.sheet_height)
        window = self.window
        return Area(window.left - near_x, window.top - near_y, window.right - far_x, window.bottom - far_y)

    def swept(self, skew: float = 0.0) -> Area:
        """What could become visible in some position, seams or not: nothing secret may be in here.

        Args:
            skew: how far the sheet may lie turned about its centre to either side, in degrees.
        """
        play_x, play_y = self.width - self.sheet_width, self.height - self.sheet_height
        window = self.window
        straight = Area(window.left - play_x, window.top - play_y, window.right, window.bottom)
        return _turned(straight, self.sheet_width / 2, self.sheet_height / 2, skew) if skew else straight

    def _shifts(self, play: float) -> tuple[float, float]:
        near = min(self.slack, play / 2)
        return near, play - near


def _turned(area: Area, x: float, y: float, most: float) -> Area:
    """The upright rectangle around an area in every position turned about (x, y) by up to so many degrees.

    A side at distance a from the axis, whose far corner lies b along it, reaches max(a, a cos) + b sin.
    """
    least, slope = cos(radians(most)), sin(radians(most))
    along_x = max(abs(area.left - x), abs(area.right - x)) * slope
    along_y = max(abs(area.top - y), abs(area.bottom - y)) * slope

    def reach(distance: float, along: float) -> float:
        return max(distance, distance * least) + along

    return Area(
        x - reach(x - area.left, along_y),
        y - reach(y - area.top, along_x),
        x + reach(area.right - x, along_y),
        y + reach(area.bottom - y, along_x),
    )


# 長形3号 with the usual window, A4 folded in three (Z) with the address outside. Measure the real stock before use.
NAGA3 = Envelope(width=235, height=120, window=Area(20, 14, 110, 59), sheet_width=210, sheet_height=99)
