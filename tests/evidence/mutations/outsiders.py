"""Everybody is trusted, a secret goes to another region, and tasks have other addresses."""

from __future__ import annotations

from tests.evidence.changes import Change, Json, append, cut, put
from tests.evidence.mutations.mutation import Mutation, mutation

_OTHERS = "no-other-account-is-trusted"
_ACCOUNT = {"Ref": "AWS::AccountId"}
INSTANCES = ("DatabaseWriter", "DatabaseReader1", "DatabaseReader2")
MINOR = "AutoMinorVersionUpgrade"


def key_for(principal: object, **condition: object) -> Change:
    """Let a principal decrypt with the key."""
    limits: Json = {"Condition": condition} if condition else {}
    return append(
        "EncryptionKey.Properties.KeyPolicy.Statement",
        {
            "Effect": "Allow",
            "Principal": principal,
            "Action": ["kms:Decrypt"],
            "Resource": ["*"],
            **limits,
        },
    )


def copied(**fields: object) -> Change:
    """Copy the secret to the primary region."""
    return put(
        "DatabaseSecret.Properties.ReplicaRegions", [{"Region": {"Ref": "PrimaryRegion"}, **fields}]
    )


def _topic_for(principal: object) -> Change:
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sns:Publish",
        "Resource": "*",
    }
    return append("AlertTopicPolicy.Properties.PolicyDocument.Statement", statement)


def granted(resource_type: str, **properties: object) -> Change:
    """Add a resource that grants access."""
    return put("Grant", {"Type": resource_type, "Properties": properties})


# What lets another account in, by the type of the resource.
_LETTING_IN: dict[str, Json] = {
    "AWS::Events::EventBusPolicy": {"StatementId": "a", "Principal": "999988887777"},
    "AWS::Lambda::Permission": {
        "Action": "lambda:InvokeFunction",
        "FunctionName": "a",
        "Principal": "arn:aws:iam::999988887777:root",
    },
    "AWS::Lambda::LayerVersionPermission": {"Principal": "999988887777"},
    "AWS::DynamoDB::Table": {
        "StreamSpecification": {
            "ResourcePolicy": {
                "PolicyDocument": {
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"AWS": "999988887777"},
                        "Action": "dynamodb:GetRecords",
                        "Resource": "*",
                    }
                }
            }
        }
    },
    "AWS::Logs::Destination": {
        "DestinationPolicy": '{"Statement": [{"Effect": "Allow", "Principal": '
        '{"AWS": "999988887777"}, "Action": "logs:PutSubscriptionFilter"}]}'
    },
}
OUTSIDERS: tuple[Mutation, ...] = (
    *(
        mutation(
            f"another account gets access by {resource_type}",
            _OTHERS,
            granted(resource_type, **properties),
        )
        for resource_type, properties in _LETTING_IN.items()
    ),
    mutation(
        "another account may send events by a statement",
        _OTHERS,
        granted(
            "AWS::Events::EventBusPolicy",
            StatementId="a",
            Statement={
                "Effect": "Allow",
                "Principal": {"AWS": "999988887777"},
                "Action": "events:PutEvents",
            },
        ),
    ),
    mutation(
        "anyone may call the address of a function",
        _OTHERS,
        granted(
            "AWS::Lambda::Permission",
            Action="lambda:InvokeFunctionUrl",
            FunctionName="a",
            Principal="*",
            FunctionUrlAuthType="NONE",
        ),
    ),
    mutation("anybody may use the key", _OTHERS, key_for("*")),
    mutation("any principal of AWS may use the key", _OTHERS, key_for({"AWS": "*"})),
    mutation(
        "anybody may use the key from anywhere",
        _OTHERS,
        key_for({"AWS": "*"}, IpAddress={"aws:SourceIp": "0.0.0.0/0"}),
    ),
    mutation(
        "anybody may use the key if the account is stated",
        _OTHERS,
        key_for("*", StringEqualsIfExists={"kms:CallerAccount": _ACCOUNT}),
    ),
    mutation(
        "the account of another source is trusted",
        _OTHERS,
        key_for("*", StringEquals={"aws:SourceAccount": "444455556666"}),
    ),
    mutation("anybody may publish", _OTHERS, _topic_for("*")),
    mutation("the copy of a secret has AWS's key", "encrypted-at-rest", copied()),
    mutation(
        "the copy of a secret names AWS's key",
        "encrypted-at-rest",
        copied(KmsKeyId="alias/aws/secretsmanager"),
    ),
    mutation(
        "the copy of a secret takes the other stack's name",
        "names-unique-across-regions",
        copied(KmsKeyId="alias/payments"),
    ),
    mutation(
        "the target group takes IPv6 addresses",
        "neighbours-can-connect",
        put("TargetGroup.Properties.IpAddressType", "ipv6"),
    ),
    mutation(
        "the tasks have IPv6 addresses alone",
        "neighbours-can-connect",
        put("PrivateSubnetB.Properties.Ipv6Native", value=True),
    ),
    mutation(
        "the load balancer is dualstack without IPv6 addresses",
        "neighbours-can-connect",
        put("LoadBalancer.Properties.IpAddressType", "dualstack"),
    ),
    mutation(
        "Aurora upgrades itself by default",
        "instances-updated-one-by-one",
        *(cut(f"{name}.Properties.{MINOR}") for name in INSTANCES),
    ),
    mutation(
        "Aurora upgrades itself",
        "instances-updated-one-by-one",
        *(put(f"{name}.Properties.{MINOR}", value=True) for name in INSTANCES),
    ),
)
