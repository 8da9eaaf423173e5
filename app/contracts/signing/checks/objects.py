"""Checks 4–6: the file's structure. Every added byte belongs to an object that the new cross-reference lists.

Objects that no table lists are invisible to us and visible to lenient readers: incremental saving attack, class B
(Mladenov et al., CCS 2019). Nobody's default validation accounts for bytes; this does.
"""

import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import read_object

from app.contracts.signing.checks.bytes_of_update import ENDING
from app.contracts.signing.checks.candidate import Candidate, RejectedError, require

WHITE = b" \r\n\t\x00\x0c"
TABLE = re.compile(rb"xref\s+((?:\d+ \d+\s+(?:\d{10} \d{5} [nf][ \r\n]{1,3})+)+)trailer\s*")
PRODUCER = re.compile(rb"%[\w .\-]{1,60}[\r\n]+")  # a short comment with the producer's name, as iText writes it
END_OF_OBJECT = re.compile(rb"\s*endobj")


def revisions(it: Candidate) -> None:
    """4: strictly readable, one cross-reference section more, no hybrid one, no encryption."""
    require(it.reader.xrefs.total_revisions == it.before.xrefs.total_revisions + 1, "revision-count")
    require(not it.reader.xrefs.hybrid_xrefs_present, "hybrid-xref")
    require(not it.reader.encrypted, "encrypted")
    previous = int(it.reader.xrefs.get_startxref_for_revision(it.revision - 1))
    require(previous == int(it.before.xrefs.get_startxref_for_revision(it.revision - 1)), "previous-xref")


def accounted(it: Candidate) -> None:
    """5: every byte of the update lies in a listed object, in the cross-reference, or is white space."""
    start, ending = len(it.issued), ENDING.search(it.up)
    if ending is None:
        raise RejectedError("bytes-after-end")
    section = int(ending.group(1))
    require(start <= section < len(it.up), "xref-outside")
    position = start
    for offset, reference in _listed(it, start, section):
        _require_white(it.up[position:offset], "unlisted-bytes")
        position = _end_of_object(it, offset, reference)
    if it.up[section : section + 4] == b"xref":
        _require_white(it.up[position:section], "unlisted-bytes")
        position = _end_of_table(it, section)
    _require_white(it.up[position : ending.start()], "unlisted-bytes")


def nothing_freed(it: Candidate) -> None:
    """6: no object of the issued revision was deleted."""
    freed = it.reader.xrefs.refs_freed_in_revision(it.revision)
    known = [reference for reference in freed if it.before.xrefs[_in(it, reference)] is not None]
    require(not known, "object-freed", ", ".join(str(reference.idnum) for reference in known))


def _in(it: Candidate, reference: generic.Reference) -> generic.Reference:
    return generic.Reference(reference.idnum, reference.generation, pdf=it.before)


def _listed(it: Candidate, start: int, section: int) -> list[tuple[int, generic.Reference]]:
    found = []
    for reference in it.reader.xrefs.explicit_refs_in_revision(it.revision):
        where = it.reader.xrefs.get_historical_ref(reference, it.revision)
        if isinstance(where, int):
            require(start <= where <= section, "object-outside", str(reference.idnum))
            found.append((where, reference))
    return sorted(found, key=lambda pair: pair[0])


def _end_of_object(it: Candidate, offset: int, reference: generic.Reference) -> int:
    header = re.compile(rb"\s*%d\s+%d\s+obj\s*" % (reference.idnum, reference.generation)).match(it.up, offset)
    if header is None:
        raise RejectedError("object-header", str(reference.idnum))
    stream = it.reader.stream
    stream.seek(header.end())
    read_object(stream, generic.Reference(reference.idnum, reference.generation, it.reader))
    end = END_OF_OBJECT.match(it.up, stream.tell())
    if end is None:
        raise RejectedError("object-open", str(reference.idnum))
    return end.end()


def _end_of_table(it: Candidate, section: int) -> int:
    table = TABLE.match(it.up, section)
    if table is None:
        raise RejectedError("xref-malformed")
    stream = it.reader.stream
    stream.seek(table.end())
    read_object(stream, generic.TrailerReference(it.reader))
    return int(stream.tell())


def _require_white(gap: bytes, code: str) -> None:
    require(not PRODUCER.sub(b"", gap, count=1).strip(WHITE), code, repr(gap[:40]))
