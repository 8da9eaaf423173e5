"""Letters to a holder about a certificate: it ends soon, or it was revoked (施行規則6条12号). Values in, a letter out; no secret."""

from dataclasses import dataclass
from datetime import date, datetime

from app.core.clock import to_tokyo
from app.core.wareki import format_wareki
from mailings.letters.approval_notice import Sender
from mailings.letters.certificate_wording import reason_in_words
from mailings.letters.deficiency_notice import long_day
from mailings.letters.layout import DESK_HOURS, Addressee, Document
from mailings.letters.texts import BUILT_IN, Texts, fill
from models.enums import LetterKind

PAPERS = (
    "・様式3　電子証明書発行者申請者リスト\n"
    "・様式5　電子証明書発行申請書\n"
    "・住民票の写し（個人番号の記載がないもの）\n"
    "・印鑑登録証明書\n"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The certificate and whose it is."""

    piece: str  # L-2026-000001; empty in a preview
    day: date
    addressee: Addressee
    application_number: str
    serial: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class RenewalNotice:
    """The certificate ends soon."""

    subject: Subject
    opens_on: date  # of the online renewal
    online_until: date | None  # how far an online renewal reaches; none: on papers alone


@dataclass(frozen=True, slots=True)
class RevocationNotice:
    """The certificate was revoked."""

    subject: Subject
    revoked_at: datetime
    valid_before: datetime  # signatures made before this moment are not touched
    reason: str  # by name, RFC 5280


def compose_renewal(
    notice: RenewalNotice, sender: Sender, texts: Texts = BUILT_IN[LetterKind.RENEWAL_NOTICE]
) -> Document:
    """The letter that reminds."""
    subject = notice.subject
    return Document(
        title="電子証明書の有効期間満了のお知らせ",
        number=subject.piece,
        day=subject.day,
        addressee=subject.addressee,
        opening=texts["opening"],
        facts=(*_facts(subject), ("満了日", long_day(subject.ends_on))),
        strong="満了日",
        sections=(
            *(_online(notice, sender, texts) if notice.online_until else _on_papers(sender)),
            ("いまの電子証明書について", texts["until_then"]),
            ("お問い合わせ", fill(texts["questions"], phone=sender.phone)),
        ),
    )


def compose_revocation(
    notice: RevocationNotice, sender: Sender, texts: Texts = BUILT_IN[LetterKind.REVOCATION_NOTICE]
) -> Document:
    """The letter that says since when a certificate is no longer valid, why, and what stays."""
    reason, _english = reason_in_words(notice.reason)
    revoked = to_tokyo(notice.revoked_at)
    return Document(
        title="電子証明書の失効について（お知らせ）",
        number=notice.subject.piece,
        day=notice.subject.day,
        addressee=notice.subject.addressee,
        opening=texts["opening"],
        facts=(
            *_facts(notice.subject),
            ("失効の日時", f"{long_day(revoked.date())} {revoked:%H時%M分}"),
            ("失効の理由", reason),
        ),
        strong="失効の日時",
        sections=(
            ("これまでの署名について", fill(texts["before"], valid_before=_moment(notice.valid_before))),
            ("お願い", fill(texts["asks"], site=sender.site)),
            ("お心当たりがない場合", fill(texts["unknown"], phone=sender.phone, desk_hours=DESK_HOURS)),
        ),
    )


def _facts(subject: Subject) -> tuple[tuple[str, str], ...]:
    return (
        ("申請番号", subject.application_number),
        ("お名前", subject.addressee.name),
        ("会社名", subject.addressee.company),
        ("シリアル番号", " ".join(subject.serial[start : start + 4] for start in range(0, len(subject.serial), 4))),
    )


def _online(notice: RenewalNotice, sender: Sender, texts: Texts) -> tuple[tuple[str, str], ...]:
    assert notice.online_until is not None
    opens_on, ends_on = notice.opens_on, notice.subject.ends_on
    return (
        (
            "オンラインで更新できます（書類は要りません）",
            f"{format_wareki(opens_on)}から{format_wareki(ends_on)}までの間に、eTokenを挿して、パソコンで次のコマンドを実行してください。"
            f"更新後の有効期間は、最長で{format_wareki(notice.online_until)}までです。\n"
            f"cectrust renew --server {sender.site}\n"
            f"くわしい手順は {sender.site}/enrol/renew でご案内しています。",
        ),
        ("記載事項に変更がある場合", texts["changed"]),
    )


def _on_papers(sender: Sender) -> tuple[tuple[str, str], ...]:
    return (
        (
            "新しい書類でのお申し込みが必要です",
            "オンラインで更新できるのは、書類により発行した電子証明書の発行日から5年以内に限られます（電子署名法施行規則第5条第2項）。"
            "お手数をおかけしますが、次の書類を簡易書留でお送りください。お届けから発行まで2週間ほどかかりますので、お早めにお願いいたします。\n"
            f"{PAPERS}住民票の写しと印鑑登録証明書は、発行日から3か月以内に当社へ届く原本に限ります。"
            f"申請書は {sender.site}/enrol/renew からお取り寄せください。\n"
            f"宛先：{sender.address}　{sender.name}　電子契約サービス　書類受付係",
        ),
    )


def _moment(moment: datetime) -> str:
    local = to_tokyo(moment)
    return f"{format_wareki(local.date())}{local:%H時%M分}"
