"""Attacks on a signed revision, made anew for each run: (Mladenov et al. 2019–2021; ISO 32000-2 §12.8)."""

import re
from collections.abc import Callable
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from app.contracts.signing.places import slot_of
from app.contracts.signing.seal import seal
from tests.factories.pdfs import make_pdf
from tests.unit.contracts.conftest import World


def update(base: bytes, change: Callable[[IncrementalPdfFileWriter], object]) -> bytes:
    """One more update by an ordinary writer."""
    writer = IncrementalPdfFileWriter(BytesIO(base), strict=True)
    change(writer)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def change_and_sign(world: World, change: Callable[[IncrementalPdfFileWriter], object], *, slot: int = 1) -> bytes:
    """The attacker changes something and signs in the same update, as a legitimate signer who cheats would."""
    from pyhanko.pdf_utils import incremental_writer

    from app.contracts.signing import hash_signing as module

    original = incremental_writer.IncrementalPdfFileWriter

    class Changing(original):  # type: ignore[misc, valid-type]
        def __init__(self, *given: object, **named: object) -> None:
            super().__init__(*given, **named)
            change(self)

    module.IncrementalPdfFileWriter = Changing  # type: ignore[misc, attr-defined]
    try:
        return world.signed(world.sealed, world.first, slot_of(slot))
    finally:
        module.IncrementalPdfFileWriter = original  # type: ignore[misc, attr-defined]


def overlay_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(each) for each in (72, 600, 300, 720)]),
            pdf_name("/Contents"): generic.TextStringObject("¥1"),
        }
    )
    page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(note)])
    writer.mark_update(page.container_ref)


def new_content(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 12 Tf (other) Tj ET"))
    writer.mark_update(page.container_ref)


def orphan(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.DictionaryObject({pdf_name("/Hidden"): generic.NumberObject(1)}))


def open_action(writer: IncrementalPdfFileWriter) -> None:
    script = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.TextStringObject("app.alert(1)")}
    writer.root[pdf_name("/OpenAction")] = writer.add_object(generic.DictionaryObject(script))
    writer.update_root()


def move_field(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field[pdf_name("/Rect")] = generic.ArrayObject([generic.NumberObject(each) for each in (0, 0, 600, 800)])
    writer.mark_update(field.container_ref)


def text_field(writer: IncrementalPdfFileWriter) -> None:
    field = generic.DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.TextStringObject("price"),
            pdf_name("/V"): generic.TextStringObject("1"),
        }
    )
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(writer.add_object(field))
    writer.mark_update(fields.container_ref or writer.root["/AcroForm"].container_ref)


def before_xref(signed: bytes, sealed: bytes, junk: bytes) -> bytes:
    """Bytes planted between the last object and the cross-reference, which is moved along (ISA-B)."""
    delta = signed[len(sealed) :]
    at = delta.rindex(b"\nxref\n") + 1
    moved = delta[:at] + junk + delta[at:]
    start = int(re.findall(rb"startxref\s+(\d+)", delta)[-1])
    return sealed + moved.replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + len(junk)))


def with_byte_range(signed: bytes, numbers: tuple[int, int, int, int]) -> bytes:
    """The same file with another /ByteRange."""
    matches = list(re.finditer(rb"/ByteRange \[(\d+ \d+ \d+ \d+)\]( *)", signed))
    found = matches[-1]
    text = b"/ByteRange [%d %d %d %d]" % numbers
    return signed[: found.start()] + text.ljust(found.end() - found.start()) + signed[found.end() :]


def byte_range_of(signed: bytes) -> tuple[int, int, int, int]:
    """The newest signature's /ByteRange."""
    first, hole, rest, length = map(int, re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", signed)[-1])
    return first, hole, rest, length


def freed(signed: bytes, sealed: bytes, number: int) -> bytes:
    """An object of the issued revision marked as deleted in the new cross-reference table."""
    delta = signed[len(sealed) :]
    at = delta.rindex(b"\nxref\n") + 6
    entry = b"%d 1\n0000000000 00001 f \n" % number
    return sealed + delta[:at] + entry + delta[at:]


def other_document(world: World) -> bytes:
    """Another document, sealed in the same way."""
    slots = (slot_of(1), slot_of(2))
    base = make_pdf(text="Other")
    return seal(base, slots, signer=world.pki.seal_signer(), stamper=world.pki.stamper())
