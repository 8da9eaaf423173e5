"""Pages as images, and how they travel from the child process that draws them. Imports nothing heavy: a child starts per scan."""

import struct
from dataclasses import dataclass

PDF = b"%PDF-"
_HEAD = struct.Struct(">III")


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as WebP."""

    data: bytes
    width: int
    height: int


def pack(pages: list[PageImage]) -> bytes:
    """Pages in one stream: width, height, length, data."""
    return b"".join(_HEAD.pack(page.width, page.height, len(page.data)) + page.data for page in pages)


def unpack(stream: bytes) -> list[PageImage]:
    """The pages of a stream."""
    pages, position = [], 0
    while position < len(stream):
        width, height, length = _HEAD.unpack_from(stream, position)
        position += _HEAD.size
        pages.append(PageImage(stream[position : position + length], width, height))
        position += length
    return pages
