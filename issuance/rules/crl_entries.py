"""The entries of a CRL one after another, from octets that come in pieces (RFC 5280 §5.1). Pure."""

from collections.abc import Iterable, Iterator

_SEQUENCE, _INTEGER = 0x30, 0x02
_TIMES = (0x17, 0x18)


class _Stream:
    """Octets in the order in which they come, and how many went by."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held, self._at = b"", 0
        self.gone = 0

    def take(self, count: int) -> bytes:
        """The next octets. Raises ValueError at the end."""
        while len(self._held) - self._at < count:
            piece = next(self._pieces, None)
            if piece is None:
                raise ValueError("the CRL ends too early")
            self._held, self._at = self._held[self._at :] + piece, 0
        found = self._held[self._at : self._at + count]
        self._at += count
        self.gone += count
        return found

    def header(self) -> tuple[int, int, bytes]:
        """Tag, length of the content, and the header's own octets."""
        head = self.take(2)
        if head[1] < 0x80:  # noqa: PLR2004  the short form
            return head[0], head[1], head
        more = self.take(head[1] & 0x7F)
        return head[0], int.from_bytes(more, "big"), head + more

    def drain(self) -> None:
        """Let the rest go by."""
        self._held, self._at = b"", 0
        for _ in self._pieces:
            pass


def iter_entries(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Serial number and octets of each entry; the rest of the CRL goes by.

    Raises:
        ValueError: these octets are no CRL.
    """
    stream = _Stream(pieces)
    stream.header()
    _tag, length, _head = stream.header()
    end, times = stream.gone + length, 0
    while stream.gone < end:
        tag, length, _head = stream.header()
        if tag == _SEQUENCE and times:
            yield from _entries(stream, stream.gone + length)
            break
        times += tag in _TIMES
        stream.take(length)
    stream.drain()


def _entries(stream: _Stream, end: int) -> Iterator[tuple[int, bytes]]:
    while stream.gone < end:
        _tag, length, head = stream.header()
        body = stream.take(length)
        if body[0] != _INTEGER:
            raise ValueError("an entry without serial number")
        yield int.from_bytes(body[2 : 2 + body[1]], "big"), head + body
