"""What may become a contract, and what is told about the rest."""

from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from app.contracts.errors import UnfitPdfError
from app.contracts.signing.intake import require_fit
from tests.factories.pdfs import make_pdf
from tests.unit.contracts.conftest import World


def changed(change: object, **options: object) -> bytes:
    pdf, target = pikepdf.open(BytesIO(make_pdf())), BytesIO()
    change(pdf)  # type: ignore[operator]
    pdf.save(target, **options)
    return target.getvalue()


def script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def named_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([])))


def page_action(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("1")))


def form(pdf: pikepdf.Pdf) -> None:
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("price"), V=String("1")))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def layers(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OCProperties = Dictionary(OCGs=Array([]), D=Dictionary())


def comment(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([0, 0, 10, 10]), Contents=String("x"))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def first_page(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])


def nothing(_pdf: pikepdf.Pdf) -> None:
    pass


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (script, "pdf-active-content"),
        (named_script, "pdf-active-content"),
        (page_action, "pdf-active-content"),
        (form, "pdf-form"),
        (layers, "pdf-layers"),
        (comment, "pdf-annotations"),
    ],
    ids=lambda given: getattr(given, "__name__", given),
)
def test_what_could_show_something_else_later_is_refused(change: object, code: str) -> None:
    with pytest.raises(UnfitPdfError) as refused:
        require_fit(changed(change))
    assert refused.value.code == code


@pytest.mark.parametrize("change", [nothing, first_page], ids=lambda given: given.__name__)
@pytest.mark.parametrize("streams", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate], ids=str)
def test_what_office_programs_write_is_let_in(change: object, streams: pikepdf.ObjectStreamMode) -> None:
    assert require_fit(changed(change, object_stream_mode=streams)).pages == 2


def test_links_are_let_in() -> None:
    assert require_fit(make_pdf(link="https://example.jp/")).pages == 2


def test_encrypted() -> None:
    data = changed(nothing, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(UnfitPdfError, match="pdf-encrypted"):
        require_fit(data)


def test_signed_already(world: World) -> None:
    with pytest.raises(UnfitPdfError, match="pdf-signed"):
        require_fit(world.sealed)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "pdf-empty"),
        (b"PK\x03\x04", "pdf-not-a-pdf"),
        (b"%PDF-1.7\nnothing", "pdf-unreadable"),
        (make_pdf()[:-200], "pdf-unreadable"),
        (make_pdf(pages=501), "pdf-too-many-pages"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_the_rest(data: bytes, code: str) -> None:
    with pytest.raises(UnfitPdfError, match=code):
        require_fit(data)
