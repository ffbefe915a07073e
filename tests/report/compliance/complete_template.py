"""The production template with every resource that the requirements ask for, made by hand."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from payment_templates.cloudformation import parse_template
from payment_templates.report.compliance import assess
from tests.evidence.changes import changed, cut, put
from tests.evidence.templates import production_document

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template
    from payment_templates.report.compliance import Assessment
    from tests.evidence.changes import Change, Json

# One value of each parameter that turns a condition, so that there is one combination.
FIXED = {
    "AvailabilityZones": ",,",
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/example",
    "ContainerRepositoryArn": "",
    "ContainerUser": "101",
    "DBMasterPassword": "",
    "DeletionProtection": "true",
    "DomainName": "",
    "HostedZoneId": "",
    "WebAclMode": "Block",
}


def _resource(kind: str, **properties: object) -> Json:
    return {"Type": f"AWS::{kind}", "Properties": properties}


DATABASE_PARAMETERS = {
    "rds.force_ssl": "1",
    "shared_preload_libraries": "pgaudit",
    "pgaudit.log": "all",
}
_KEY_OF_THE_STACK = {
    "ServerSideEncryptionConfiguration": [
        {
            "ServerSideEncryptionByDefault": {
                "SSEAlgorithm": "aws:kms",
                "KMSMasterKeyID": {"Fn::GetAtt": ["EncryptionKey", "Arn"]},
            }
        }
    ]
}
COMPLETE: tuple[Change, ...] = (
    # Which load balancers do not support.
    put("AccessLogBucket.Properties.BucketEncryption", _KEY_OF_THE_STACK),
    put("DatabaseParameterGroup.Properties.Parameters", DATABASE_PARAMETERS),
    put(
        "RotationSchedule",
        _resource(
            "SecretsManager::RotationSchedule",
            SecretId={"Ref": "DatabaseSecret"},
            RotationRules={"AutomaticallyAfterDays": 30},
        )
        # The secret too exists only there.
        | {"Condition": "IsDatabaseHome"},
    ),
    *(
        put(f"{name}.Properties.AutoMinorVersionUpgrade", value=True)
        for name in ("DatabaseWriter", "DatabaseReader1", "DatabaseReader2")
    ),
    put("AlertTopic.Properties.DeliveryStatusLogging", [{"Protocol": "sqs"}]),
    # What the tasks need comes through endpoints.
    put("ApplicationSecurityGroup.Properties.SecurityGroupEgress.0.CidrIp", "10.0.0.0/16"),
    # RDS and the secret get the generated password only.
    cut("DatabaseSecret.Properties.SecretString"),
    put("DatabaseSecret.Properties.GenerateSecretString", {"PasswordLength": 40}),
)


@cache
def complete_document() -> Json:
    """Return the template in which nothing is missing; not to be changed."""
    return changed(production_document(), *COMPLETE)


def changed_template(*changes: Change) -> Template:
    """Read the complete template after some changes."""
    text = json.dumps(changed(complete_document(), *changes), separators=(",", ":"))
    return parse_template(text, name="t.json")


def assessed(*changes: Change) -> Assessment:
    """Assess the complete template after some changes, on one combination of conditions."""
    return assess(changed_template(*changes), parameters=FIXED, profile="production")
