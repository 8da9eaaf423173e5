"""Checks 8–11: the signature object in the file. ISO 32000-2 §12.8.1, table 255."""

import re
from typing import Any

from app.contracts.signing.checks.candidate import Candidate, require
from app.contracts.signing.places import SEAL_FIELD

SUB_FILTERS = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})
HEXADECIMAL = re.compile(rb"[0-9a-fA-F]+")


def slot(it: Candidate) -> None:
    """8: exactly one new signature, in the field assigned to this party, which has not moved."""
    old, new = it.before.embedded_signatures, it.reader.embedded_signatures
    require(len(new) == len(old) + 1, "signature-count", str(len(new) - len(old)))
    require(it.signature.field_name == it.slot.field_name, "wrong-field", str(it.signature.field_name))
    require(it.signature.field_name != SEAL_FIELD, "wrong-field")
    before, after = _widget(it.before, it.slot.field_name), _widget(it.reader, it.slot.field_name)
    require(before is not None and after is not None, "field-missing")
    require(_place(before) == _place(after), "field-moved")
    require(tuple(round(float(edge)) for edge in after["/Rect"]) == it.slot.box, "field-moved")


def kind(it: Candidate) -> None:
    """9: a person's signature over the bytes, not a time stamp or something private."""
    found = it.signature.sig_object
    require(found.get("/Type", "/Sig") == "/Sig", "signature-kind")
    require(found.get("/Filter") == "/Adobe.PPKLite", "signature-kind")
    require(found.get("/SubFilter") in SUB_FILTERS, "signature-kind", str(found.get("/SubFilter")))


def byte_range(it: Candidate) -> None:
    """10: everything is signed but the signature's own hexadecimal string, which lies in the update."""
    ranges = [int(number) for number in it.signature.sig_object["/ByteRange"]]
    require(len(ranges) == 4, "byte-range")
    first, hole, rest, length = ranges
    require(first == 0 and len(it.issued) <= hole < rest and rest + length == len(it.up), "byte-range")
    require(it.up[hole : hole + 1] == b"<" and it.up[rest - 1 : rest] == b">", "byte-range")
    require(HEXADECIMAL.fullmatch(it.up, hole + 1, rest - 1), "byte-range")
    require(bytes(it.signature.pkcs7_content) == bytes.fromhex(it.up[hole + 1 : rest - 1].decode()), "byte-range")


def references(it: Candidate) -> None:
    """11: the signature locks its field and does not certify the document anew."""
    for reference in it.signature.sig_object.get("/Reference", ()):
        method = reference.get_object().get("/TransformMethod")
        require(method == "/FieldMDP", "certified-again", str(method))


def _widget(reader: Any, name: str) -> Any:
    for field in reader.root["/AcroForm"]["/Fields"]:
        found = field.get_object()
        if found.get("/T") == name:
            return found
    return None


def _place(widget: Any) -> tuple[object, ...]:
    page = widget.raw_get("/P")
    return (*(float(edge) for edge in widget["/Rect"]), getattr(page, "idnum", None))
