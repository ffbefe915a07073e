"""Requirements 7 to 9: access, accounts, passwords, and the data centers."""

from __future__ import annotations

from payment_templates.report.compliance.checks.access import (
    database_takes_iam_logins,
    generated_passwords_are_long,
    policies_are_attached,
    secrets_are_rotated,
)
from payment_templates.report.compliance.checks.encryption import stored_data_is_encrypted
from payment_templates.report.compliance.claims import (
    CONTAINERS_HAVE_FEW_RIGHTS,
    CONTAINERS_WITHOUT_ROOT,
    DATABASE_CONNECTIONS_ARE_ENCRYPTED,
    DATABASE_IS_PRIVATE,
    NO_OTHER_ACCOUNT_IS_TRUSTED,
    ONLY_NEIGHBOURS_CONNECT,
    PAYMENTS_USE_HTTPS,
    SECRETS_NOT_IN_CLEAR,
    SERVICES_CAN_ASSUME_THEIR_ROLES,
    WILDCARDS_HAVE_A_REASON,
)
from payment_templates.report.compliance.matrix.row import REVIEW, row

_IAM = "IAM enforces the policies, and denies what no policy allows"
_NO_USERS = "the stack creates no users: manage them, and their access, in the identity provider"

ACCESS = (
    row(
        *("7.2.1", WILDCARDS_HAVE_A_REASON, SERVICES_CAN_ASSUME_THEIR_ROLES),
        customer="define who may do what in the account, and in the database",
        rests_on_customer=True,
    ),
    row(
        *("7.2.2", WILDCARDS_HAVE_A_REASON, policies_are_attached, CONTAINERS_HAVE_FEW_RIGHTS),
        database_takes_iam_logins,
        customer="grant users in the database no more than they need",
    ),
    row("7.2.3", customer="approve each access, for example by reviewing changes of this template"),
    row("7.2.4", customer=_NO_USERS),
    row(
        *("7.2.5", WILDCARDS_HAVE_A_REASON, CONTAINERS_WITHOUT_ROOT, CONTAINERS_HAVE_FEW_RIGHTS),
        database_takes_iam_logins,
        customer="let the application use a database user that is not the administrator",
    ),
    row("7.2.5.1", customer=REVIEW),
    row(
        *("7.2.6", DATABASE_IS_PRIVATE, CONTAINERS_HAVE_FEW_RIGHTS),
        customer="give users no direct access to the database",
        rests_on_customer=True,
    ),
    row("7.3.1", policies_are_attached, database_takes_iam_logins, customer=_NO_USERS, aws=_IAM),
    row("7.3.2", policies_are_attached, WILDCARDS_HAVE_A_REASON, customer=_NO_USERS, aws=_IAM),
    row("7.3.3", NO_OTHER_ACCOUNT_IS_TRUSTED, ONLY_NEIGHBOURS_CONNECT, aws=_IAM),
    row("8.2.1", customer=_NO_USERS),
    row(
        "8.2.2",
        customer="use the database's administrator only for maintenance, and log who took it",
    ),
    row("8.2.4", customer=_NO_USERS),
    row("8.2.5", customer=_NO_USERS),
    row("8.2.6", customer=_NO_USERS),
    row("8.2.7", customer=_NO_USERS),
    row("8.2.8", customer="limit sessions of the console and of the database"),
    row(
        *(
            "8.3.2",
            SECRETS_NOT_IN_CLEAR,
            stored_data_is_encrypted,
            DATABASE_CONNECTIONS_ARE_ENCRYPTED,
        ),
        PAYMENTS_USE_HTTPS,
    ),
    row("8.3.4", customer=f"{_NO_USERS}; PostgreSQL itself locks no account"),
    row("8.3.5", customer=_NO_USERS),
    row("8.3.6", generated_passwords_are_long, customer=_NO_USERS),
    row("8.3.7", customer=_NO_USERS),
    row("8.3.9", secrets_are_rotated, customer=_NO_USERS),
    row("8.3.10.1", customer="only for service providers: the application's customers"),
    row("8.3.11", customer=_NO_USERS),
    row("8.4.1", customer="require MFA in the account and in the identity provider"),
    row("8.4.2", customer="require MFA in the account and in the identity provider"),
    row("8.4.3", customer="require MFA in the account and in the identity provider"),
    row("8.6.2", SECRETS_NOT_IN_CLEAR, customer="keep passwords out of the image and its source"),
    row("8.6.3", secrets_are_rotated, generated_passwords_are_long),
    row("9.2.1", aws="controls access to its data centers"),
)
