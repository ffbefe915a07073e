"""A secret in plain text is found, and a value that only looks like one is not."""

from __future__ import annotations

from base64 import b64encode
from gzip import compress
from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, put
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change

CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
CLAIM = "secrets-not-in-clear"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.


def variable(name: str, value: object) -> Change:
    return put(f"{CONTAINER}.Environment.0", {"Name": name, "Value": value})


def parameter(name: str, **entries: object) -> Change:
    return put(f"Parameters.{name}", {"Type": "String", **entries})


NO_SECRETS: dict[str, tuple[Change, ...]] = {
    "the ARN of a secret by a parameter": (
        parameter("LoginArn"),
        variable("DB_SECRET", {"Ref": "LoginArn"}),
    ),
    "the name of a key pair by a parameter": (
        parameter("Pair", Type="AWS::EC2::KeyPair::KeyName"),
        variable("PRIVATE_KEY", {"Ref": "Pair"}),
    ),
    "a switch by a parameter": (
        parameter("Managed", Default="true", AllowedValues=["true", "false"]),
        variable("ASK_PASSWORD", {"Ref": "Managed"}),
    ),
    "a duration by a parameter": (
        parameter("Minutes", Type="Number", Default=60),
        variable("REFRESH_TOKEN", {"Ref": "Minutes"}),
    ),
    "a function for a custom resource": (
        parameter("Handler"),
        put(
            "Custom",
            {"Type": "Custom::It", "Properties": {"ServiceToken": {"Ref": "Handler"}}},
        ),
    ),
    "the ID of an access key": (
        put("Key", {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "payment"}}),
        put("Outputs.Key", {"Value": {"Ref": "Key"}}),
    ),
    "the secret of an access key in a secret": (
        put("Key", {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "payment"}}),
        put(
            "Another",
            {
                "Type": SECRET,
                "Properties": {"SecretString": {"Fn::GetAtt": ["Key", "SecretAccessKey"]}},
            },
        ),
    ),
    "what goes with a generated password": (
        put(
            "Another",
            {
                "Type": SECRET,
                "Properties": {
                    "GenerateSecretString": {
                        "SecretStringTemplate": '{"username":"pay","token_url":"https://x","p":1}',
                        "GenerateStringKey": "password",
                    }
                },
            },
        ),
    ),
    "an address without a password": (
        variable("DATABASE_URL", {"Fn::Sub": "postgresql://payment@${DatabaseCluster.Port}/b:c@d"}),
    ),
    "a password that the shell puts in": (
        put(
            f"{CONTAINER}.Command",
            ["sh", "-c", "run --password=$DB_PASSWORD postgresql://a:$PW@host"],
        ),
    ),
    "a choice of what is no secret": (
        variable("MODE", {"Fn::Select": [1, ["fast", "slow"]]}),
        variable("ZONE_TOKEN", {"Fn::Select": [0, {"Fn::GetAZs": ""}]}),
    ),
}
HARMLESS: dict[str, tuple[Change, ...]] = {
    "the ARN of a secret of another stack": (
        variable("DB_SECRET", {"Fn::ImportValue": {"Fn::Sub": "${EnvironmentSuffix}-SecretArn"}}),
    ),
    "the ARN of a secret of a nested stack": (
        put("Nested", {"Type": "AWS::CloudFormation::Stack", "Properties": {}}),
        variable("DB_SECRET", {"Fn::GetAtt": ["Nested", "Outputs.LoginSecretArn"]}),
    ),
    "an entry of a mapping about a secret": (
        lambda document: document.setdefault("Mappings", {}).update(
            {"Stages": {"prod": {"SecretName": "payments/db", "PasswordLength": "32"}}}
        ),
    ),
    "a reference to a secret in a mapping": (
        lambda document: document.setdefault("Mappings", {}).update(
            {"Stages": {"prod": {"Login": "{{resolve:secretsmanager:payments}}"}}}
        ),
    ),
    "descriptions of passwords": (
        lambda document: document.update({"Description": "Payments. Password: in the vault."}),
        parameter(
            "Length",
            Type="Number",
            Default="8",
            Description="Password: 8-41 characters, password=base64-encoded.",
        ),
    ),
    "encoded user data without a secret": (
        put(
            "Template",
            {
                "Type": "AWS::EC2::LaunchTemplate",
                "Properties": {
                    "LaunchTemplateData": {
                        "UserData": b64encode(b"#!/bin/sh\nexport DB_HOST=db\n").decode()
                    }
                },
            },
        ),
    ),
    "working directories": (variable("PWD", "/app"), variable("OLDPWD", "/")),
    "a switch": (variable("HIDE_PASSWORD", "no"),),
    "the name of a header": (variable("CSRF_TOKEN", "X-CSRF-Token"),),
    "the address of a page": (variable("FORGOT_PASSWORD", "https://example.com/forgot"),),
    "an at sign in the query of an address": (
        variable("MAIL_URL", "smtp://mail.example.com:587?from=alerts@example.com"),
    ),
    "an at sign in the path of an address": (
        variable("PACKAGE_URL", "https://cdn.example.com:443/npm/vue@3"),
    ),
    "JSON without a secret": (variable("CONFIG", '{"token_ttl":60,"user":"a","key":"b"}'),),
    "JSON with what a program puts in": (variable("TEMPLATE", '{"token":"<token>"}'),),
    "arguments without a secret": (
        put(f"{CONTAINER}.Command", ["run", "--token-ttl", "60", "--user", "1000:1000", "-p80"]),
    ),
    "an argument that the shell puts in": (
        put(f"{CONTAINER}.Command", ["sh", "-c", "curl -u a:$PW --token=$TOKEN --password -v"]),
    ),
    "a program with the password in its environment": (
        put(f"{CONTAINER}.Command", ["python", "-c", 'password=os.environ["DB_PASSWORD"]']),
    ),
    "a function that reads a secret": (
        put(
            "Program",
            {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Code": {
                        "ZipFile": "password = read()['password']\n"
                        "token=event['token']\nconnect(password=password, token=token)\n"
                    }
                },
            },
        ),
    ),
    "a template of instances": (
        put(
            "Instances",
            {
                "Type": "AWS::EC2::LaunchTemplate",
                "Properties": {
                    "LaunchTemplateData": {"MetadataOptions": {"HttpTokens": "required"}}
                },
            },
        ),
    ),
    "names of secrets in variables of CodeBuild": (
        put(
            "Build",
            {
                "Type": "AWS::CodeBuild::Project",
                "Properties": {
                    "Environment": {
                        "EnvironmentVariables": [
                            {"Name": "DB_PASSWORD", "Type": kind, "Value": "payments"}
                            for kind in (
                                "SECRETS_MANAGER",
                                "PARAMETER_STORE",
                                {"Fn::Sub": "PARAMETER_STORE"},
                            )
                        ]
                    }
                },
            },
        ),
    ),
    "names of secrets in variables of CodePipeline": (
        variable("VARIABLES", '[{"name":"DB_PASSWORD","value":"a","type":"SECRETS_MANAGER"}]'),
    ),
    "a secret of what is no password": (
        put(
            "Another",
            {"Type": SECRET, "Properties": {"SecretString": '{"username":"app","host":"db"}'}},
        ),
    ),
    "parameters about secrets": (
        parameter("TokenTtl", Type="Number"),
        parameter("RefreshToken", Type="Number"),
        parameter("SecretRotationDays", Type="Number", Default=30),
        parameter("CreateSecret", AllowedValues=["true", "false"]),
        parameter("UseSecretsManager", Default="true"),
        parameter("ManagedPassword", AllowedValues=["true", "false"]),
        parameter("TokenUrl"),
        parameter("TokenIssuer"),
        parameter("SecretRegion"),
        parameter("PasswordPolicy"),
        parameter("DbPasswordParameter", Type="AWS::SSM::Parameter::Name"),
        parameter(
            "ApiTokenSecret",
            Default="arn:aws:secretsmanager:us-east-1:111122223333:secret:a",
            AllowedPattern="^arn:.*$",
        ),
        parameter("LoginSecret", AllowedPattern="^(arn:aws:secretsmanager:.*)?$"),
        parameter("KmsKey"),
        parameter("PublicKey", Default="ssh-ed25519 AAAA"),
    ),
    "tags about secrets": (
        put(
            "Vpc.Properties.Tags",
            [
                {"Key": "password-rotation", "Value": "monthly"},
                {"Key": "SecretName", "Value": "payments/db"},
                {"Key": "has-password", "Value": "true"},
            ],
        ),
    ),
    "an address in a parameter": (
        parameter("ApiUrl", Default="https://api.example.com:8443/payments?page=1"),
    ),
    "values of a parameter that is not echoed": (
        put("Parameters.Quiet", {"Type": "String", "NoEcho": True, "AllowedValues": ["", "true"]}),
    ),
    "a property of a resource that refers to itself": (
        put(
            "Chosen",
            {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String", "Value": {"Fn::GetAtt": ["Chosen", "Value"]}},
            },
        ),
        variable("MODE", {"Fn::GetAtt": ["Chosen", "Value"]}),
    ),
    "an output with the name of a secret": (
        put("Outputs.DbSecret", {"Value": {"Ref": "DatabaseSecret"}}),
    ),
}
NESTED = put("Nested", {"Type": "AWS::CloudFormation::Stack", "Properties": {}})
CUSTOM = put("Custom", {"Type": "Custom::Login", "Properties": {"ServiceToken": "arn:aws:lambda"}})
DOUBTS: dict[str, tuple[Change, ...]] = {
    "a password of another stack": (
        variable("ADMIN_PASSWORD", {"Fn::ImportValue": "shared-db-password"}),
    ),
    "a password of a nested stack": (
        NESTED,
        variable("ADMIN_PASSWORD", {"Fn::GetAtt": ["Nested", "Outputs.DbPassword"]}),
    ),
    "a password of a custom resource": (
        CUSTOM,
        variable("ADMIN_PASSWORD", {"Fn::GetAtt": ["Custom", "Password"]}),
    ),
    "the password of the database of a custom resource": (
        CUSTOM,
        put(
            "DatabaseCluster.Properties.MasterUserPassword",
            {"Fn::GetAtt": ["Custom", "Password"]},
        ),
    ),
    "a password of the ID of the stack": (
        variable(
            "ADMIN_PASSWORD", {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
        ),
    ),
    "a condition with the password": (
        lambda document: document["Conditions"].update(
            {"IsIt": {"Fn::Equals": [{"Ref": "DBMasterPassword"}, "hunter2hunter2"]}}
        ),
    ),
    "a rule with the password": (
        lambda document: document["Rules"].update(
            {
                "It": {
                    "Assertions": [
                        {
                            "Assert": {
                                "Fn::Not": [
                                    {"Fn::Equals": [{"Ref": "DBMasterPassword"}, "hunter2hunter2"]}
                                ]
                            }
                        }
                    ]
                }
            }
        ),
    ),
    "the description of the template": (
        lambda document: document.update({"Description": "Payments. DB password: hunter2hunter2"}),
    ),
    "the description of a parameter": (
        parameter("Mode", Default="a", Description="Log in with password=hunter2hunter2."),
    ),
    "encoded user data": (
        put(
            "Template",
            {
                "Type": "AWS::EC2::LaunchTemplate",
                "Properties": {
                    "LaunchTemplateData": {
                        "UserData": b64encode(b"#!/bin/sh\nexport DB_PASSWORD=hunter2\n").decode()
                    }
                },
            },
        ),
    ),
    "compressed user data": (
        put(
            "Template",
            {
                "Type": "AWS::EC2::LaunchTemplate",
                "Properties": {
                    "LaunchTemplateData": {
                        "UserData": b64encode(compress(b"#!/bin/sh\nexport PW=hunter2\n")).decode()
                    }
                },
            },
        ),
    ),
    "a password for a nested stack": (
        put(
            "Nested",
            {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"Parameters": {"DbPassword": {"Ref": "DBMasterPassword"}}},
            },
        ),
    ),
    "a secret of Secrets Manager for a stack set": (
        put(
            "Stacks",
            {
                "Type": "AWS::CloudFormation::StackSet",
                "Properties": {
                    "Parameters": [
                        {
                            "ParameterKey": "Login",
                            "ParameterValue": "{{resolve:secretsmanager:payments}}",
                        }
                    ]
                },
            },
        ),
    ),
    "a secret with the text of a parameter of Systems Manager": (
        put(
            "Another",
            {"Type": SECRET, "Properties": {"SecretString": "{{resolve:ssm:/payments/login}}"}},
        ),
    ),
    "a secret with such a text as its password": (
        put(
            "Another",
            {
                "Type": SECRET,
                "Properties": {"SecretString": '{"password":"{{resolve:ssm:/payments/login}}"}'},
            },
        ),
    ),
    "a tag with the name of a secret": (
        put("Vpc.Properties.Tags", [{"Key": "secret", "Value": "payments"}]),
    ),
    "a token in the address of a parameter": (
        parameter("HookUrl", Default="https://hooks.example.com/x?token=9f8e7d6c5b4a3928"),
    ),
    "an argument": (put(f"{CONTAINER}.Command", ["run", "--password=hunter2hunter2"]),),
    "two arguments": (put(f"{CONTAINER}.Command", ["run", "--password", "hunter2hunter2"]),),
    "the query of an address": (
        variable("DATABASE_URL", "jdbc:postgresql://host/payments?user=a&password=hunter2"),
    ),
    "an argument of any program": (put(f"{CONTAINER}.Command", ["run", "--api-key", "abcd1234"]),),
    "a token as an argument": (put(f"{CONTAINER}.Command", ["run", "--token=abcd1234"]),),
    "the password of Redis": (put(f"{CONTAINER}.Command", ["redis", "--requirepass", "hunter2"]),),
    "the login of curl": (
        put(f"{CONTAINER}.Command", ["sh", "-c", "curl -u a:hunter2 https://example.com"]),
    ),
    "the password of MySQL": (put(f"{CONTAINER}.Command", ["mysql", "-u", "a", "-phunter2"]),),
    "an argument with an at sign": (put(f"{CONTAINER}.Command", ["run", "--password=@hunter"]),),
    "an argument with a slash": (put(f"{CONTAINER}.Command", ["run", "--password=/hunter"]),),
    "the key of an application": (variable("RAILS_MASTER_KEY", "abcd1234"),),
    "the key of an application in a map": (
        put(
            "Program",
            {
                "Type": "AWS::Lambda::Function",
                "Properties": {"Environment": {"Variables": {"ENCRYPTION_KEY": "abcd1234"}}},
            },
        ),
    ),
    "the beginning of a credential": (variable("CHAT", "xoxb-abcdefgh"),),
    "a line of YAML": (variable("CONFIG", "database:\n  password: hunter2\n"),),
    "the value of a header": (variable("HEADER", "Bearer abcd1234efgh5678"),),
    "a JSON web token": (variable("A", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdef"),),
    "a key in JSON": (variable("CONFIG", '{"encryption_key":"hunter2"}'),),
    "the name of a secret": (variable("DB_SECRET", "payments/prod/db"),),
    "the name of a password": (variable("DB_PASSWORD", "/payments/prod/db-password"),),
    "a secret of what is not known": (
        put("Another", {"Type": SECRET, "Properties": {"SecretString": '{"code":"hunter2"}'}}),
    ),
    "a secret key that is echoed": (
        parameter("StripeSecretKey"),
        variable("A", {"Ref": "StripeSecretKey"}),
    ),
    "an API key that is echoed": (parameter("ApiKey"), variable("A", {"Ref": "ApiKey"})),
    "a private key that is echoed": (parameter("PrivateKey"), variable("A", {"Ref": "PrivateKey"})),
    "a password that is echoed": (parameter("DbPass"), variable("A", {"Ref": "DbPass"})),
    "another password that is echoed": (parameter("DbPwd"), variable("A", {"Ref": "DbPwd"})),
    "a token of Systems Manager": (
        parameter("ApiToken", Type="AWS::SSM::Parameter::Value<String>", Default="/a"),
    ),
    "a secret or its name": (
        parameter("Login", Default="payment"),
        variable("DB_SECRET", {"Ref": "Login"}),
    ),
    "a token or its name": (
        parameter("Chosen"),
        variable("API_TOKEN", {"Ref": "Chosen"}),
    ),
}


@pytest.mark.parametrize("title", NO_SECRETS)
def test_what_is_no_secret_may_be_shown(title: str) -> None:
    assert verdict_of(CLAIM, changed(real_document(), *NO_SECRETS[title])) is Verdict.KEPT


@pytest.mark.parametrize("title", HARMLESS)
def test_an_ordinary_value_is_no_secret(title: str) -> None:
    assert verdict_of(CLAIM, changed(real_document(), *HARMLESS[title])) is Verdict.KEPT


@pytest.mark.parametrize("title", DOUBTS)
def test_what_may_be_a_secret_is_not_known_to_be_hidden(title: str) -> None:
    assert verdict_of(CLAIM, changed(real_document(), *DOUBTS[title])) is Verdict.UNKNOWN
