"""How the policies of an execution role may write the resources that a task start needs."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, append, changed, put
from tests.evidence.templates import CLAIMS, real_document, result_of, verdict_of

CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
STATEMENT = "ExecutionPolicy.Properties.PolicyDocument.Statement.0"
DECRYPT = "SecretPolicy.Properties.PolicyDocument.Statement.1"
STARTS = "tasks-can-start"
KEPT, CONDITIONAL, BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
IN_ACCOUNT = "${AWS::Region}:${AWS::AccountId}"
GROUP = f"arn:aws:logs:{IN_ACCOUNT}:log-group:"


def sub(text: str) -> Json:
    return {"Fn::Sub": text}


def verdict_with(*changes: Change) -> Verdict:
    return verdict_of(STARTS, changed(real_document(), *changes))


LOG_GROUPS: dict[str, Verdict] = {
    f"{GROUP}${{ApplicationLogGroup}}:*": KEPT,
    f"{GROUP}${{ApplicationLogGroup}}*": KEPT,
    f"{GROUP}${{ApplicationLogGroup}}:log-stream:*": KEPT,
    "${ApplicationLogGroup.Arn}": KEPT,
    "${ApplicationLogGroup.Arn}:*": KEPT,
    f"{GROUP}/ecs/*": KEPT,
    f"{GROUP}${{DatabaseLogGroup}}:*": BROKEN,
    f"{GROUP}${{ApplicationLogGroup}}": BROKEN,
    "${DatabaseLogGroup.Arn}:*": BROKEN,
}


@pytest.mark.parametrize("pattern", LOG_GROUPS)
def test_role_writes_to_the_log_group_that_its_policy_names(pattern: str) -> None:
    assert verdict_with(put(f"{STATEMENT}.Resource", sub(pattern))) is LOG_GROUPS[pattern]


@pytest.mark.parametrize("pattern", LOG_GROUPS)
def test_endpoint_lets_logs_through_that_its_policy_names(pattern: str) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": sub(pattern)}
    endpoint = {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "VpcEndpointType": "Interface",
            "PrivateDnsEnabled": True,
            "ServiceName": sub("com.amazonaws.${AWS::Region}.logs"),
            "SubnetIds": [{"Ref": f"PrivateSubnet{zone}"} for zone in "ABC"],
            "SecurityGroupIds": [{"Ref": "EndpointGroup"}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": "logs",
            "VpcId": {"Ref": "Vpc"},
            "SecurityGroupIngress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}],
        },
    }

    verdict = verdict_with(put("EndpointGroup", group), put("LogsEndpoint", endpoint))

    assert verdict is LOG_GROUPS[pattern]


@pytest.mark.parametrize(
    ("resource", "verdict"),
    [
        (f"arn:aws:kms:{IN_ACCOUNT}:key/${{EncryptionKey}}", KEPT),
        (f"arn:aws:kms:{IN_ACCOUNT}:key/*", KEPT),
        (f"arn:aws:kms:{IN_ACCOUNT}:key/1234", CONDITIONAL),
    ],
)
def test_role_decrypts_with_the_key_that_its_policy_names(resource: str, verdict: Verdict) -> None:
    assert verdict_with(put(f"{DECRYPT}.Resource", sub(resource))) is verdict


PARAMETERS = f"arn:aws:ssm:{IN_ACCOUNT}:parameter"


def parameter(**properties: str) -> Change:
    fields = {"Type": "String", "Value": "1", **properties}
    return put("Pp", {"Type": "AWS::SSM::Parameter", "Properties": fields})


def reads(value_from: object, *resources: str) -> tuple[Change, ...]:
    """Give the container a parameter, and the execution role what it may read."""
    statement = {
        "Effect": "Allow",
        "Action": "ssm:GetParameters",
        "Resource": [sub(each) for each in resources],
    }
    return (
        put(f"{CONTAINER}.Secrets.1", {"Name": "API", "ValueFrom": value_from}),
        put(f"{STATEMENT_OF_PARAMETER}", statement),
    )


STATEMENT_OF_PARAMETER = "ExecutionPolicy.Properties.PolicyDocument.Statement.1"
PP: Json = {"Ref": "Pp"}
PARAMETER_CASES: dict[str, tuple[Verdict, tuple[Change, ...]]] = {
    "a path": (CONDITIONAL, reads("/payments/api", f"{PARAMETERS}/payments/*")),
    "a name": (CONDITIONAL, reads("payments-api", f"{PARAMETERS}/payments-api")),
    "another path": (BROKEN, reads("/payments/api", f"{PARAMETERS}/orders/*")),
    "a path, with a slash too many": (BROKEN, reads("/payments/api", f"{PARAMETERS}//payments/*")),
    "own by name": (
        CONDITIONAL,
        (parameter(Name="/payments/api"), *reads("/payments/api", f"{PARAMETERS}${{Pp}}")),
    ),
    "own by reference": (KEPT, (parameter(Name="pp"), *reads(PP, f"{PARAMETERS}/${{Pp}}"))),
    "own without a name": (KEPT, (parameter(), *reads(PP, f"{PARAMETERS}/${{Pp}}"))),
    "own by ARN": (
        CONDITIONAL,
        (parameter(Name="pp"), *reads(sub(f"{PARAMETERS}/${{Pp}}"), f"{PARAMETERS}/pp")),
    ),
    "own without a name, by a name": (CONDITIONAL, (parameter(), *reads(PP, f"{PARAMETERS}/a*"))),
    "own by ARN, a slash too many": (
        BROKEN,
        (parameter(Name="/pp"), *reads(sub(f"{PARAMETERS}/${{Pp}}"), f"{PARAMETERS}/pp")),
    ),
    "own, another by reference": (
        BROKEN,
        (parameter(Name="pp"), *reads(PP, f"{PARAMETERS}/${{Cluster}}")),
    ),
    "own with a path, a slash too many": (
        BROKEN,
        (parameter(Name="/pp"), *reads(PP, f"{PARAMETERS}/${{Pp}}")),
    ),
}


@pytest.mark.parametrize("title", PARAMETER_CASES)
def test_role_reads_the_parameter_that_its_policy_names(title: str) -> None:
    verdict, changes = PARAMETER_CASES[title]

    assert verdict_with(*changes) is verdict


REGISTRY = "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}"
URI = "${Repo.RepositoryUri}"
REPOSITORY = f"arn:aws:ecr:{IN_ACCOUNT}:repository"
PULLS = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
TOKEN = {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}


def pulls(image: str, *resources: str, name: str = "payments") -> tuple[Change, ...]:
    """Use an image of a repository of the stack, and let the execution role pull some."""
    allow = {"Effect": "Allow", "Action": PULLS, "Resource": [sub(each) for each in resources]}
    statements = "ExecutionPolicy.Properties.PolicyDocument.Statement"
    fields = {"RepositoryName": name} if name else {}
    return (
        put("Repo", {"Type": "AWS::ECR::Repository", "Properties": fields}),
        put(f"{CONTAINER}.Image", sub(image)),
        *((put(f"{statements}.1", allow), put(f"{statements}.2", TOKEN)) if resources else ()),
    )


# What the role may do with a repository of the stack, which needs an image too.
ALLOWED, OPEN, DENIED = "allowed", "open", "denied"


def role_pulls(*changes: Change) -> str:
    """Return whether the role may pull from a repository, to which an image is yet to be pushed."""
    finding = result_of(CLAIMS["tasks-can-start"], changed(real_document(), *changes)).finding
    if finding.verdict is BROKEN:
        return DENIED
    assert finding.why.startswith("if Repo, which is new and empty, has an image when tasks start")
    return OPEN if ", and " in finding.why else ALLOWED


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        (pulls(f"{URI}:latest"), DENIED),
        (pulls(f"{REGISTRY}/payments:1"), DENIED),
        (pulls(f"{URI}:1", "${Repo.Arn}"), ALLOWED),
        (pulls(f"{URI}@sha256:0123", "${Repo.Arn}"), ALLOWED),
        (pulls(f"{URI}:1", "${Repo.Arn}", name=""), ALLOWED),
        (pulls(f"{URI}:1", f"{REPOSITORY}/${{Repo}}", name=""), ALLOWED),
        (pulls(f"{URI}:1", f"{REPOSITORY}/payments"), ALLOWED),
        (pulls(f"{URI}:1", f"{REPOSITORY}/orders"), DENIED),
        (pulls(f"{URI}:1", f"{REPOSITORY}/orders*", name=""), OPEN),
        (pulls(f"{REGISTRY}/payments:1", "${Repo.Arn}"), ALLOWED),
        (pulls(f"{REGISTRY}/payments:1", f"{REPOSITORY}/${{Repo}}"), ALLOWED),
        (pulls(f"{REGISTRY}/${{Repo}}:1", "${Repo.Arn}"), ALLOWED),
        (pulls(f"{REGISTRY}/${{Repo}}:1", f"{REPOSITORY}/payments"), ALLOWED),
        (pulls(f"{REGISTRY}/orders:1", "${Repo.Arn}"), DENIED),
        (
            pulls("999999999999.dkr.ecr.${AWS::Region}.amazonaws.com/payments:1", "${Repo.Arn}"),
            DENIED,
        ),
    ],
)
def test_role_pulls_from_the_repository_that_its_policy_names(
    changes: tuple[Change, ...], answer: str
) -> None:
    assert role_pulls(*changes) == answer


SESSION = "arn:aws:sts::${AWS::AccountId}:assumed-role"


def denied_to(principal: str) -> Json:
    return {
        "Effect": "Deny",
        "Principal": {"AWS": sub(principal)},
        "Action": "*",
        "Resource": "*",
    }


@pytest.mark.parametrize(
    ("principal", "verdict"),
    [
        (f"{SESSION}/${{ExecutionRole}}/x", CONDITIONAL),
        (f"{SESSION}/payment-execution-${{EnvironmentSuffix}}-${{AWS::Region}}/x", CONDITIONAL),
        (f"{SESSION}/${{TaskRole}}/x", KEPT),
        (f"{SESSION}/analyst/x", KEPT),
        ("${ExecutionRole.Arn}", BROKEN),
    ],
)
def test_policy_may_deny_the_session_of_a_role(principal: str, verdict: Verdict) -> None:
    statement = denied_to(principal)
    policy = {
        "Type": "AWS::SecretsManager::ResourcePolicy",
        "Properties": {
            "SecretId": {"Ref": "DatabaseSecret"},
            "ResourcePolicy": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }

    assert verdict_with(put("DeniedSessions", policy)) is verdict
    assert (
        verdict_with(append("EncryptionKey.Properties.KeyPolicy.Statement", statement)) is verdict
    )


def own_policy(effect: str, principal: Json) -> Change:
    """Give the repository a policy, which has no Resource."""
    statement = {"Effect": effect, "Principal": principal, "Action": "ecr:*"}
    return put("Repo.Properties.RepositoryPolicyText", {"Statement": [statement]})


ROLE: Json = {"AWS": sub("${ExecutionRole.Arn}")}
SESSION_OF_ROLE: Json = {"AWS": sub(f"{SESSION}/${{ExecutionRole}}/x")}
ANALYST: Json = {"AWS": sub("arn:aws:iam::${AWS::AccountId}:role/analyst")}
OTHER_ALLOWED = f"{REPOSITORY}/orders"


# In one account, the policy of the role or that of the repository is enough; a deny always wins.
@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ((*pulls(f"{URI}:1", OTHER_ALLOWED), own_policy("Allow", ROLE)), ALLOWED),
        ((*pulls(f"{URI}:1", OTHER_ALLOWED), own_policy("Allow", ANALYST)), DENIED),
        ((*pulls(f"{URI}:1"), own_policy("Allow", ROLE)), DENIED),
        ((*pulls(f"{URI}:1", "${Repo.Arn}"), own_policy("Deny", ROLE)), DENIED),
        ((*pulls(f"{URI}:1", "${Repo.Arn}"), own_policy("Deny", SESSION_OF_ROLE)), OPEN),
        ((*pulls(f"{URI}:1", "${Repo.Arn}"), own_policy("Deny", ANALYST)), ALLOWED),
    ],
    ids=[
        *("allowed by it", "allowed to another", "allowed without a token"),
        *("denied", "denied to a session", "denied to another"),
    ],
)
def test_policy_of_a_repository_decides_too(changes: tuple[Change, ...], answer: str) -> None:
    assert role_pulls(*changes) == answer


CACHED = f"{REGISTRY}/cache/nginx:1"
IMPORTS = ("ecr:BatchImportUpstreamImage", "ecr:CreateRepository")


def cached(
    *actions: str, prefix: str = "cache", image: str = CACHED, effect: str = "Allow"
) -> tuple[Change, ...]:
    """Use an image by a pull through cache rule of the stack."""
    resource = sub(f"{REPOSITORY}/{image.partition('/')[2].partition(':')[0]}")
    statements = "ExecutionPolicy.Properties.PolicyDocument.Statement"
    pull = {"Effect": "Allow", "Action": PULLS, "Resource": resource}
    further = {"Effect": effect, "Action": list(actions), "Resource": resource}
    rule = {"EcrRepositoryPrefix": prefix, "UpstreamRegistryUrl": "public.ecr.aws"}
    return (
        put("Rule", {"Type": "AWS::ECR::PullThroughCacheRule", "Properties": rule}),
        put(f"{CONTAINER}.Image", sub(image)),
        *(put(f"{statements}.1", pull), put(f"{statements}.2", TOKEN)),
        *((append(statements, further),) if actions else ()),
    )


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        pytest.param(cached(), CONDITIONAL, id="the registry may allow it"),
        pytest.param(cached(*IMPORTS[:1]), CONDITIONAL, id="the repository is not there"),
        pytest.param(cached(*IMPORTS), KEPT, id="allowed"),
        pytest.param(cached(*IMPORTS, effect="Deny"), BROKEN, id="denied"),
        pytest.param(cached(prefix="other"), KEPT, id="a rule for other images"),
        pytest.param(cached(prefix="ROOT"), CONDITIONAL, id="a rule for all images"),
    ],
)
def test_role_imports_the_images_of_a_cache(changes: tuple[Change, ...], verdict: Verdict) -> None:
    assert verdict_with(*changes) is verdict
