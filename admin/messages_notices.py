"""Sentences of notices to companies, refusals and withdrawals."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "notice-empty": _l("Tick at least one thing that the company must do."),
    "notice-not-askable": _l("The case has changed meanwhile, or this cannot be asked. Look at the list again."),
    "remedy-not-possible": _l(
        "This cannot be done with that paper: nobody but its issuer corrects an official certificate. Ask for a new one."
    ),
    "return-needed": _l("What is to be corrected must go back: tick “goes back”, or ask for a new one."),
    "no-sheet-to-return": _l("There is no sheet here that could go back. Take the tick away."),
    "words-needed": _l("Write in your own words what is wrong with each “something else” that you ticked."),
    "notice-due-too-soon": _l("The day lies too near: the post needs its time. Give at least %(days)s days."),
    "notice-due-too-late": _l("The day lies too far away: at most %(days)s days."),
    "notice-due-closed": _l("We are closed on this day. The next open day is %(day)s."),
    "notice-open": _l("A notice is open already. Wait for its answer, or take it back and write another one."),
    "notice-waits": _l(
        "Notice %(number)s still waits for the company. Record its answers, or take it back, before the review is finished."
    ),
    "notice-not-open": _l("Nothing is open here any more. Reload the page to see where the notice stands."),
    "item-needs-paper": _l("Only a paper answers this. Take it in at the reception when it comes."),
    "answer-needed": _l("Write down what was explained, and by whom."),
    "papers-on-hold": _l("The papers of this case are on hold and cannot leave. Ask who placed the hold."),
    "sheet-not-here": _l(
        "Sheet %(number)s is not on its shelf (lent, sent back, or to be destroyed), so it cannot go back now."
    ),
    "sheet-shared": _l("Sheet %(number)s serves case %(case)s as well, so it must stay. Take its tick away."),
    "recipient-missing": _l("The letter needs a company and an address. Take them from form 1."),
    "recipient-postal-code": _l("A Japanese postal code has seven digits: 317-0055."),
    "recipient-email": _l("This is no e-mail address. Compare with form 4, letter by letter."),
    "papers-must-stay": _l("The papers of a refused application are books and must stay for ten years."),
    "wrong-letter-kind": _l("Letter %(number)s is of another kind: use the other page (with or without eToken)."),
    "letter-stopped": _l("STOP: letter %(number)s was taken back by the desk. It must not leave the house."),
    "wrong-papers": _l("The papers are not those of letter %(number)s. Missing: %(missing)s. Too many: %(extra)s."),
}
