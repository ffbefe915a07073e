"""Requirements 3 and 4: stored card data, keys, and encryption in transit."""

from __future__ import annotations

from payment_templates.report.compliance.checks.access import (
    keys_are_rotated,
)
from payment_templates.report.compliance.checks.alerts import (
    ends_of_certificates_are_noticed,
)
from payment_templates.report.compliance.checks.application import (
    buckets_are_private,
    buckets_take_tls_only,
)
from payment_templates.report.compliance.checks.encryption import (
    stored_data_has_a_customer_managed_key,
    stored_data_is_encrypted,
)
from payment_templates.report.compliance.checks.retention import (
    recovery_points_are_protected,
)
from payment_templates.report.compliance.claims import (
    DATABASE_CONNECTIONS_ARE_ENCRYPTED,
    DATABASE_IS_PRIVATE,
    LOGS_EXPIRE,
    NO_OTHER_ACCOUNT_IS_TRUSTED,
    PAYMENTS_USE_HTTPS,
    WILDCARDS_HAVE_A_REASON,
)
from payment_templates.report.compliance.matrix.row import row

# AWS's own attestation of compliance covers every service of the stack:
# https://aws.amazon.com/compliance/pci-dss-level-1-faqs/
_KMS = "KMS keeps keys in HSMs and never shows them in the clear"
_APPLICATION_DATA = "the application decides what it stores and logs"

DATA = (
    row(
        *("3.2.1", LOGS_EXPIRE),
        customer="delete card data from the database when it is no longer needed",
        rests_on_customer=True,
    ),
    row("3.3.1.1", customer=_APPLICATION_DATA),
    row("3.3.1.2", customer=_APPLICATION_DATA),
    row("3.3.1.3", customer=_APPLICATION_DATA),
    row("3.3.2", stored_data_is_encrypted, customer=_APPLICATION_DATA),
    row("3.3.3", customer=f"only for issuers: {_APPLICATION_DATA}"),
    row(
        *("3.5.1", stored_data_is_encrypted),
        customer="truncate, hash, encrypt or tokenize card numbers: see 3.5.1.2",
        rests_on_customer=True,
    ),
    row("3.5.1.1", customer="use keyed hashes, if the application hashes card numbers"),
    row(
        "3.5.1.2",
        customer="make card numbers unreadable in the application: RDS decrypts for every session",
    ),
    row(
        *("3.5.1.3", stored_data_has_a_customer_managed_key, DATABASE_IS_PRIVATE),
        *(NO_OTHER_ACCOUNT_IS_TRUSTED, buckets_are_private, recovery_points_are_protected),
        customer="manage the database's users apart from those of AWS",
    ),
    row(
        *("3.6.1", NO_OTHER_ACCOUNT_IS_TRUSTED, WILDCARDS_HAVE_A_REASON),
        customer="name the custodians of the key, and review its policy",
        aws=_KMS,
    ),
    row("3.6.1.2", stored_data_is_encrypted, aws=_KMS),
    row("3.6.1.3", customer="keep keys of the application in KMS too", aws=_KMS),
    row("3.6.1.4", customer="keep keys of the application in KMS too", aws=_KMS),
    row("3.7.1", aws="KMS generates 256-bit keys in HSMs"),
    row("3.7.2", aws=_KMS),
    row("3.7.3", aws=_KMS),
    row("3.7.4", keys_are_rotated, customer="define the period of each key"),
    row(
        *("3.7.5", keys_are_rotated),
        customer="replace a key that is exposed, and encrypt the data again",
        rests_on_customer=True,
    ),
    row("3.7.6", aws=_KMS),
    row("3.7.7", NO_OTHER_ACCOUNT_IS_TRUSTED, aws="only KMS replaces key material"),
    row(
        *("4.2.1", PAYMENTS_USE_HTTPS, DATABASE_CONNECTIONS_ARE_ENCRYPTED, buckets_take_tls_only),
        ends_of_certificates_are_noticed,
        customer="encrypt what the application sends to others, and renew imported certificates",
        aws="ACM renews the certificates that it issues",
    ),
    row(
        *("4.2.1.1", PAYMENTS_USE_HTTPS),
        customer="list the certificate and the key, with their owners",
        aws="ACM lists and renews the certificates that it issues",
    ),
)
