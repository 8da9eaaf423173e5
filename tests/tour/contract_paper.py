"""The contract that company A uploads in the tour: a 工事請負契約書 of two pages, as an office program writes it."""

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FACE = "/usr/share/fonts/truetype/ipamj/ipamjm.ttf"
CLAUSES = (
    ("総則", "発注者及び受注者は、日本国の法令を遵守し、この契約を信義に従い誠実に履行するものとする。"),
    ("工事の施工", "受注者は、設計図書に従い、頭書の工期内に工事を完成し、発注者に引き渡すものとする。"),
    ("請負代金", "発注者は、工事の完成及び引渡しを受けた後、請求書を受理した日から40日以内に請負代金を支払う。"),
    ("工程表", "受注者は、この契約締結後14日以内に工程表を作成し、発注者の承認を受けるものとする。"),
    ("下請負", "受注者は、工事の全部又は主たる部分を一括して第三者に請け負わせてはならない。"),
    ("契約不適合", "引き渡された工事目的物が契約の内容に適合しないときは、発注者は履行の追完を請求することができる。"),
    ("遅延損害金", "発注者の支払が遅延したときは、未払金額に対し年3パーセントの割合の遅延利息を支払う。"),
    ("電磁的措置", "この契約は、建設業法第19条第3項の措置として、双方の電子署名を付した電磁的記録により締結する。"),
)


def contract_pdf(*, title: str, client: str, contractor: str, amount: int, day: str) -> bytes:
    """The contract as a PDF of two pages without any signature."""
    pdfmetrics.registerFont(TTFont("TourMincho", FACE))
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=True)
    canvas.setTitle(title)
    _first_page(canvas, title, client, contractor, amount, day)
    canvas.showPage()
    _clauses(canvas)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _write(canvas: Canvas, left: float, top: float, text: str, size: float = 10.5) -> None:
    canvas.setFont("TourMincho", size)
    canvas.drawString(left * mm, A4[1] - top * mm, text)


def _first_page(canvas: Canvas, title: str, client: str, contractor: str, amount: int, day: str) -> None:
    canvas.setFont("TourMincho", 20)
    canvas.drawCentredString(A4[0] / 2, A4[1] - 38 * mm, "工 事 請 負 契 約 書")
    rows = (
        ("工事名", title),
        ("工事場所", "茨城県日立市宮田町地内"),
        ("工期", "令和8年12月7日から　令和9年3月26日まで"),
        ("請負代金額", f"金 {amount:,} 円也"),
        ("", f"（うち取引に係る消費税及び地方消費税の額 {amount // 11:,} 円）"),
        ("支払方法", "完成払"),
    )
    for number, (name, value) in enumerate(rows):
        y = 62 + number * 11
        _write(canvas, 28, y, name)
        _write(canvas, 62, y, value, 11.5)
        canvas.line(28 * mm, A4[1] - (y + 3) * mm, 182 * mm, A4[1] - (y + 3) * mm)
    _write(canvas, 28, 142, "発注者と受注者は、上記の工事について、別紙条項により請負契約を締結する。")
    _write(canvas, 28, 150, "この契約の証として本電磁的記録を作成し、双方が電子署名を付して各自保管する。")
    _write(canvas, 28, 168, day)
    for number, (role, name) in enumerate((("発注者", client), ("受注者", contractor))):
        _write(canvas, 90, 186 + number * 24, role)
        _write(canvas, 110, 186 + number * 24, name, 12)


def _clauses(canvas: Canvas) -> None:
    _write(canvas, 28, 32, "条　項", 14)
    y = 46.0
    for number, (name, text) in enumerate(CLAUSES, start=1):
        _write(canvas, 28, y, f"第{number}条（{name}）", 11)
        for start in range(0, len(text), 40):
            y += 7
            _write(canvas, 34, y, text[start : start + 40])
        y += 12
