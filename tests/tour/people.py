"""Who appears in the tour, and the papers that their companies post."""

from dataclasses import dataclass
from datetime import date, timedelta

from tests.tour.papers import SyntheticPaper

PAPER_GREEN, PAPER_PINK, PAPER_BLUE, PAPER_CREAM = (
    (232, 242, 228),
    (248, 232, 232),
    (228, 236, 246),
    (250, 246, 232),
)


@dataclass(frozen=True, slots=True)
class Person:
    """An applicant, as the 住民票 shows them."""

    name: str
    kana: str
    romaji: str
    birth: date
    sex: str
    postal_code: str
    address: str
    building: str
    email: str


@dataclass(frozen=True, slots=True)
class TourCompany:
    """A company with its contacts and its one applicant."""

    name: str
    kana: str
    romaji: str
    corporate_number: str
    postal_code: str
    address: str
    representative_title: str
    representative: str
    contact: tuple[str, str, str]  # department, name, e-mail
    billing: tuple[str, str, str]
    applicant: Person
    item_number: str  # of the 簡易書留 envelope


COMPANY_A = TourCompany(
    name="株式会社髙﨑建設",
    kana="カブシキガイシャタカサキケンセツ",
    romaji="TAKASAKI KENSETSU K.K.",
    corporate_number="5050001004321",
    postal_code="317-0055",
    address="茨城県日立市宮田町六丁目７番１４号",
    representative_title="代表取締役",
    representative="髙﨑　一郎",
    contact=("総務部", "葛󠄀城　葵", "soumu@takasaki.example"),
    billing=("経理部", "\ufa19谷　吾郎", "keiri@takasaki.example"),
    applicant=Person(
        name="𠮷田　髙志",
        kana="ヨシダ　タカシ",
        romaji="YOSHIDA TAKASHI",
        birth=date(1979, 5, 14),
        sex="男",
        postal_code="317-0064",
        address="茨城県日立市神峰町二丁目４番８号",
        building="神峰ハイツ２０３号",
        email="yoshida@takasaki.example",
    ),
    item_number="31520123456",
)

COMPANY_B = TourCompany(
    name="東日本資材株式会社",
    kana="ヒガシニホンシザイカブシキガイシャ",
    romaji="HIGASHI NIHON SHIZAI K.K.",
    corporate_number="8010401098765",
    postal_code="105-0004",
    address="東京都港区新橋二丁目６番２号",
    representative_title="代表取締役",
    representative="渡邉　春子",
    contact=("営業部", "辻　直樹", "eigyo@shizai.example"),
    billing=("財務部", "佐藤　文", "zaimu@shizai.example"),
    applicant=Person(
        name="渡邉　春子",
        kana="ワタナベ　ハルコ",
        romaji="WATANABE HARUKO",
        birth=date(1968, 11, 3),
        sex="女",
        postal_code="152-0035",
        address="東京都目黒区自由が丘一丁目２９番３号",
        building="",
        email="watanabe@shizai.example",
    ),
    item_number="31520678906",
)


def wareki(day: date) -> str:
    """A date of 令和 as papers print it."""
    return f"令和{day.year - 2018}年{day.month}月{day.day}日"


def birth_wareki(day: date) -> str:
    """A date of birth in 昭和 as papers print it."""
    return f"昭和{day.year - 1925}年{day.month}月{day.day}日"


def papers_of(company: TourCompany, *, today: date) -> dict[str, SyntheticPaper]:
    """The ten papers of an envelope, by the value of `PaperKind`."""
    person, head = company.applicant, (f"{company.representative_title}　{company.representative}")
    issued = {n: today - timedelta(days=n) for n in (9, 12, 14, 20)}
    where = person.address + (f"\n{person.building}" if person.building else "")
    company_rows = (
        ("商号", company.name),
        ("会社法人等番号", company.corporate_number[1:]),
        ("本店", company.address),
        ("代表者", head),
    )
    person_rows = (("氏名", person.name), ("生年月日", birth_wareki(person.birth)), ("住所", where))
    forms = {
        "form_1": ("法人利用契約書・変更申請書", (*company_rows, ("申込サービス", "● 電子契約サービス\n● CECSIGN 認証サービス"))),
        "form_2": ("届出印申請書", (("商号", company.name), ("本店", company.address), ("代表者", head))),
        "form_3": ("電子証明書発行申請者リスト", (("商号", company.name), ("申請者 1", person.name), ("イートークン", "1 個"))),
        "form_4": (
            "担当者申請書",
            (("連絡担当者", "　".join(company.contact[:2]) + f"\n{company.contact[2]}"),
             ("請求担当者", "　".join(company.billing[:2]) + f"\n{company.billing[2]}")),
        ),
        "form_5": (
            "電子証明書発行申請書",
            (("フリガナ", person.kana), *person_rows, ("ローマ字", person.romaji), ("電子メール", person.email)),
        ),
        "form_6": ("ユーザID申請書", (("氏名", person.name), ("電子メール", person.email), ("サービス", "電子契約サービス"))),
    }  # fmt: skip
    result = {
        kind: SyntheticPaper(
            title=title,
            rows=rows,
            issued=f"{wareki(issued[9])}",
            issuer=person.name if kind == "form_5" else f"{company.name}\n{head}",
            seal="代表者印" if kind != "form_5" else person.name[:2],
            note=f"様式{kind[-1]}　CECTRUST / CECSIGN",
        )
        for kind, (title, rows) in forms.items()
    }
    result["registry_certificate"] = SyntheticPaper(
        "履歴事項全部証明書", company_rows, wareki(issued[20]), "水戸地方法務局\n登記官　山本　隆", "登記官之印", PAPER_GREEN, True,
        "これは登記簿に記録されている閉鎖されていない事項の全部であることを証明した書面である。",
    )  # fmt: skip
    result["company_seal_certificate"] = SyntheticPaper(
        "印鑑証明書",
        company_rows,
        wareki(issued[20]),
        "水戸地方法務局\n登記官　山本　隆",
        "登記官之印",
        PAPER_BLUE,
        True,
    )
    result["residence_certificate"] = SyntheticPaper(
        "住民票", (*person_rows, ("性別", person.sex), ("個人番号", "（記載省略）")), wareki(issued[14]),
        "日立市長　小川　春樹", "日立市長印", PAPER_CREAM, True,
    )  # fmt: skip
    result["personal_seal_certificate"] = SyntheticPaper(
        "印鑑登録証明書", (*person_rows, ("性別", person.sex)), wareki(issued[12]), "日立市長　小川　春樹", "日立市長印", PAPER_PINK, True
    )  # fmt: skip
    return result
