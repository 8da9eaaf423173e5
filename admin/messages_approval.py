"""Sentences of decisions: profiles, steps, emergencies, changes."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "step-taken": _l("%(name)s took this step at %(at)s. Reload the page: it shows what is open now."),
    "second-step": _l(
        "You took a step of this approval already. The next one is for another person: nobody takes two."
    ),
    "wrong-role": _l("This step is for somebody with another role (%(role)s). The page names who may take it."),
    "no-open-step": _l("This step is not open. Reload the page: it shows which step comes next."),
    "confirmations-missing": _l("%(count)s confirmations are not ticked. Tick each one, or send the case back."),
    "send-back-reason": _l("Write what the officers are to do: they read it on the case."),
    "review-lapsed": _l(
        "The review was valid until %(last_day)s. Send the case back: an officer looks again and finishes the review anew."
    ),
    "application-lapsed": _l(
        "The application was valid until %(last_day)s. It cannot be approved any more: refuse it, and ask the company to apply again."
    ),
    "profile-no-step": _l("A profile needs at least one step. Choose one."),
    "profile-too-many-steps": _l("A profile has at most %(most)s steps."),
    "profile-step-unknown": _l("There is no step called “%(step)s”. Choose one from the list."),
    "profile-step-twice": _l("The step “%(step)s” stands there twice. Every step has its own name: change one."),
    "profile-role-unknown": _l("The role “%(role)s” takes no steps. Choose officer or approver."),
    "profile-no-confirmation": _l("The step “%(step)s” confirms nothing. Tick at least one confirmation for it."),
    "profile-confirmation-unknown": _l("There is no confirmation called “%(confirmation)s”. Choose from the list."),
    "profile-last-step": _l("The last step decides, so it is an approver's. Choose approver for it."),
    "profile-days": _l("Enter a number of days from 1 to %(most)s."),
    "profile-reason-needed": _l("Write why the profile is to change: whoever decides on it reads this."),
    "profile-unchanged": _l("This is exactly what version %(version)s says. Change something first."),
    "proposal-open": _l("Another proposal waits for a decision. It must be activated or rejected first."),
    "own-proposal": _l("You proposed this version, so another person decides on it."),
    "accreditation-needed": _l(
        "This version needs a change accreditation (article 9 of the Act) first. Enter its number and day."
    ),
    "rejection-reason-needed": _l("Write why the version is rejected: whoever proposed it reads this."),
    "emergency-reason-needed": _l("Write who is absent and why the case cannot wait."),
    "emergency-open": _l("An emergency was declared for this case already. Open it: it waits for a second person."),
    "emergency-own": _l("You took part in this emergency, so another person takes this step."),
    "emergency-done": _l("%(name)s countersigned this emergency at %(at)s. Nothing more is to be done here."),
    "emergency-withdrawn": _l("This emergency was taken back. Go back to the case and see where it stands."),
    "emergency-not-countersigned": _l("Nobody has countersigned this emergency, so there is nothing to follow up yet."),
    "emergency-followed-up": _l("%(name)s followed this emergency up at %(at)s."),
    "emergency-finding-needed": _l("Write what you found, also when everything is in order."),
    "change-not-a-change": _l("This case changes nothing: it is no change application."),
    "change-no-field": _l("Form 1 does not ask for a change of this field (%(change)s). Reload the page."),
    "change-empty": _l("This field cannot be empty. Type it from form 1, or leave the value that stands on record."),
    "change-email": _l("This is no e-mail address. Compare with the form, letter by letter."),
    "change-my-number": _l(
        "This looks like an individual number (My Number), which must never be recorded. Remove it."
    ),
    "change-outdated": _l(
        "The company's record changed since the change was recorded (%(change)s). Send the case back: an officer records the change again."
    ),
    "change-not-recorded": _l(
        "Form 1 asks for a change of which no new value is recorded. Open “Change…” on the case and record it."
    ),
}

STEPS = {
    "second-check": _l("Second check"),
    "identity": _l("Identity of the applicants"),
    "company": _l("Company and representative"),
    "approve": _l("Approval"),
    "final-approval": _l("Final approval"),
    "emergency": _l("Emergency approval"),
}
ROLES = {"officer": _l("Officer"), "approver": _l("Approver")}
CONFIRMATIONS = {
    "every-paper-seen": _l("I looked at every paper and at every check."),
    "seals-compared": _l("I compared the seals with the seal certificates."),
    "names-compared": _l("I compared names and addresses across the papers."),
    "dates-read": _l("I read the issue dates on the papers themselves."),
    "judgements-agreed": _l("I agree with every judgement that the officers wrote down."),
    "changes-compared": _l("I compared old and new values with form 1."),
}
DAYS = {
    "review_valid_days": _l("Days for which a review holds"),
    "application_valid_days": _l("Days for which an application holds"),
}
CHANGES = {
    "name": _l("Company"),
    "name_kana": _l("Company name in kana"),
    "name_romaji": _l("Company name in Latin letters"),
    "postal_code": _l("Postal code"),
    "address": _l("Head office"),
    "representative_title": _l("Title of the representative"),
    "representative_name": _l("Representative"),
    "contact_name": _l("Contact person"),
    "contact_email": _l("E-mail of the contact person"),
    "contact_department": _l("Department of the contact person"),
    "contact_phone": _l("Telephone of the contact person"),
    "billing_name": _l("Billing contact"),
    "billing_email": _l("E-mail of the billing contact"),
    "billing_department": _l("Department of the billing contact"),
    "billing_phone": _l("Telephone of the billing contact"),
}
FOLLOWS = {
    "revoke-certificates": _l("The company's valid certificates are revoked, and their holders told."),
    "readdress-invoices": _l("Unpaid invoices go to the new addressee."),
    "open-user-ids": _l("User IDs are opened for the applicants of form 6."),
    "prepare-letters": _l("Letters with the application PIN are prepared for the applicants of form 5."),
    "cancel-account": _l("The company ID and all its user IDs are closed; nobody signs in any more."),
}

# Fields of errors that are codes: admin.messages says them by these words.
WORDS = {"step": STEPS, "role": ROLES, "confirmation": CONFIRMATIONS, "change": CHANGES}
