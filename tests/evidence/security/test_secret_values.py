"""A secret is known by its name and value, and an ordinary variable is not taken for one."""

from __future__ import annotations

import pytest

from payment_templates.evidence.security.secret_values import (
    Exposure,
    exposure_of,
    exposure_of_parameter,
)

_EXPOSED = (
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("DB_PASS", "hunter2"),
    ("DB_PASSWORD", "hunter2-x"),
    ("DB_PASSWORD", "12345678"),
    ("DB_PASSWORD_OLD", "hunter2"),
    ("dbPassword2", "hunter2"),
    ("db-password", "hunter2"),
    ("spring.datasource.password", "hunter2"),
    ("/payment/db/password", "hunter2"),
    ("PGPASSWORD", "hunter2"),
    ("MYSQL_PWD", "hunter2"),
    ("PASSPHRASE", "correct horse"),
    ("SECRET_KEY_BASE", "abc123def"),
    ("JWT_SECRET", "hunter2hunter2"),
    ("STRIPE_API_KEY", "abcd1234"),
    ("apikey", "abcd1234"),
    ("PRIVATE_KEY", "MIIEvQIBADANBg"),
    ("admin_pw", "hunter2"),
    ("DB_PSWD", "hunter2"),
    ("PASSWORD_STRING", "hunter2"),
    ("GITHUB_TOKEN", "abcdef1234567890"),
)
_DOUBTFUL = (
    ("ENCRYPTION_KEY", "abc123def"),
    ("RAILS_MASTER_KEY", "abc123def"),
    ("JWT_SIGNING_KEY", "abc123def"),
    ("PASS", "hunter2"),
    ("requirepass", "hunter2"),
    ("DB_CREDENTIALS", "hunter2"),
    ("DB_SECRET", "payments/prod/db"),
    ("DB_SECRET", "payments-db"),
    ("DB_PASSWORD", "/payments/prod/db-password"),
    ("DB_PASSWORD", "$DATABASE_PASSWORD"),
    ("SLACK_TOKEN", "https://example.com/T01/B01/abcdef"),
    ("CSRF_TOKEN", "9f8a8b7c6d5e"),
    ("RESET_PASSWORD", "hunter2"),
)
_HARMLESS = (
    ("PWD", "/app"),
    ("OLDPWD", "/"),
    ("HIDE_PASSWORD", "no"),
    ("SHOW_PASSWORD", "0"),
    ("CSRF_TOKEN", "X-CSRF-Token"),
    ("FORGOT_PASSWORD", "https://example.com/forgot"),
    ("RESET_PASSWORD", "/reset"),
    ("DB_PASSWORD_FILE", "/run/secrets/db"),
    ("DB_SECRET", "arn:aws:secretsmanager:us-east-1:111122223333:secret:a"),
    ("SECRET_NAME", "payments"),
    ("PASSWORD_MIN_LENGTH", "8"),
    ("MIN_PASSWORD", "8"),
    ("REFRESH_TOKEN", "3600"),
    ("ENCRYPTION_KEY", "alias/payments"),
    ("AWS_ACCESS_KEY_ID", "AKIA"),
    ("BYPASS", "x"),
    ("PROXY_PASS", "http://backend"),
    ("COMPASS", "x"),
    ("PUBLIC_KEY", "MIIBIjANBg"),
    ("PARTITION_KEY", "id"),
    ("MONKEY", "x"),
    ("TOKENIZER", "words"),
    ("LOG_LEVEL", "hunter2"),
    ("DB_PASSWORD", ""),
    ("HttpTokens", "required"),
    ("MAX_TOKENS", "4096"),
    ("MAX_OUTPUT_TOKENS", "4096"),
)
_ROWS = [
    *((*row, Exposure.EXPOSED) for row in _EXPOSED),
    *((*row, Exposure.DOUBTFUL) for row in _DOUBTFUL),
    *((*row, Exposure.HARMLESS) for row in _HARMLESS),
]


@pytest.mark.parametrize(("name", "value", "exposure"), _ROWS)
def test_a_secret_is_known_by_its_name_and_value(name: str, value: str, exposure: Exposure) -> None:
    assert exposure_of(name, value) is exposure


@pytest.mark.parametrize(
    ("name", "exposure"),
    [
        ("DbPassword", Exposure.EXPOSED),
        ("StripeSecretKey", Exposure.EXPOSED),
        ("ApiKey", Exposure.EXPOSED),
        ("PrivateKey", Exposure.EXPOSED),
        ("DbPass", Exposure.EXPOSED),
        ("DbPwd", Exposure.EXPOSED),
        ("PasswordForAdmin", Exposure.DOUBTFUL),
        ("EncryptionKey", Exposure.DOUBTFUL),
        ("TokenTtl", Exposure.HARMLESS),
        ("SecretRotationDays", Exposure.HARMLESS),
        ("CreateSecret", Exposure.HARMLESS),
        ("UseSecretsManager", Exposure.HARMLESS),
        ("TokenUrl", Exposure.HARMLESS),
        ("TokenIssuer", Exposure.HARMLESS),
        ("SecretRegion", Exposure.HARMLESS),
        ("PasswordPolicy", Exposure.HARMLESS),
        ("DatabaseSecretARN", Exposure.HARMLESS),
        ("KmsKey", Exposure.HARMLESS),
        ("HttpTokens", Exposure.HARMLESS),
        ("PathToSecret", Exposure.HARMLESS),
        ("SecretTags", Exposure.HARMLESS),
        ("PublicKey", Exposure.HARMLESS),
        ("S3Key", Exposure.HARMLESS),
    ],
)
def test_a_parameter_for_a_secret_is_known_by_its_name(name: str, exposure: Exposure) -> None:
    assert exposure_of_parameter(name) is exposure
