"""For every envelope that is accepted: the address stays in the window, the PIN field never comes into it."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from math import cos, radians, sin

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.documents.envelopes import NAGA3, Area, Envelope
from mailings.letters import calibration, layout
from mailings.letters.approval_notice import Sender
from mailings.letters.places import ADDRESS_BLOCK, PIN_FIELD, SHEET
from mailings.rules.stationery import SKEW, envelope_fault

POINTS_PER_MM = 72 / 25.4
TENTHS = 10
Corners = list[tuple[float, float]]


def tenths(low: float, high: float) -> st.SearchStrategy[float]:
    return st.integers(round(low * TENTHS), round(high * TENTHS)).map(lambda number: number / TENTHS)


@st.composite
def stocks(draw: st.DrawFn) -> Envelope:
    """Envelopes around what the trade sells, many of them near the limits."""
    sheet_height = draw(st.sampled_from([99.0, 297.0]))
    width, height = draw(tenths(210, 235)), draw(tenths(sheet_height, sheet_height + 25))
    slack = draw(tenths(0, 6))
    far_x, far_y = width - 210 - slack, height - sheet_height - slack
    left, top = draw(tenths(0, 20)), draw(tenths(0, 11.5))
    right, bottom = draw(tenths(87 + max(far_x, 13), width)), draw(tenths(40.5 + max(far_y, 13), min(height, 220)))
    return Envelope(width, height, Area(left, top, right, bottom), 210, sheet_height, slack)


def corners(area: Area) -> Corners:
    return [(area.left, area.top), (area.right, area.top), (area.right, area.bottom), (area.left, area.bottom)]


def lying(area: Area, envelope: Envelope, x: float, y: float, degrees: float) -> Corners:
    """An area of the sheet as it lies in the envelope: the sheet slid by (x, y) and turned about its centre."""
    centre_x, centre_y = envelope.sheet_width / 2, envelope.sheet_height / 2
    turn = radians(degrees)
    return [
        (
            x + centre_x + (left - centre_x) * cos(turn) - (top - centre_y) * sin(turn),
            y + centre_y + (left - centre_x) * sin(turn) + (top - centre_y) * cos(turn),
        )
        for left, top in corners(area)
    ]


def apart(one: Corners, other: Corners) -> bool:
    """Whether a straight line parts two convex figures (separating axes)."""
    for figure in (one, other):
        for (x1, y1), (x2, y2) in zip(figure, figure[1:] + figure[:1], strict=True):
            across = (y1 - y2, x2 - x1)
            sides = [[x * across[0] + y * across[1] for x, y in each] for each in (one, other)]
            if max(sides[0]) <= min(sides[1]) or max(sides[1]) <= min(sides[0]):
                return True
    return False


@settings(max_examples=600, deadline=None)
@given(stocks(), st.floats(0, 1), st.floats(0, 1), st.floats(-SKEW, SKEW))
def test_the_pin_field_never_shows(envelope: Envelope, x: float, y: float, degrees: float) -> None:
    assume(not envelope_fault(envelope))
    play_x, play_y = envelope.width - envelope.sheet_width, envelope.height - envelope.sheet_height
    field = lying(PIN_FIELD, envelope, x * play_x, y * play_y, degrees)
    assert apart(field, corners(envelope.window))


@settings(max_examples=300, deadline=None)
@given(stocks(), st.floats(0, 1), st.floats(0, 1))
def test_the_address_always_shows(envelope: Envelope, x: float, y: float) -> None:
    assume(not envelope_fault(envelope))
    play_x, play_y = envelope.width - envelope.sheet_width, envelope.height - envelope.sheet_height
    near_x, near_y = min(envelope.slack, play_x / 2), min(envelope.slack, play_y / 2)
    block = lying(ADDRESS_BLOCK, envelope, near_x + x * (play_x - 2 * near_x), near_y + y * (play_y - 2 * near_y), 0)
    window = envelope.window
    for left, top in block:
        assert window.left - 1e-9 <= left <= window.right + 1e-9
        assert window.top - 1e-9 <= top <= window.bottom + 1e-9


FLAT = Envelope(width=228, height=312, window=Area(18, 12, 112, 60), sheet_width=210, sheet_height=297)


@pytest.mark.parametrize(
    ("envelope", "fault"),
    [
        (NAGA3, ""),
        (replace(NAGA3, window=Area(20, 14, 20, 59)), "envelope-numbers"),
        (replace(NAGA3, window=Area(20, 14, 240, 59)), "envelope-numbers"),
        (replace(NAGA3, width=205), "envelope-numbers"),
        (replace(NAGA3, slack=-1), "envelope-numbers"),
        (replace(NAGA3, height=160, sheet_height=148.5), "envelope-fold"),
        (replace(NAGA3, window=Area(24, 14, 110, 59)), "envelope-address"),
        (replace(NAGA3, window=Area(20, 14, 105, 59)), "envelope-address"),
        (replace(NAGA3, slack=0), "envelope-address"),
        (FLAT, "") if not envelope_fault(FLAT) else (FLAT, "envelope-address"),
        (replace(FLAT, width=216, height=303, window=Area(16, 10, 112, 60)), ""),
        (replace(FLAT, width=216, height=303, window=Area(16, 10, 112, 157)), "envelope-pin"),
    ],
)
def test_what_is_refused(envelope: Envelope, fault: str) -> None:
    assert envelope_fault(envelope) == fault


def test_the_skew_is_what_makes_the_difference() -> None:
    """A window that an upright sheet would never bring to the PIN, and a turned one would."""
    near = replace(FLAT, width=216, height=303, window=Area(16, 10, 112, 157))
    assert not near.swept().touches(PIN_FIELD)
    assert near.swept(SKEW).touches(PIN_FIELD)
    lies = [lying(PIN_FIELD, near, 3, 0, degrees) for degrees in (-SKEW, SKEW)]
    assert not all(apart(each, corners(near.window)) for each in lies)


def words(pdf: bytes) -> list[tuple[str, Area]]:
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', done.stdout.decode()
    )
    return [(text, Area(*(float(value) / POINTS_PER_MM for value in box))) for *box, text in found]


def test_the_fullest_address_lies_in_its_block() -> None:
    addressee = layout.Addressee(
        "株式会社髙﨑建設" * 3, "総務部", "𠮷田 太郎", "317-0055", "茨城県日立市宮田町", "見本館"
    )
    document = layout.Document("見本", "", date(2026, 11, 26), addressee, "本文", (("見本", "見本"),))
    sender = Sender("株式会社サンプル認証", "東京都港区新橋2-6-2", "03-0000-0000", "https://www.example.jp")
    found = [(text, box) for text, box in words(layout.render(document, sender)) if NAGA3.swept().touches(box)]
    assert len(found) >= 6
    assert not [(text, box) for text, box in found if not ADDRESS_BLOCK.holds(box)]


def test_the_calibration_sheet_is_marked_and_holds_no_pin() -> None:
    pdf = calibration.render(NAGA3, "長形3号 窓あき", SKEW)
    assert pdf == calibration.render(NAGA3, "長形3号 窓あき", SKEW)
    text = "".join(word for word, _box in words(pdf))
    assert text.count("見本") >= 5
    assert "PIN欄（見本）" in text
    assert not re.search(r"(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}", text)
    assert all(SHEET.holds(box) for _word, box in words(pdf))
