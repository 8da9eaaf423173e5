"""The same letters by other engines, where they are installed (pip install typst weasyprint): the same QR code, pattern and table, plainer lines."""

import json
import time
from collections.abc import Callable, Sequence
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


PEERS: dict[str, tuple[Callable[[Sequence[ApprovalNotice]], bytes], int]] = {
    "typst": (_typst, 1000),
    "weasyprint": (_weasyprint, 50),
}


def rates(make: Callable[[int], list[ApprovalNotice]], where: Path | None = None) -> dict[str, float]:
    """Letters per second of processor time, after one letter to warm up, of each engine that is installed."""
    found = {}
    for name, (engine, count) in PEERS.items():
        if find_spec(name) is None:
            continue
        engine(make(1))
        began = time.process_time()
        data = engine(make(count))
        found[name] = count / (time.process_time() - began)
        if where is not None:
            (where / f"{name}.pdf").write_bytes(data)
    return found
