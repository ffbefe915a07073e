"""Ways to show a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence.changes import cut, put
from tests.evidence.mutations.mutation import mutation

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

_CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
_REGIONS = ("us-east-1", "us-west-2")
_PASSWORD = {"Ref": "DBMasterPassword"}
_RESOLVED = {"Fn::Sub": "{{resolve:secretsmanager:${DatabaseSecret}:SecretString:password}}"}
_ECHOED = put("Parameters.Chosen", {"Type": "String", "Default": "hunter2hunter2"})
_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.
# Written in parts: a scanner of repositories must not take them for real ones.
_CREDENTIALS = {
    **{f"GitHub, {kind}": f"gh{kind}_{'aB3' * 12}" for kind in "porsu"},
    "Stripe": "sk_" + f"live_{'aB3' * 8}",
    "Slack": "xo" + "xb-123456789012-abcdefGHIJKL",
}


def _cache(token: object) -> Json:
    return {"Type": "AWS::ElastiCache::ReplicationGroup", "Properties": {"AuthToken": token}}


def _variable(name: str, value: object) -> Change:
    return put(f"{_CONTAINER}.Environment.0", {"Name": name, "Value": value})


def _secret(**properties: object) -> Change:
    return put("Another", {"Type": _SECRET, "Properties": properties})


SECRETS = (
    mutation(
        "the password is echoed", "secrets-not-in-clear", cut("Parameters.DBMasterPassword.NoEcho")
    ),
    mutation(
        "the password is in the environment",
        "secrets-not-in-clear",
        put(f"{_CONTAINER}.Environment.0.Value", {"Ref": "DBMasterPassword"}),
    ),
    mutation(
        "the password is in the template",
        "secrets-not-in-clear",
        put("DatabaseCluster.Properties.MasterUserPassword", "correct-horse"),
    ),
    mutation(
        "the password is in the environment by a dynamic reference",
        "secrets-not-in-clear",
        put(f"{_CONTAINER}.Environment.0", {"Name": "DB_LOGIN", "Value": _RESOLVED}),
    ),
    mutation(
        "the password is in a parameter of Systems Manager",
        "secrets-not-in-clear",
        put("SecretParameter.Properties.Value", _RESOLVED),
    ),
    mutation(
        "the password is in an output",
        "secrets-not-in-clear",
        put("Outputs.Leak", {"Value": _RESOLVED}),
    ),
    mutation(
        "the environment holds a password",
        "secrets-not-in-clear",
        put(f"{_CONTAINER}.Environment.0", {"Name": "DB_PASSWORD", "Value": "hunter2hunter2"}),
    ),
    mutation(
        "the environment holds a number as a password",
        "secrets-not-in-clear",
        put(f"{_CONTAINER}.Environment.0", {"Name": "DB_PASSWORD", "Value": 12345678}),
    ),
    mutation(
        "the environment holds a password with the region in it",
        "secrets-not-in-clear",
        put(
            f"{_CONTAINER}.Environment.0",
            {"Name": "DB_PASSWORD", "Value": {"Fn::Sub": "hunter2-${AWS::Region}"}},
        ),
    ),
    mutation(
        "the environment holds a password with a variable that is in the template",
        "secrets-not-in-clear",
        put(
            f"{_CONTAINER}.Environment.0",
            {"Name": "DB_PASSWORD", "Value": {"Fn::Sub": ["hunter2-${End}", {"End": "hunter2"}]}},
        ),
    ),
    mutation(
        "the environment holds an encoded password",
        "secrets-not-in-clear",
        put(f"{_CONTAINER}.Environment.0", {"Name": "DB_PASSWORD", "Value": {"Fn::Base64": "x1"}}),
    ),
    mutation(
        "the environment shows a part of the password",
        "secrets-not-in-clear",
        put(
            f"{_CONTAINER}.Environment.0",
            {"Name": "X", "Value": {"Fn::Select": [0, {"Fn::Split": ["-", _PASSWORD]}]}},
        ),
    ),
    mutation(
        "the environment shows the password as JSON",
        "secrets-not-in-clear",
        put(
            f"{_CONTAINER}.Environment.0",
            {"Name": "X", "Value": {"Fn::ToJsonString": {"password": _PASSWORD}}},
        ),
    ),
    mutation(
        "a client's secret has the region in it",
        "secrets-not-in-clear",
        put(
            "Login",
            {
                "Type": "AWS::Lex::Bot",
                "Properties": {"ClientSecret": {"Fn::Sub": "abcdef${AWS::Region}"}},
            },
        ),
    ),
    mutation(
        "one branch of a part of the token is in the template",
        "secrets-not-in-clear",
        put("Cache", _cache({"Fn::Join": ["", ["a", {"Fn::If": ["HasZones", _PASSWORD, "b"]}]]})),
    ),
    mutation(
        "one branch of a variable of the token is in the template",
        "secrets-not-in-clear",
        put(
            "Cache",
            _cache({"Fn::Sub": ["a${P}", {"P": {"Fn::If": ["HasZones", _PASSWORD, "b"]}}]}),
        ),
    ),
    mutation(
        "the token is in a mapping",
        "secrets-not-in-clear",
        lambda document: document.setdefault("Mappings", {}).update(
            {"Tokens": {region: {"Cache": "abcdef1234567890"} for region in _REGIONS}}
        ),
        put("Cache", _cache({"Fn::FindInMap": ["Tokens", {"Ref": "AWS::Region"}, "Cache"]})),
    ),
    mutation(
        "the secret is a negative number",
        "secrets-not-in-clear",
        cut("DatabaseSecret.Properties.GenerateSecretString"),
        put(
            "DatabaseSecret.Properties.SecretString",
            {"Fn::Sub": '{"username":"${EnvironmentSuffix}","password":-12345678}'},
        ),
    ),
    mutation(
        "the token of a cache is a number",
        "secrets-not-in-clear",
        put("Cache", _cache(1234567890123456)),
    ),
    mutation(
        "the token of a cache has the region in it",
        "secrets-not-in-clear",
        put("Cache", _cache({"Fn::Sub": "abcdef1234567890${AWS::Region}"})),
    ),
    mutation(
        "the secret is half a parameter, and half is a number",
        "secrets-not-in-clear",
        cut("DatabaseSecret.Properties.GenerateSecretString"),
        put(
            "DatabaseSecret.Properties.SecretString",
            {"Fn::Sub": '{"username":"${EnvironmentSuffix}","password":12345678}'},
        ),
    ),
    mutation(
        "the secret is in the template",
        "secrets-not-in-clear",
        cut("DatabaseSecret.Properties.GenerateSecretString"),
        put("DatabaseSecret.Properties.SecretString", '{"password":"hunter2hunter2"}'),
    ),
    mutation(
        "the secret is half a parameter, and half is in the template",
        "secrets-not-in-clear",
        cut("DatabaseSecret.Properties.GenerateSecretString"),
        put(
            "DatabaseSecret.Properties.SecretString",
            {"Fn::Sub": '{"username":"${EnvironmentSuffix}","password":"hunter2hunter2"}'},
        ),
    ),
    mutation(
        "a parameter is an access key",
        "secrets-not-in-clear",
        # The key of AWS's own examples.
        put("Parameters.Access", {"Type": "String", "Default": "AKIAIOSFODNN7EXAMPLE"}),
    ),
    mutation(
        "the password is a plain parameter of Systems Manager",
        "secrets-not-in-clear",
        put("DatabaseCluster.Properties.MasterUserPassword", "{{resolve:ssm:/payment/password}}"),
    ),
    mutation(
        "the password has a default in the template",
        "secrets-not-in-clear",
        put(
            "DatabaseCluster.Properties.MasterUserPassword",
            {"Fn::If": ["HasPassword", {"Ref": "DBMasterPassword"}, "changeme123"]},
        ),
    ),
    mutation(
        "the password is in a command",
        "secrets-not-in-clear",
        put(
            f"{_CONTAINER}.Command",
            ["sh", "-c", {"Fn::Join": ["", ["x=", {"Ref": "DBMasterPassword"}]]}],
        ),
    ),
    mutation(
        "the environment holds a password that is chosen from a list",
        "secrets-not-in-clear",
        _variable("ADMIN_PASSWORD", {"Fn::Select": [0, ["hunter2hunter2", "x"]]}),
    ),
    mutation(
        "the environment holds a part of a text as a password",
        "secrets-not-in-clear",
        _variable(
            "ADMIN_PASSWORD", {"Fn::Select": [1, {"Fn::Split": ["|", "x|hunter2hunter2|${A}"]}]}
        ),
    ),
    mutation(
        "another secret is the joined parts of a text",
        "secrets-not-in-clear",
        _secret(SecretString={"Fn::Join": ["", {"Fn::Split": ["-", "hunter2-hunter2"]}]}),
    ),
    mutation(
        "another secret is an entry of a list in a mapping",
        "secrets-not-in-clear",
        lambda document: document.setdefault("Mappings", {}).update(
            {"Words": {region: {"All": ["x", "hunter2hunter2"]} for region in _REGIONS}}
        ),
        _secret(
            SecretString={
                "Fn::Select": [
                    "1",
                    {"Fn::FindInMap": ["Words", {"Ref": "AWS::Region"}, "All"]},
                ]
            }
        ),
    ),
    mutation(
        "another secret is JSON of what is in the template",
        "secrets-not-in-clear",
        _secret(
            SecretString={
                "Fn::ToJsonString": {"user": {"Fn::GetAtt": "Vpc.VpcId"}, "password": "hunter2"}
            }
        ),
    ),
    mutation(
        "a parameter that is echoed is a password in the environment",
        "secrets-not-in-clear",
        _ECHOED,
        _variable("ADMIN_PASSWORD", {"Ref": "Chosen"}),
    ),
    mutation(
        "a parameter that is echoed is another secret",
        "secrets-not-in-clear",
        _ECHOED,
        _secret(SecretString={"Ref": "Chosen"}),
    ),
    mutation(
        "a parameter that is echoed is the password in another secret",
        "secrets-not-in-clear",
        put("Parameters.Chosen", {"Type": "String"}),
        _secret(SecretString={"Fn::Sub": '{"host":"${Vpc.VpcId}","password":"${Chosen}"}'}),
    ),
    mutation(
        "a parameter that is echoed is the password in an address",
        "secrets-not-in-clear",
        _ECHOED,
        _variable("DATABASE_URL", {"Fn::Sub": "postgresql://a:${Chosen}@${Vpc.VpcId}:5432/b"}),
    ),
    mutation(
        "the secret of an access key is in an output",
        "secrets-not-in-clear",
        put("Key", {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "payment"}}),
        put("Outputs.Key", {"Value": {"Fn::GetAtt": ["Key", "SecretAccessKey"]}}),
    ),
    mutation(
        "the secret of a client is in the environment",
        "secrets-not-in-clear",
        put("Client", {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": "x"}}),
        _variable("CLIENT", {"Fn::Sub": "id:${Client.ClientSecret}"}),
    ),
    mutation(
        "what goes with a generated password has a secret of its own",
        "secrets-not-in-clear",
        _secret(
            GenerateSecretString={
                "SecretStringTemplate": '{"api_key":"hunter2hunter2"}',
                "GenerateStringKey": "password",
            }
        ),
    ),
    mutation(
        "the environment has a password in an address",
        "secrets-not-in-clear",
        _variable("DATABASE_URL", {"Fn::Sub": "postgresql://a:hunter2@${Vpc.VpcId}:5432/b"}),
    ),
    *(
        mutation(
            f"the environment holds {name}", "secrets-not-in-clear", _variable(name, "hunter2")
        )
        for name in ("AWS_SECRET_ACCESS_KEY", "DB_PASS", "PASSPHRASE", "SECRET_KEY_BASE")
    ),
    *(
        mutation(
            f"the environment holds a credential of {issuer}",
            "secrets-not-in-clear",
            _variable("A", f"https://{credential}@example.com/x"),
        )
        for issuer, credential in _CREDENTIALS.items()
    ),
    mutation(
        "a parameter is a password of Systems Manager",
        "secrets-not-in-clear",
        put(
            "Parameters.DbPassword",
            {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/payment/password"},
        ),
    ),
    mutation(
        "the environment holds a credential of two parts",
        "secrets-not-in-clear",
        _variable("A", {"Fn::Join": ["_", ["ghp", "aB3" * 12]]}),
    ),
    mutation(
        "the environment holds JSON with a password",
        "secrets-not-in-clear",
        _variable("CONFIG", '{"password":"hunter2hunter2"}'),
    ),
    mutation(
        "the environment holds JSON with a password further in",
        "secrets-not-in-clear",
        _variable("CONFIG", ' {"users":[{"login":{"db-password" : "hunter2hunter2"}}]}'),
    ),
    mutation(
        "the environment holds JSON within JSON with a password",
        "secrets-not-in-clear",
        _variable("CONFIG", '{"database":"{\\"password\\":\\"hunter2hunter2\\"}"}'),
    ),
    mutation(
        "the environment holds JSON with a variable for a password",
        "secrets-not-in-clear",
        _variable("VARIABLES", '[{"name":"DB_PASSWORD","value":"hunter2","type":"PLAINTEXT"}]'),
    ),
    *(
        mutation(
            f"what goes with a generated password has {name}",
            "secrets-not-in-clear",
            _secret(
                GenerateSecretString={
                    "SecretStringTemplate": f'{{"{name}":"hunter2hunter2"}}',
                    "GenerateStringKey": "password",
                }
            ),
        )
        for name in ("db-password", "aws_secret_access_key")
    ),
    mutation(
        "an output is a password in plain text",
        "secrets-not-in-clear",
        put("Outputs.DbPassword", {"Value": "hunter2hunter2"}),
    ),
    mutation(
        "an option of Elastic Beanstalk is a password",
        "secrets-not-in-clear",
        put(
            "Beanstalk",
            {
                "Type": "AWS::ElasticBeanstalk::Environment",
                "Properties": {
                    "OptionSettings": [
                        {
                            "Namespace": "aws:elasticbeanstalk:application:environment",
                            "OptionName": "DB_PASSWORD",
                            "Value": "hunter2hunter2",
                        }
                    ]
                },
            },
        ),
    ),
    *(
        mutation(
            f"{name} has a default and is echoed",
            "secrets-not-in-clear",
            put(f"Parameters.{name}", {"Type": "String", "Default": "hunter2hunter2"}),
            _variable("A", {"Ref": name}),
        )
        for name in ("ApiKey", "DbPass", "DbPwd", "PrivateKey", "StripeSecretKey")
    ),
    mutation(
        "the environment holds a secret under the name of a property",
        "secrets-not-in-clear",
        _variable("ClientSecret", _RESOLVED),
    ),
    *(
        mutation(f"{where} hold a password", "secrets-not-in-clear", change)
        for where, change in {
            "the tags of the VPC": put(
                "Vpc.Properties.Tags", [{"Key": "db-password", "Value": "hunter2hunter2"}]
            ),
            "the tags of a health check": put(
                "HealthCheck.Properties.HealthCheckTags",
                [{"Key": "api-key", "Value": "hunter2hunter2"}],
            ),
            "the values allowed for the password": put(
                "Parameters.DBMasterPassword.AllowedValues", ["", "hunter2hunter2"]
            ),
        }.items()
    ),
    mutation(
        "a parameter has an address with a password",
        "secrets-not-in-clear",
        put(
            "Parameters.DatabaseUrl",
            {"Type": "String", "Default": "postgresql://payment:hunter2@db.example.com/payments"},
        ),
    ),
    mutation(
        "a mapping has no such key, and the default is a password",
        "secrets-not-in-clear",
        lambda document: document.update(
            {
                "Transform": "AWS::LanguageExtensions",
                "Mappings": {"Words": {"dev": {"All": ""}}},
            }
        ),
        _variable(
            "ADMIN_PASSWORD",
            {
                "Fn::FindInMap": [
                    "Words",
                    {"Ref": "EnvironmentSuffix"},
                    "All",
                    {"DefaultValue": "hunter2hunter2"},
                ]
            },
        ),
    ),
    *(
        mutation(
            f"the environment has a password of Systems Manager by {way}",
            "secrets-not-in-clear",
            put(
                "Chosen",
                {
                    "Type": "AWS::SSM::Parameter",
                    "Properties": {"Type": "String", "Value": "hunter2hunter2"},
                },
            ),
            _variable("ADMIN_PASSWORD", value),
        )
        for way, value in {
            "Fn::GetAtt": {"Fn::GetAtt": ["Chosen", "Value"]},
            "Fn::GetAtt in one text": {"Fn::GetAtt": "Chosen.Value"},
            "Fn::Sub": {"Fn::Sub": "${Chosen.Value}"},
        }.items()
    ),
    mutation(
        "a key of API Gateway is in the template",
        "secrets-not-in-clear",
        put(
            "Key",
            {"Type": "AWS::ApiGateway::ApiKey", "Properties": {"Value": "hunter2hunter2hunter2"}},
        ),
    ),
    mutation(
        "a header of CloudFront is a secret",
        "secrets-not-in-clear",
        put(
            "Pages",
            {
                "Type": "AWS::CloudFront::Distribution",
                "Properties": {
                    "DistributionConfig": {
                        "Origins": [
                            {
                                "OriginCustomHeaders": [
                                    {"HeaderName": "X-Api-Key", "HeaderValue": "hunter2hunter2"}
                                ]
                            }
                        ]
                    }
                },
            },
        ),
    ),
    mutation(
        "a nested stack gets a password in plain text",
        "secrets-not-in-clear",
        put(
            "Nested",
            {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"Parameters": {"DbPassword": "hunter2hunter2"}},
            },
        ),
    ),
)
