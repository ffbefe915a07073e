"""Adds the secret with the credentials of the database's master user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import If, NoValue, Sub, secretsmanager

from payment_templates import naming

if TYPE_CHECKING:
    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope
    from payment_templates.tiers.encryption import Encryption

MASTER_USERNAME = "payment_admin"
# For a generated password: the characters that RDS and the secret's JSON refuse, and the length.
# Never change one of them without the secret's name: CloudFormation would generate a new password
# in the same secret, and the database would keep the old one:
# https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2210
EXCLUDED_CHARACTERS = "/\\\"@ '"
PASSWORD_LENGTH = 40
VALIDATOR = "cloudformation-validate"
# The validator takes Fn::Equals of two references for false, and so nothing at home for reachable.
BY_REGION = "The region decides"


def add_secret(
    scope: Scope, parameters: Parameters, conditions: Conditions, encryption: Encryption
) -> secretsmanager.Secret:
    """Add the secret with the master user, whose password is given or generated."""
    template = f'{{"username":"{MASTER_USERNAME}"}}'
    given = (
        f'{{"username":"{MASTER_USERNAME}","password":"${{{parameters.database_password.title}}}"}}'
    )
    return scope.add(
        secretsmanager.Secret(
            "DatabaseSecret",
            **_secret_at_home(conditions),
            # A given password and a generated one are in different secrets. So the handler always
            # finds a difference between the cluster's old and new password, and a rollback finds
            # the old secret unchanged: DBCluster, UpdateHandler in
            # https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds
            Name=If(
                conditions.has_password,
                naming.physical_name("AWS::SecretsManager::Secret", "given-password"),
                naming.physical_name("AWS::SecretsManager::Secret", "database"),
            ),
            KmsKeyId=encryption.key.ref(),
            SecretString=If(conditions.has_password, Sub(given), NoValue),
            GenerateSecretString=If(
                conditions.has_password,
                NoValue,
                secretsmanager.GenerateSecretString(
                    SecretStringTemplate=template,
                    GenerateStringKey="password",
                    PasswordLength=PASSWORD_LENGTH,
                    ExcludeCharacters=EXCLUDED_CHARACTERS,
                ),
            ),
            Tags=naming.tags("database"),
        )
    )


def password_of(
    parameters: Parameters, conditions: Conditions, secret: secretsmanager.Secret
) -> If:
    """Return the password of the master user, as the cluster reads it."""
    # A dynamic reference is not enough: its text stays the same when the parameter changes, so an
    # update would change the secret and the cluster would keep the old password:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
    reference = f"{{{{resolve:secretsmanager:${{{secret.title}}}:SecretString:password}}}}"
    return If(conditions.has_password, parameters.database_password.ref(), Sub(reference))


def _secret_at_home(conditions: Conditions) -> dict[str, Any]:
    if not conditions.is_database_home:
        return {}
    return {
        "Condition": conditions.is_database_home,
        "Metadata": {VALIDATOR: dict.fromkeys(("I3011", "W1028"), BY_REGION)},
    }
