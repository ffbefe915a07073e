"""What a task needs to start besides its image, secrets and logs."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, changed, cut, put
from tests.evidence.templates import CLAIMS, real_document, result_of, verdict_of

CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
STARTS, SURVIVES = "tasks-can-start", "survives-task-loss"
KEPT, CONDITIONAL, BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
OUTSIDE = "arn:aws:secretsmanager:us-east-1:111122223333:secret:registry-AbCdEf"
FILE, OWN_FILE = "arn:aws:s3:::configuration/app.env", {"Fn::Sub": "${Files.Arn}/app.env"}
ROLE = {"Fn::GetAtt": ["ExecutionRole", "Arn"]}
NFS = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049}
OTHER = put(
    "OtherSecret",
    {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {"GenerateSecretString": {}, "KmsKeyId": {"Ref": "EncryptionKey"}},
    },
)
FILES = put("Files", {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "files"}})


def allowed(*actions: str, on: object, effect: str = "Allow") -> Change:
    """Add a policy to the execution role."""
    statement = {"Effect": effect, "Action": list(actions), "Resource": on}
    return put(
        f"Further{effect}",
        {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "further",
                "Roles": [{"Ref": "ExecutionRole"}],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            },
        },
    )


def own_policy(kind: str, owner: Json, document: str, effect: str = "Allow") -> Change:
    """Add the policy of a secret or a bucket, for the execution role."""
    statement = {"Effect": effect, "Principal": {"AWS": ROLE}, "Action": "*", "Resource": "*"}
    return put(
        "OwnPolicy",
        {"Type": kind, "Properties": {**owner, document: {"Statement": [statement]}}},
    )


def registry(value: object) -> Change:
    return put(f"{CONTAINER}.RepositoryCredentials", {"CredentialsParameter": value})


def log_driver(value: object) -> Change:
    option = {"Name": "splunk-token", "ValueFrom": value}
    log = {"LogDriver": "splunk", "Options": {"splunk-url": "https://splunk.example.com"}}
    return put(f"{CONTAINER}.LogConfiguration", {**log, "SecretOptions": [option]})


def file(value: object) -> Change:
    return put(f"{CONTAINER}.EnvironmentFiles", [{"Type": "s3", "Value": value}])


READ, LOCATE, GET = "secretsmanager:GetSecretValue", "s3:GetBucketLocation", "s3:GetObject"
SECRET_POLICY = (
    "AWS::SecretsManager::ResourcePolicy",
    {"SecretId": {"Ref": "OtherSecret"}},
    "ResourcePolicy",
)
BUCKET_POLICY = ("AWS::S3::BucketPolicy", {"Bucket": {"Ref": "Files"}}, "PolicyDocument")
OWN: Json = {"Ref": "OtherSecret"}
CASES: dict[str, tuple[Verdict, tuple[Change, ...]]] = {
    "registry: own secret": (BROKEN, (OTHER, registry(OWN))),
    "registry: own secret, allowed": (KEPT, (OTHER, registry(OWN), allowed(READ, on=OWN))),
    "registry: own secret, allowed by its policy": (
        KEPT,
        (OTHER, registry(OWN), own_policy(*SECRET_POLICY)),
    ),
    "registry: own secret, denied by its policy": (
        BROKEN,
        (OTHER, registry(OWN), allowed(READ, on=OWN), own_policy(*SECRET_POLICY, effect="Deny")),
    ),
    "registry: secret outside": (CONDITIONAL, (registry(OUTSIDE),)),
    "registry: name of a secret": (
        CONDITIONAL,
        (registry("registry"), allowed(READ, on=OUTSIDE)),
    ),
    "registry: secret outside, denied": (
        BROKEN,
        (registry(OUTSIDE), allowed(READ, on=OUTSIDE, effect="Deny")),
    ),
    "log driver: own secret": (BROKEN, (OTHER, log_driver(OWN))),
    "log driver: own secret, allowed": (KEPT, (OTHER, log_driver(OWN), allowed(READ, on=OWN))),
    "log driver: secret outside": (CONDITIONAL, (log_driver(OUTSIDE),)),
    "log driver: parameter": (BROKEN, (log_driver("/splunk/token"),)),
    "file: bucket outside": (CONDITIONAL, (file(FILE),)),
    "file: bucket outside, denied": (BROKEN, (file(FILE), allowed(GET, on="*", effect="Deny"))),
    "file: own bucket": (BROKEN, (FILES, file(OWN_FILE))),
    "file: own bucket by its name": (BROKEN, (FILES, file("arn:aws:s3:::files/app.env"))),
    "file: own bucket, allowed": (
        CONDITIONAL,
        (FILES, file(OWN_FILE), allowed(GET, LOCATE, on=["arn:aws:s3:::files*"])),
    ),
    "file: own bucket, allowed by its policy": (
        CONDITIONAL,
        (FILES, file(OWN_FILE), own_policy(*BUCKET_POLICY)),
    ),
    "file: own bucket, denied by its policy": (
        BROKEN,
        (FILES, file(OWN_FILE), allowed(GET, on="*"), own_policy(*BUCKET_POLICY, effect="Deny")),
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_role_may_read_what_registries_log_drivers_and_files_need(title: str) -> None:
    verdict, changes = CASES[title]

    assert verdict_of(STARTS, changed(real_document(), *changes)) is verdict


def mounted(*zones: str, group: object = None, **properties: object) -> tuple[Change, ...]:
    """Mount a file system with a mount target in these zones."""
    volume = {"Name": "v", "EFSVolumeConfiguration": {"FilesystemId": {"Ref": "Files"}}}
    return (
        put("Files", {"Type": "AWS::EFS::FileSystem", "Properties": properties}),
        put("TaskDefinition.Properties.Volumes", [volume]),
        put(
            "FilesGroup",
            {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {
                    "SecurityGroupIngress": [
                        {**NFS, "SourceSecurityGroupId": {"Ref": "ApplicationSecurityGroup"}}
                    ]
                },
            },
        ),
        put(
            "FilesEgress",
            {
                "Type": "AWS::EC2::SecurityGroupEgress",
                "Properties": {
                    **NFS,
                    "GroupId": {"Ref": "ApplicationSecurityGroup"},
                    "DestinationSecurityGroupId": {"Ref": "FilesGroup"},
                },
            },
        ),
        *(
            put(
                f"Mount{zone}",
                {
                    "Type": "AWS::EFS::MountTarget",
                    "Properties": {
                        "FileSystemId": {"Ref": "Files"},
                        "SubnetId": {"Ref": f"PrivateSubnet{zone}"},
                        "SecurityGroups": [group or {"Ref": "FilesGroup"}],
                    },
                },
            )
            for zone in zones
        ),
    )


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        (mounted(*"ABC"), KEPT),
        (mounted(), BROKEN),
        (mounted(*"ABC", group={"Ref": "DatabaseSecurityGroup"}), BROKEN),
        ((*mounted(*"ABC"), cut("FilesEgress")), BROKEN),
        (mounted(*"AB"), CONDITIONAL),
        (mounted(*"ABC", FileSystemPolicy={"Statement": []}), CONDITIONAL),
        (
            (
                put(
                    "TaskDefinition.Properties.Volumes",
                    [{"Name": "v", "EFSVolumeConfiguration": {"FilesystemId": "fs-1"}}],
                ),
            ),
            CONDITIONAL,
        ),
        (
            (
                put(
                    "TaskDefinition.Properties.Volumes", [{"Name": "v", "ConfiguredAtLaunch": True}]
                ),
                put("Service.Properties.VolumeConfigurations", [{"Name": "v"}]),
            ),
            CONDITIONAL,
        ),
        ((put("TaskDefinition.Properties.Volumes", [{"Name": "scratch"}]),), KEPT),
    ],
    ids=[
        *("a mount target in each zone", "no mount target", "another group", "no egress"),
        *("a zone without one", "a policy", "a file system outside", "a disk", "an empty folder"),
    ],
)
def test_task_mounts_its_file_systems(changes: tuple[Change, ...], verdict: Verdict) -> None:
    assert verdict_of(STARTS, changed(real_document(), *changes)) is verdict


EFS = "TaskDefinition.Properties.Volumes.0.EFSVolumeConfiguration"
ENABLED = put(f"{EFS}.TransitEncryption", "ENABLED")


def authorized(**settings: object) -> tuple[Change, ...]:
    return (*mounted(*"ABC"), put(f"{EFS}.AuthorizationConfig", settings))


def point_of(system: str) -> Change:
    fields = {"FileSystemId": {"Ref": system}}
    return put("Point", {"Type": "AWS::EFS::AccessPoint", "Properties": fields})


POINT: Json = {"Ref": "Point"}
OTHER_FILES = put("OtherFiles", {"Type": "AWS::EFS::FileSystem", "Properties": {}})
AUTHORIZATIONS: dict[str, tuple[Verdict, tuple[Change, ...]]] = {
    "IAM without TLS": (BROKEN, authorized(IAM="ENABLED")),
    "IAM with TLS off": (
        BROKEN,
        (*authorized(IAM="ENABLED"), put(f"{EFS}.TransitEncryption", "DISABLED")),
    ),
    "IAM with TLS": (KEPT, (*authorized(IAM="ENABLED"), ENABLED)),
    "no IAM, no TLS": (KEPT, authorized(IAM="DISABLED")),
    "an access point without TLS": (
        BROKEN,
        (*authorized(AccessPointId=POINT), point_of("Files")),
    ),
    "an access point": (KEPT, (*authorized(AccessPointId=POINT), point_of("Files"), ENABLED)),
    "an access point of another file system": (
        BROKEN,
        (*authorized(AccessPointId=POINT), OTHER_FILES, point_of("OtherFiles"), ENABLED),
    ),
    "an access point and the root": (
        KEPT,
        (
            *authorized(AccessPointId=POINT),
            *(point_of("Files"), ENABLED, put(f"{EFS}.RootDirectory", "/")),
        ),
    ),
    "an access point and another folder": (
        BROKEN,
        (
            *authorized(AccessPointId=POINT),
            *(point_of("Files"), ENABLED, put(f"{EFS}.RootDirectory", "/data")),
        ),
    ),
}

FOLDER, ROOT = put(f"{EFS}.RootDirectory", "/data"), put(f"{EFS}.RootDirectory", "/")
CREATION = {"OwnerUid": "1000", "OwnerGid": "1000", "Permissions": "755"}


def folder_of_point(**creation: object) -> tuple[Change, ...]:
    root = {"Path": "/data", **creation}
    return (
        *(*authorized(AccessPointId=POINT), point_of("Files"), ENABLED),
        put("Point.Properties.RootDirectory", root),
    )


AUTHORIZATIONS.update(
    {
        "a folder of a new file system": (CONDITIONAL, (*mounted(*"ABC"), FOLDER)),
        "the root of a new file system": (KEPT, (*mounted(*"ABC"), ROOT)),
        "a folder that an access point creates": (KEPT, folder_of_point(CreationInfo=CREATION)),
        "a folder that no access point creates": (CONDITIONAL, folder_of_point()),
    }
)


@pytest.mark.parametrize("title", AUTHORIZATIONS)
def test_task_mounts_a_file_system_as_it_is_authorized(title: str) -> None:
    verdict, changes = AUTHORIZATIONS[title]

    assert verdict_of(STARTS, changed(real_document(), *changes)) is verdict


@pytest.mark.parametrize(
    "change",
    [
        put(f"{CONTAINER}.HealthCheck", {"Command": ["CMD-SHELL", "exit 1"]}),
        put("Service.Properties.DeploymentController", {"Type": "EXTERNAL"}),
        cut("TaskDefinition.Properties.ExecutionRoleArn"),
        put(
            f"{CONTAINER}.Secrets.1.ValueFrom",
            {"Fn::Sub": "${DatabaseSecret}:password:AWSPREVIOUS:"},
        ),
    ],
    ids=["a check that always fails", "another controller", "no role", "no such version"],
)
def test_task_that_cannot_start_replaces_none(change: Change) -> None:
    document = changed(real_document(), change)

    assert verdict_of(SURVIVES, document) is BROKEN
    assert verdict_of(STARTS, document) is BROKEN


def test_check_that_may_succeed_replaces_a_task() -> None:
    check = {"Command": ["CMD-SHELL", "wget -q -O - http://localhost:8080/ || exit 1"]}
    document = changed(real_document(), put(f"{CONTAINER}.HealthCheck", check))

    assert verdict_of(SURVIVES, document) is verdict_of(SURVIVES, real_document())


FURTHER_KEY: Json = {"Fn::GetAtt": ["FurtherKey", "Arn"]}
LOGS = put("ApplicationLogGroup.Properties.KmsKeyId", FURTHER_KEY)
DISKS = (
    "Cluster.Properties.Configuration.ManagedStorageConfiguration.FargateEphemeralStorageKmsKeyId"
)
SECRET = put("DatabaseSecret.Properties.KmsKeyId", FURTHER_KEY)
ENCRYPTED_FILES = {
    "ServerSideEncryptionConfiguration": [
        {"ServerSideEncryptionByDefault": {"KMSMasterKeyID": FURTHER_KEY}}
    ]
}


def further_key(kind: str = "Key", **properties: object) -> Change:
    return put("FurtherKey", {"Type": f"AWS::KMS::{kind}", "Properties": properties})


ASYMMETRIC = further_key(KeySpec="RSA_2048")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param((ASYMMETRIC, LOGS), id="asymmetric: the logs"),
        pytest.param((ASYMMETRIC, SECRET), id="asymmetric: a secret"),
        pytest.param((ASYMMETRIC, put(DISKS, {"Ref": "FurtherKey"})), id="asymmetric: the disks"),
        pytest.param(
            (ASYMMETRIC, *mounted(*"ABC", KmsKeyId=FURTHER_KEY)), id="asymmetric: a file system"
        ),
        pytest.param(
            (
                *(ASYMMETRIC, FILES, file(OWN_FILE)),
                put("Files.Properties.BucketEncryption", ENCRYPTED_FILES),
                allowed(GET, LOCATE, on="*"),
            ),
            id="asymmetric: files",
        ),
        pytest.param(
            (
                ASYMMETRIC,
                put("Repo", {"Type": "AWS::ECR::Repository", "Properties": {}}),
                put(
                    "Repo.Properties.EncryptionConfiguration",
                    {"EncryptionType": "KMS", "KmsKey": FURTHER_KEY},
                ),
                put(f"{CONTAINER}.Image", {"Fn::Sub": "${Repo.RepositoryUri}:1"}),
            ),
            id="asymmetric: an image",
        ),
        pytest.param((further_key(Enabled=False), LOGS), id="disabled"),
        pytest.param((further_key(Origin="EXTERNAL"), LOGS), id="without key material"),
    ],
)
def test_key_that_encrypts_nothing_starts_no_task(changes: tuple[Change, ...]) -> None:
    document = changed(real_document(), *changes)

    result = result_of(CLAIMS[STARTS], document)

    assert result.finding.verdict is BROKEN
    assert "cannot use its key: FurtherKey" in result.finding.why


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param((ASYMMETRIC,), id="asymmetric, but not used"),
        pytest.param((further_key(), LOGS), id="a key with defaults"),
        pytest.param((further_key(KeySpec="SYMMETRIC_DEFAULT"), LOGS), id="a symmetric key"),
        pytest.param((further_key("ReplicaKey"), LOGS), id="a key whose primary is elsewhere"),
    ],
)
def test_key_that_encrypts_starts_tasks(changes: tuple[Change, ...]) -> None:
    assert verdict_of(STARTS, changed(real_document(), *changes)) is KEPT
