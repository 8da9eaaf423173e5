"""A TrueType font that knows variation sequences and writes a truthful ToUnicode map.

What ReportLab's own class does wrong with Japanese names, and this one does not: a missing glyph prints as an empty box
without a word; characters beyond the BMP extract as other characters; a variation sequence prints the base form and a
box; and the advance widths of an embedded subset are wrong for fonts with few horizontal metrics.
"""

import struct
import unicodedata
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from weakref import ref

from fontTools.ttLib import TTFont as Tables
from reportlab.pdfbase import ttfonts
from reportlab.pdfbase.pdfdoc import PDFDocument

from app.documents.clusters import SELECTORS, VOICING, clusters

# Signs of several characters get a code of their own in a plane where no font has glyphs; the map leads back to them.
_PRIVATE_PLANE = 0x100000
JOINING = SELECTORS | VOICING
_text_of_code: dict[int, str] = {}
_code_of_sign: dict[tuple[str, str], int] = {}

_MAP_HEAD = (
    "/CIDInit /ProcSet findresource begin",
    "12 dict begin",
    "begincmap",
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
)
_ROWS_PER_BLOCK = 100  # PDF 32000-1, 9.10.3: at most 100 entries


def _to_unicode(font_name: str, subset: Sequence[int]) -> str:
    rows = [
        f"<{position:02X}> <{_text_of_code.get(code, chr(code)).encode('utf-16-be').hex().upper()}>"
        for position, code in enumerate(subset)
        if code
    ]
    lines = [*_MAP_HEAD, f"/CMapName /{font_name} def", "/CMapType 2 def"]
    lines += ["1 begincodespacerange", "<00> <FF>", "endcodespacerange"]
    for start in range(0, len(rows), _ROWS_PER_BLOCK):
        block = rows[start : start + _ROWS_PER_BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    return "\n".join([*lines, "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"])


# ReportLab looks this function up by name when it writes a subset.
ttfonts.makeToUnicodeCMap = _to_unicode


def _subset(code: int) -> int:
    return code >> 8


class _Outlines:
    """The outlines of a font where they lie. ReportLab cuts each glyph out of a copy of all: 40 MB of IPAmj Mincho."""

    def __init__(self, data: bytes, start: int) -> None:
        self._data, self._start = data, start

    def __getitem__(self, part: slice) -> bytes:
        return self._data[self._start + part.start : self._start + part.stop]


class _Face(ttfonts.TTFontFace):  # type: ignore[misc]  # ReportLab has no types
    def get_table(self, tag: str) -> bytes | _Outlines:
        """A table of the font."""
        if tag == "glyf":
            return _Outlines(self._ttf_data, self.get_table_pos(tag)[0])
        table: bytes = super().get_table(tag)
        return table


class NameFont(ttfonts.TTFont):  # type: ignore[misc]  # ReportLab has no types
    """One face of the chain."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, str(path), shapable=False)
        self.face.__class__ = _Face  # the constructor makes the face itself, and reading it again takes as long again
        tables = Tables(path, lazy=True, fontNumber=0)
        tables.setGlyphOrder(range(tables["maxp"].numGlyphs))  # a glyph's name is its number: 60,000 names take 0.2 s
        self._units: int = tables["head"].unitsPerEm
        self._sequences: dict[tuple[int, int], int | None] = {
            (base, selector): glyph
            for table in tables["cmap"].tables
            if table.format == 14
            for selector, pairs in table.uvsDict.items()
            for base, glyph in pairs
        }
        self._repair_widths(tables)
        self._alone: set[str] = set()  # characters that print and join with no other
        # Of the document drawn last: what keeps it not alive (PINs stand in it), its codes, the names of its subsets.
        # One tuple, so that another thread never sees the codes of one document with the names of another.
        self._last: tuple[Callable[[], object], dict[int, int], list[str]] = (lambda: None, {}, [])
        tables.close()

    def _repair_widths(self, tables: Tables) -> None:
        full = tables["hhea"].numberOfHMetrics
        metrics = self.face.hmetrics
        if full < len(metrics):
            offset = 4 * (full - 1)
            (advance,) = struct.unpack(">H", tables.reader["hmtx"][offset : offset + 2])
            for glyph in range(full, len(metrics)):
                metrics[glyph] = (advance, metrics[glyph][1])

    def glyph(self, sign: str) -> int | None:
        """The glyph of one sign, or None if this font cannot print it exactly as written."""
        base = ord(sign[0])
        if len(sign) == 1:
            return self.face.charToGlyph.get(base) or None
        if (base, ord(sign[1])) not in self._sequences:
            return None
        special = self._sequences[base, ord(sign[1])]
        found = self.face.charToGlyph.get(base) if special is None else special
        return found or None

    def prints(self, sign: str) -> bool:
        """Whether a sign comes out visible and exact."""
        category = unicodedata.category(sign[0])
        if category in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            return False
        glyph = self.glyph(sign)
        if glyph is None:
            return False
        positions = self.face.glyphPos
        return category == "Zs" or positions[glyph + 1] > positions[glyph]

    def prints_each(self, text: str) -> bool:
        """Whether a text prints, if no character of it joins with another; False leads to the longer way."""
        if self._alone.issuperset(text):
            return True
        new = {sign for sign in text if sign not in self._alone}
        if any(ord(sign) in JOINING or not self.prints(sign) for sign in new):
            return False
        self._alone |= new
        return True

    def pieces(self, text: str, document: PDFDocument) -> list[tuple[str, bytes]]:
        """The name of a subset in the document, and the codes of a text in it: one after the other if there are several.

        As `splitString` and `getSubsetInternalName`, faster for what the document has already.
        """
        last = self._last
        if last[0]() is not document:
            last = self._last = ref(document), self._assignState(document).assignments, []
        _, given, names = last
        try:
            codes = [*map(given.__getitem__, map(ord, text))]
        except KeyError:  # a character that is new to the document
            parts = self.splitString(text, document)
        else:
            if max(codes, default=0) < 256:
                parts = [(0, bytes(codes))]
            else:
                parts = [(subset, bytes([code & 255 for code in part])) for subset, part in groupby(codes, _subset)]
        return [(self._name(subset, document, names), octets) for subset, octets in parts]

    def _name(self, subset: int, document: PDFDocument, names: list[str]) -> str:
        while len(names) <= subset:
            names.append(self.getSubsetInternalName(len(names), document))
        return names[subset]

    def encoded(self, text: str) -> str:
        """The text with each sign of several characters replaced by its private code, ready to draw or measure."""
        signs = clusters(text)
        return "".join(sign if len(sign) == 1 else self._private(sign) for sign in signs)

    def _private(self, sign: str) -> str:
        key = (self.fontName, sign)
        if key not in _code_of_sign:
            code = _PRIVATE_PLANE + len(_code_of_sign)
            _code_of_sign[key], _text_of_code[code] = code, sign
        code = _code_of_sign[key]
        if code not in self.face.charToGlyph:
            glyph = self.glyph(sign)
            if glyph is None:
                raise LookupError(sign)
            self.face.charToGlyph[code] = glyph
            self.face.charWidths[code] = self.face.hmetrics[glyph][0] * 1000 / self._units
        return chr(code)
