"""PDFs as office programs write them."""

from io import BytesIO

from reportlab.pdfgen.canvas import Canvas


def make_pdf(*, pages: int = 2, text: str = "Contract", link: str = "") -> bytes:
    """A plain PDF without forms or signatures."""
    target = BytesIO()
    canvas = Canvas(target, invariant=True)
    for number in range(1, pages + 1):
        canvas.drawString(72, 700, f"{text} {number}")
        if link:
            canvas.linkURL(link, (72, 600, 200, 620))
        canvas.showPage()
    canvas.save()
    return target.getvalue()
