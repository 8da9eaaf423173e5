"""A notice as the company would get it, before it is sent: letter and e-mail from what was typed."""

from app.core.clock import today
from mailings import case_letters
from mailings.emails.texts import Text, compose
from mailings.letters import deficiency_notice, layout
from mailings.letters.wording import PAPERS
from mailings.services.letter_emails import addressed
from mailings.template_queries import wording_in_force
from models.applications import Application
from models.enums import LetterKind
from registration.notice_queries import waiting_sheets
from registration.services.write_notice import NoticeDraft


def preview(case: Application, draft: NoticeDraft) -> deficiency_notice.DeficiencyNotice:
    """The notice, with its numbers still open."""
    papers = {paper.id: paper for paper in case.papers}
    waiting = waiting_sheets(case.id)
    items, back = [], []
    for each in draft.items:
        paper = papers[each.paper_id]
        person = paper.applicant.name if paper.applicant else ""
        goes_back = each.goes_back or paper.id in waiting
        items.append(
            deficiency_notice.Item(
                paper.kind, person, each.code, each.detail, each.words.strip(), each.remedy, goes_back
            )
        )
        if each.goes_back:
            back.append(paper)
    back += [paper for paper in case.papers if paper.id in waiting]
    to = draft.recipient
    return deficiency_notice.DeficiencyNotice(
        number="（送付時に付番）",
        piece="",
        day=today(),
        due_on=draft.due_on,
        case=case.number,
        company=to.company,
        received_on=case.received_on,
        addressee=layout.Addressee(to.company, to.department, to.name, to.postal_code, to.address),
        items=tuple(items),
        remark=draft.remark.strip(),
        enclosures=tuple(
            PAPERS[paper.kind] + (f"（{paper.applicant.name}様）" if paper.applicant else "")
            for paper in dict.fromkeys(back)
        ),
    )


def letter_pdf(notice: deficiency_notice.DeficiencyNotice) -> bytes:
    """The letter. Raises MissingGlyphError, DoesNotFitError."""
    sender, texts = case_letters.sender(), wording_in_force(LetterKind.DEFICIENCY_NOTICE).texts
    return layout.render(deficiency_notice.compose(notice, sender, texts), sender)


def email_text(notice: deficiency_notice.DeficiencyNotice) -> Text:
    """The e-mail."""
    sender = case_letters.sender()
    to = notice.addressee
    values = {
        "name": addressed(to.company, to.department, to.name),
        "case": notice.case,
        "number": notice.number,
        "due_on": deficiency_notice.long_day(notice.due_on),
        "due_iso": notice.due_on.isoformat(),
        "items": deficiency_notice.items_as_text(notice.items),
        "address": sender.address,
        "sender": sender.name,
        "phone": sender.phone,
        "site": sender.site,
    }
    return compose("deficiency_notice", values)
