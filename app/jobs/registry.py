"""Who hands what to whom: every job by its dotted name, with the queue that carries it.

Features never import each other; they meet here, by name. Each job takes the id of its subject as text and is safe to
run twice. The `issuance` queue has exactly one worker: an HSM is serial anyway, and two workers could sign twice.
"""

JOBS = {
    # registration → accounts, mailings: an application was approved
    "app.accounts.jobs.open_accounts": "default",  # application id
    "mailings.jobs.prepare_letter": "default",  # applicant id
    # registration → issuance, billing, accounts, mailings: a change or an emergency was approved
    "issuance.jobs.revoke_for_change": "issuance",  # application id
    "app.billing.jobs.readdress_invoices": "default",  # application id
    "app.accounts.jobs.open_further_user_ids": "default",  # application id
    "app.accounts.jobs.cancel_account": "default",  # application id
    "mailings.jobs.email_emergency": "mail",  # emergency approval id
    "registration.jobs.rasterise_scan": "documents",  # scan id
    # registration → mailings: a letter to the company, and back: its papers go where it goes
    "mailings.jobs.prepare_case_letter": "default",  # case letter id
    "mailings.jobs.email_case_letter": "mail",  # case letter id
    "mailings.jobs.email_notice_reminder": "mail",  # deficiency notice id
    "mailings.jobs.stop_letter": "default",  # case letter id
    "registration.jobs.follow_returned_papers": "default",  # mail piece id
    # accounts → mailings, billing: an ID was opened
    "mailings.jobs.email_login": "mail",  # password link id
    "app.accounts.jobs.forget_password_link": "default",  # password link id
    "app.billing.jobs.charge_account": "default",  # customer id
    # mailings → mailings, issuance, billing: letters are printed, a letter goes its way
    "mailings.jobs.print_run": "print",  # print run id
    "issuance.jobs.reserve_token": "issuance",  # mail piece id
    "issuance.jobs.follow_mail_piece": "issuance",  # mail piece id
    "app.billing.jobs.charge_token": "default",  # mail piece id
    "app.billing.jobs.charge_agent_delivery": "default",  # mail piece id
    "app.billing.jobs.charge_resend": "default",  # mail piece id
    "mailings.jobs.email_kept_letter": "mail",  # mail piece id
    # issuance → mailings, billing: the holder applies on the web
    "mailings.jobs.email_contents_refused": "mail",  # applicant id
    "mailings.jobs.email_contents_answered": "mail",  # applicant id
    "mailings.jobs.email_download_pin": "mail",  # pin secret id
    "issuance.jobs.forget_download_pin": "issuance",  # pin secret id
    "issuance.jobs.issue_certificate": "issuance",  # enrolment id
    "mailings.jobs.email_key_refused": "mail",  # enrolment id
    "mailings.jobs.email_enrolment_stopped": "mail",  # enrolment id
    "mailings.jobs.email_enrolment_ended": "mail",  # enrolment id
    "mailings.jobs.email_certificate_issued": "mail",  # certificate id
    "app.billing.jobs.charge_certificate": "default",  # certificate id
    # issuance → mailings: a certificate was revoked
    "issuance.jobs.publish_crl": "issuance",  # revocation id
    "mailings.jobs.email_certificate_revoked": "mail",  # certificate id
    "issuance.jobs.crl.fetch_crl": "default",  # CRL id: fetched back from outside
    "issuance.jobs.ocsp.purge": "issuance",  # certificate id
    "issuance.jobs.authority.check_on": "documents",  # authority check id: long, and needs no HSM
    "issuance.jobs.revocation.revoke_batch": "default",  # revocation batch id
    "mailings.jobs.email_revocation_refused": "mail",  # revocation request id
    # issuance → mailings: a planned notice about a certificate
    "mailings.jobs.email_certificate_notice": "mail",  # certificate notice id
    "mailings.jobs.prepare_certificate_letter": "default",  # certificate notice id
    # issuance → issuance, billing, mailings: a token was lost or damaged, the stock runs out
    "issuance.jobs.tokens.revoke_of_token": "issuance",  # token event id
    "app.billing.jobs.charge_token_replacement": "default",  # token event id
    "mailings.jobs.email_low_stock": "mail",  # token model id
    # contracts → mailings, archive: a contract goes round
    "app.contracts.jobs.seal_contract": "documents",  # contract id
    "mailings.jobs.email_contract": "mail",  # contract party id
    "mailings.jobs.email_contract_completed": "mail",  # contract id
    "app.archive.jobs.keep_original": "documents",  # contract id
    # billing → mailings: an invoice was issued
    "mailings.jobs.email_invoice": "mail",  # invoice id
    "mailings.jobs.prepare_invoice_letter": "default",  # invoice id
    "mailings.jobs.email_invoice_readdressed": "mail",  # invoice addressee id
}

QUEUES = tuple(sorted(set(JOBS.values())))
