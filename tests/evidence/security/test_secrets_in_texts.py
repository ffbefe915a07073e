"""A secret in a text of any form is found, and an ordinary text is not taken for one."""

from __future__ import annotations

import pytest

from payment_templates.evidence.security.assigned_secrets import (
    access_key_secrets,
    assigned_secrets,
)
from payment_templates.evidence.security.embedded_secrets import entries_of, tokens_in_urls
from payment_templates.evidence.security.encoded_texts import decoded
from payment_templates.evidence.security.secret_values import LIKE_CREDENTIAL

_SECRETS = {
    "INI": "[db]\nuser = x\npassword = hunter2\n",
    "TOML": '[db]\npassword = "hunter2"\n',
    "XML": "<db><user>x</user><password>hunter2</password></db>",
    "a dictionary of Python": "{'user': 'x', 'password': 'hunter2'}",
    "an object of JavaScript": "connect({user: 'x', password: 'hunter2'})",
    "an assignment in code": "import os\nDB_PASSWORD = 'hunter2'\n",
    "a connection string": "Server=db;Database=x;Uid=u;Pwd=hunter2;",
    "SQL": "CREATE ROLE app LOGIN PASSWORD 'hunter2'",
    "SQL of MySQL": "CREATE USER app IDENTIFIED BY 'hunter2'",
}
_ORDINARY = {
    "code that reads a secret": "import os\npassword = os.environ['DB_PASSWORD']\n",
    "a variable in code": "def run(event):\n    password = event_password\n",
    "a call": "password = read('payments')\n",
    "names of fields": "{'password': 'password', 'token': 'Token'}",
    "a placeholder": "password = ${PASSWORD}\ntoken = <token>\n",
    "the ARN of a secret": "secret = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:a'",
    "a working directory": "Server=db;Database=x\nPWD=/app",
    "an element without a secret": "<password/><token>true</token>",
    "a sentence": "Enter a password: it has 8-41 characters.",
    "a hash": "password: sha256-hashed",
}
# In two parts: a scanner of repositories must not take them for real ones.
_CREDENTIALS = {
    "Google": ("AIza", "SyA1234567890abcdefghijklmnopqrstuv"),
    "OpenAI": ("sk-", "proj-abcdefghijklmnopqrstuvwxyz0123456789"),
    "Anthropic": ("sk-", "ant-api03-abcdefghijklmnopqrstuvwxyz"),
    "SendGrid": ("SG.", "abcdefghijklmnopqrstuv.ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg"),
    "npm": ("npm_", "aB3" * 12),
    "PagerDuty": ("https://events.pagerduty.com/integration/", "0123456789abcdef" * 2),
    "Discord": ("https://discord.com/api/webhooks/", "1234567890/" + "aB3" * 12),
}
_HARMLESS = ("SG.payments", "sk-proj-a", "AIza", "npm_config_cache", "https://pagerduty.com/docs")


@pytest.mark.parametrize("form", _SECRETS)
def test_a_secret_is_found_in_its_form(form: str) -> None:
    assert [*assigned_secrets(_SECRETS[form])][:1] == ["hunter2"]


@pytest.mark.parametrize("form", _ORDINARY)
def test_ordinary_text_has_no_secret(form: str) -> None:
    assert [*assigned_secrets(_ORDINARY[form])] == []


@pytest.mark.parametrize("issuer", _CREDENTIALS)
def test_a_credential_is_known_by_its_form(issuer: str) -> None:
    assert LIKE_CREDENTIAL.search("".join(_CREDENTIALS[issuer]))


@pytest.mark.parametrize("text", _HARMLESS)
def test_what_only_begins_like_a_credential_is_none(text: str) -> None:
    assert not LIKE_CREDENTIAL.search(text)


def test_each_entry_of_a_list_in_json_is_read() -> None:
    entries = entries_of('{"passwords": ["one", "two"], "other": []}')

    assert [word for _, word, _ in entries] == ["one", "two"]


def test_the_secret_of_an_access_key_is_known_by_its_form() -> None:
    # The key of AWS's own examples.
    key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"

    assert [*access_key_secrets(key)] == [key]
    assert not [*access_key_secrets("9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c")]


@pytest.mark.parametrize(
    ("url", "tokens"),
    [
        ("https://0123456789abcdef0123456789abcdef@github.com/a/b.git", 1),
        ("https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/2", 0),
        ("ssh://git@github.com:22/org/repo.git", 0),
        ("postgresql://payment_application_user@db.example.com/payments", 0),
    ],
)
def test_a_token_in_place_of_a_user_is_found(url: str, tokens: int) -> None:
    assert len([*tokens_in_urls(url)]) == tokens


@pytest.mark.parametrize("text", ["PaymentServiceRoleForBackups", "a b", "x" * 40, "QUJD" * 4])
def test_ordinary_text_is_not_taken_for_base64(text: str) -> None:
    assert decoded(text) == ""
