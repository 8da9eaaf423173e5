"""The same letters by other engines, where they are installed: the same QR code, pattern and table, plainer lines.

`pip install typst weasyprint` into a virtual environment of its own; `apt install libreoffice-writer-nogui`.
"""

import json
import os
import shutil
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from html import escape
from importlib.util import find_spec
from pathlib import Path

from app.documents.page import qr_rows
from mailings.letters.approval_notice import ApprovalNotice

TYPST = """#set page(paper: "a4", margin: 20mm)
#set text(font: "BIZ UDMincho", size: 10.5pt)
#let letters = json(bytes(sys.inputs.letters))
#for (number, each) in letters.enumerate() [
  #if number > 0 { pagebreak() }
  〒#each.postal \\ #each.address \\ #each.company \\ #text(12.5pt)[#each.name　様]
  #align(right)[令和8年11月24日 \\ 通知番号 #each.number]
  #align(center)[#text(16pt)[電子証明書発行申請　承認通知書]]
  ご提出いただいた申請を審査し、承認いたしましたのでお知らせします。下の「申請PIN」で電子証明書のWEB申請を行い、同封のイートークンに格納してください。
  #table(columns: (36mm, 1fr), [申請番号], [#each.application], [申請者氏名], [#each.name], [フリガナ], [#each.kana], [所属], [#each.company])
  #rect(width: 100%, height: 34mm)[#align(center + horizon)[#text(23pt)[#each.pin]]]
  #text(8pt, fill: luma(220), font: "BIZ UDGothic")[#for line in json(bytes(sys.inputs.pattern)) [#line \\ ]]
  #image(bytes(each.qr), format: "svg", width: 22mm)
]
"""


PATTERN = ["7KQ4M2XD9TRHW5ZBN8CJ3VGFYAPELS6U"[row:] + "7KQ4M2XD9TRHW5ZBN8CJ3VGFYAPELS6U" * 2 for row in range(9)]


def _qr(data: str) -> str:
    rows = qr_rows(data)
    dark = ((x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module == "1")
    path = "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(rows)} {len(rows)}"><path d="{path}"/></svg>'


def _values(notices: Sequence[ApprovalNotice]) -> list[dict[str, str]]:
    return [
        {
            "postal": each.postal_code,
            "address": each.address,
            "company": each.company,
            "name": each.name,
            "kana": each.name_kana,
            "number": each.number,
            "application": each.application_number,
            "pin": each.pin,
            "qr": _qr(f"L1:{each.number}"),
        }
        for each in notices
    ]


def _typst(notices: Sequence[ApprovalNotice]) -> bytes:
    import typst  # type: ignore[import-not-found]  # noqa: PLC0415

    return typst.compile(
        TYPST.encode(),
        sys_inputs={"letters": json.dumps(_values(notices)), "pattern": json.dumps(PATTERN)},
        font_paths=["/usr/share/fonts/truetype"],
    )


def _weasyprint(notices: Sequence[ApprovalNotice]) -> bytes:
    import weasyprint  # type: ignore[import-not-found]  # noqa: PLC0415

    pages = "".join(
        "<section><p>〒{postal}<br>{address}<br>{company}<br><big>{name}　様</big></p>"
        "<p class=right>令和8年11月24日<br>通知番号 {number}</p><h1>電子証明書発行申請　承認通知書</h1>"
        "<p>ご提出いただいた申請を審査し、承認いたしましたのでお知らせします。下の「申請PIN」で電子証明書のWEB申請を行い、"
        "同封のイートークンに格納してください。</p><table><tr><td>申請番号<td>{application}<tr><td>申請者氏名<td>{name}"
        "<tr><td>フリガナ<td>{kana}<tr><td>所属<td>{company}</table><div>{pin}</div><small>{pattern}</small>{svg}</section>".format_map(
            {key: escape(value) for key, value in each.items()} | {"svg": each["qr"], "pattern": "<br>".join(PATTERN)}
        )
        for each in _values(notices)
    )
    style = (
        "@page{size:A4;margin:20mm}body{font:10.5pt 'BIZ UDMincho'}section{break-after:page}.right{text-align:right}"
        "h1{font-size:16pt;text-align:center}td{border:.3pt solid}div{border:1pt solid;font-size:23pt;text-align:center}"
        "small{font:8pt 'BIZ UDGothic';color:#ddd}svg{width:22mm}"
    )
    return weasyprint.HTML(string=f"<style>{style}</style>{pages}").write_pdf()


OFFICE = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="M" svg:font-family="'BIZ UDMincho'"/>
<style:font-face style:name="G" svg:font-family="'BIZ UDGothic'"/></office:font-face-decls>
<office:styles><style:default-style style:family="paragraph"><style:text-properties style:font-name="M" style:font-name-asian="M"
 fo:font-size="10.5pt" style:font-size-asian="10.5pt"/></style:default-style></office:styles>
<office:automatic-styles>
<style:style style:name="new" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>
<style:style style:name="right" style:family="paragraph"><style:paragraph-properties fo:text-align="end"/></style:style>
<style:style style:name="title" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/>
<style:text-properties fo:font-size="16pt" style:font-size-asian="16pt"/></style:style>
<style:style style:name="pin" style:family="paragraph"><style:paragraph-properties fo:text-align="center" fo:border="1pt solid #000000" fo:padding="8mm"/>
<style:text-properties fo:font-size="23pt"/></style:style>
<style:style style:name="pattern" style:family="paragraph"><style:text-properties style:font-name="G" fo:font-size="8pt" fo:color="#dddddd"/></style:style>
<style:page-layout style:name="a4"><style:page-layout-properties fo:page-width="210mm" fo:page-height="297mm" fo:margin="20mm"/></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="a4"/></office:master-styles>
<office:body><office:text>%s</office:text></office:body></office:document>
"""
LETTER = """<text:p text:style-name="new">〒{postal}</text:p><text:p>{address}</text:p><text:p>{company}</text:p><text:p>{name}　様</text:p>
<text:p text:style-name="right">令和8年11月24日</text:p><text:p text:style-name="right">通知番号 {number}</text:p>
<text:p text:style-name="title">電子証明書発行申請　承認通知書</text:p>
<text:p>ご提出いただいた申請を審査し、承認いたしましたのでお知らせします。下の「申請PIN」で電子証明書のWEB申請を行い、同封のイートークンに格納してください。</text:p>
<table:table><table:table-column table:number-columns-repeated="2"/>{rows}</table:table><text:p text:style-name="pin">{pin}</text:p>{pattern}
<text:p><draw:frame text:anchor-type="as-char" svg:width="22mm" svg:height="22mm">
<draw:image draw:mime-type="image/svg+xml"><office:binary-data>{picture}</office:binary-data></draw:image></draw:frame></text:p>
"""


def _office(notices: Sequence[ApprovalNotice]) -> bytes:
    letters = []
    for each in _values(notices):
        values = {key: escape(value) for key, value in each.items()}
        table = (("申請番号", "application"), ("申請者氏名", "name"), ("フリガナ", "kana"), ("所属", "company"))
        cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
        rows = "".join(
            f"<table:table-row>{cell.format(title)}{cell.format(values[key])}</table:table-row>" for title, key in table
        )
        pattern = "".join(f'<text:p text:style-name="pattern">{line}</text:p>' for line in PATTERN)
        picture = b64encode(each["qr"].encode()).decode()
        letters.append(LETTER.format_map(values | {"rows": rows, "pattern": pattern, "picture": picture}))
    with tempfile.TemporaryDirectory(prefix="office") as name:
        place = Path(name)
        (place / "letters.fodt").write_text(OFFICE % "".join(letters), "utf-8")
        command = ["soffice", f"-env:UserInstallation=file://{place / 'profile'}", "--headless", "--convert-to", "pdf"]
        subprocess.run(
            [*command, "--outdir", name, str(place / "letters.fodt")], check=True, capture_output=True, timeout=1800
        )
        return (place / "letters.pdf").read_bytes()


PEERS: dict[str, tuple[Callable[[Sequence[ApprovalNotice]], bytes], tuple[int, ...]]] = {
    "typst": (_typst, (100, 1000)),
    "soffice": (_office, (100, 1000)),
    "weasyprint": (_weasyprint, (50, 200)),
}


def rates(make: Callable[[int], list[ApprovalNotice]], where: Path | None = None) -> Iterator[tuple[str, int, float]]:
    """Name, number of letters, and letters per second of processor time, of each engine that is installed, at two sizes.

    What the start and one letter take is not counted, its own process's least of all.
    """
    for name, (engine, sizes) in PEERS.items():
        if find_spec(name) is None and shutil.which(name) is None:
            continue
        engine(make(1))
        first = _seconds(engine, make(1))[0]
        for count in sizes:
            took, data = _seconds(engine, make(count))
            if where is not None:
                (where / f"{name}-{count}.pdf").write_bytes(data)
            yield name, count, count / max(took - first, 1e-6)


def _seconds(
    engine: Callable[[Sequence[ApprovalNotice]], bytes], notices: Sequence[ApprovalNotice]
) -> tuple[float, bytes]:
    before = os.times()
    data = engine(notices)
    after = os.times()
    return sum(after[:4]) - sum(before[:4]), data
