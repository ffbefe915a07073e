"""Task definitions and services that ECS refuses on Fargate, and similar ones that it accepts."""

from __future__ import annotations

import json

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Verdict, examine
from tests.evidence.changes import Change, Json, append, changed, cut, put
from tests.evidence.templates import CLAIMS, real_document, result_of, verdict_of

_TASK, _SERVICE = "TaskDefinition.Properties", "Service.Properties"
_CONTAINER = f"{_TASK}.ContainerDefinitions.0"
_LINUX, _LOG = f"{_CONTAINER}.LinuxParameters", f"{_CONTAINER}.LogConfiguration"
_WIRING = f"{_SERVICE}.NetworkConfiguration.AwsvpcConfiguration"
_SECRET = {"Name": "PORT", "ValueFrom": {"Fn::Sub": "${DatabaseSecret}:username::"}}
_ROUTER: Json = {
    "Name": "router",
    "Image": "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
    "Essential": False,
}


def _check(**settings: object) -> Change:
    command = ["CMD-SHELL", "wget -q -O - http://localhost:8080/ || exit 1"]
    return put(f"{_CONTAINER}.HealthCheck", {"Command": command, **settings})


def _volume(**settings: object) -> Change:
    return put(f"{_TASK}.Volumes", [{"Name": "files", **settings}])


def _mounted(volume: str) -> Change:
    mount = {"SourceVolume": volume, "ContainerPath": "/files"}
    return put(f"{_CONTAINER}.MountPoints", [mount])


_FIRELENS = put(_LOG, {"LogDriver": "awsfirelens"})


def _router(**options: str) -> Change:
    firelens = {"Type": "fluentbit", "Options": options}
    return append(f"{_TASK}.ContainerDefinitions", {**_ROUTER, "FirelensConfiguration": firelens})


def _strategy(
    *items: Json, associated: tuple[str, ...] = ("FARGATE", "FARGATE_SPOT"), launch: str = ""
) -> list[Change]:
    return [
        put(f"{_SERVICE}.LaunchType", launch) if launch else cut(f"{_SERVICE}.LaunchType"),
        put(f"{_SERVICE}.CapacityProviderStrategy", list(items)),
        put("Cluster.Properties.CapacityProviders", list(associated)),
    ]


def _provider(name: str = "FARGATE", **settings: object) -> Json:
    return {"CapacityProvider": name, **settings}


_NUMBER = "Parameters.Number"
_NUMBER_REF = {"Ref": "Number"}


def _put_number(setting: str) -> Change:
    return put(f"{_CONTAINER}.{setting}", _NUMBER_REF)


_WINDOWS = [
    put(f"{_TASK}.Cpu", "1024"),
    put(f"{_TASK}.Memory", "2048"),
    put(f"{_TASK}.RuntimePlatform", {"OperatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}),
    cut(f"{_CONTAINER}.LinuxParameters"),
    cut(f"{_CONTAINER}.ReadonlyRootFilesystem"),
]
_NAMED_PORT = put(f"{_CONTAINER}.PortMappings.0.Name", "web")


def _connect(port: str, *, enabled: bool = True) -> Change:
    settings = {"Enabled": enabled, "Services": [{"PortName": port}]}
    return put(f"{_SERVICE}.ServiceConnectConfiguration", settings)


def _registry(container: str, port: int) -> Json:
    return {"RegistryArn": "arn", "ContainerName": container, "ContainerPort": port}


_ONE, _SPOT = _provider(Weight=1), _provider("FARGATE_SPOT", Weight=1)
_UNSUPPORTED: dict[str, tuple[Change, ...]] = {
    name: (put(f"{place}.{name}", value),)
    for place, name, value in (
        (_TASK, "IpcMode", "task"),
        (_TASK, "PidMode", "host"),
        (_TASK, "PlacementConstraints", [{"Type": "memberOf", "Expression": "x == y"}]),
        (_TASK, "InferenceAccelerators", [{"DeviceName": "d", "DeviceType": "eia2.medium"}]),
        (_CONTAINER, "DisableNetworking", True),
        (_CONTAINER, "DnsSearchDomains", ["example.com"]),
        (_CONTAINER, "DnsServers", ["1.1.1.1"]),
        (_CONTAINER, "DockerSecurityOptions", ["no-new-privileges"]),
        (_CONTAINER, "ExtraHosts", [{"Hostname": "a", "IpAddress": "10.0.0.1"}]),
        (_CONTAINER, "Hostname", "payments"),
        (_CONTAINER, "Links", ["side"]),
        (_CONTAINER, "Privileged", True),
        (_CONTAINER, "ResourceRequirements", [{"Type": "GPU", "Value": "1"}]),
        (_LINUX, "Capabilities", {"Add": ["SYS_PTRACE", "NET_ADMIN"]}),
        (_LINUX, "Devices", [{"HostPath": "/dev/null"}]),
        (_LINUX, "MaxSwap", 0),
        (_LINUX, "SharedMemorySize", 64),
        (_LINUX, "Swappiness", 60),
        (_LOG, "LogDriver", "json-file"),
    )
}
# By title: what the reason says, and the changes.
_REFUSED: dict[str, tuple[str, list[Change]]] = {
    **{f"{name} on Fargate": (name, [*changes]) for name, changes in _UNSUPPORTED.items()},
    "a folder of the host": ("SourcePath", [_volume(Host={"SourcePath": "/tmp"})]),  # noqa: S108
    "a Docker volume": (
        "DockerVolumeConfiguration",
        [_volume(DockerVolumeConfiguration={"Scope": "task"})],
    ),
    "a volume of Windows": (
        "FSxWindowsFileServerVolumeConfiguration",
        [_volume(FSxWindowsFileServerVolumeConfiguration={"FileSystemId": "fs-1"})],
    ),
    "a volume that is not declared": ("mounts other", [_volume(), _mounted("other")]),
    "volumes of no container": (
        "the volumes of side",
        [put(f"{_CONTAINER}.VolumesFrom", [{"SourceContainer": "side"}])],
    ),
    "a volume that the service does not configure": (
        "does not configure the volume files",
        [_volume(ConfiguredAtLaunch=True)],
    ),
    "two containers with one name": (
        "more than one container with the name application",
        [append(f"{_TASK}.ContainerDefinitions", {"Name": "application", "Image": "a"})],
    ),
    "memory of another size": (
        "Fargate accepts 512, 1024 or 2048 MiB",
        [put(f"{_TASK}.Memory", "3072"), put(f"{_TASK}.Cpu", "256")],
    ),
    "memory between two steps": (
        "Fargate accepts 2048 to 8192 MiB, in steps of 1024",
        [put(f"{_TASK}.Memory", "2500"), put(f"{_TASK}.Cpu", "1024")],
    ),
    "memory between three sizes": (
        "Fargate accepts 61440, 122880 or 249856 MiB",
        [put(f"{_TASK}.Memory", "245760"), put(f"{_TASK}.Cpu", "32768")],
    ),
    "no size of the task": ("has no Cpu", [cut(f"{_TASK}.Cpu")]),
    "more memory than the task": ("1024 MiB", [put(f"{_CONTAINER}.Memory", 1024)]),
    "more reserved than the task has": ("600 MiB", [put(f"{_CONTAINER}.MemoryReservation", 600)]),
    "more reserved than the limit": (
        "its limit is 128",
        [put(f"{_CONTAINER}.Memory", 128), put(f"{_CONTAINER}.MemoryReservation", 256)],
    ),
    "more CPU than the task": ("512 CPU units", [put(f"{_CONTAINER}.Cpu", 512)]),
    "another port of the host": ("8080 to 80", [put(f"{_CONTAINER}.PortMappings.0.HostPort", 80)]),
    "no essential container": ("no essential", [put(f"{_CONTAINER}.Essential", value=False)]),
    "no region of the logs": ("awslogs-region", [cut(f"{_LOG}.Options.awslogs-region")]),
    "no log group": ("awslogs-group", [cut(f"{_LOG}.Options.awslogs-group")]),
    "no prefix of the logs": ("stream-prefix", [cut(f"{_LOG}.Options.awslogs-stream-prefix")]),
    "no token of Splunk": (
        "splunk-token",
        [put(_LOG, {"LogDriver": "splunk", "Options": {"splunk-url": "https://example.com"}})],
    ),
    "a mode of logging that does not exist": (
        "nonblocking",
        [put(f"{_LOG}.Options.mode", "nonblocking")],
    ),
    "an option of the logs that does not exist": (
        "awslogs-endpoint",
        [put(f"{_LOG}.Options.awslogs-endpoint", "https://example.com")],
    ),
    "a log group that is not to be created": (
        "awslogs-create-group",
        [put(f"{_LOG}.Options.awslogs-create-group", "false")],
    ),
    "FireLens without a router": ("FirelensConfiguration", [_FIRELENS]),
    "a router without FireLens": ("awsfirelens", [_router()]),
    "a router's file in S3": (
        "config-file-type s3",
        [_FIRELENS, _router(**{"config-file-type": "s3"})],
    ),
    "a secret in a variable that is set": (
        "sets PORT twice",
        [append(f"{_CONTAINER}.Secrets", _SECRET)],
    ),
    "a long time to stop": ("StopTimeout of 121 s", [put(f"{_CONTAINER}.StopTimeout", 121)]),
    "a long time to start": ("StartTimeout of 121 s", [put(f"{_CONTAINER}.StartTimeout", 121)]),
    "a check in each second": ("Interval 1", [_check(Interval=1)]),
    "a check with a long timeout": ("Timeout 61", [_check(Timeout=61)]),
    "a check with many retries": ("Retries 11", [_check(Retries=11)]),
    "a check that starts late": ("StartPeriod 301", [_check(StartPeriod=301)]),
    "a mount option that does not exist": (
        "mount option fast",
        [put(f"{_LINUX}.Tmpfs.0.MountOptions", ["fast"])],
    ),
    "a load balancer of another container": (
        "registers app,",
        [put(f"{_SERVICE}.LoadBalancers.0.ContainerName", "app")],
    ),
    "a load balancer of another port": (
        "port 9999",
        [put(f"{_SERVICE}.LoadBalancers.0.ContainerPort", 9999)],
    ),
    "many subnets": ("17 subnets", [put(f"{_WIRING}.Subnets", [{"Ref": "PrivateSubnetA"}] * 17)]),
    "many security groups": (
        "6 security groups",
        [put(f"{_WIRING}.SecurityGroups", [{"Ref": "ApplicationSecurityGroup"}] * 6)],
    ),
    "a strategy of placement": (
        "PlacementStrategies",
        [put(f"{_SERVICE}.PlacementStrategies", [{"Type": "random"}])],
    ),
    "a constraint of placement": (
        "PlacementConstraints",
        [put(f"{_SERVICE}.PlacementConstraints", [{"Type": "distinctInstance"}])],
    ),
    "a strategy and a launch type": ("one of them", _strategy(_ONE, launch="FARGATE")),
    "a strategy without weights": ("no Weight", _strategy(_provider())),
    "a strategy with two bases": (
        "more than one Base",
        _strategy(_provider(Weight=1, Base=1), _provider("FARGATE_SPOT", Base=1)),
    ),
    "a strategy that is too long": ("21 capacity providers", _strategy(*[_ONE] * 21)),
    "a provider that the cluster does not have": (
        "not associated",
        _strategy(_SPOT, associated=("FARGATE",)),
    ),
    "a provider of a cluster without any": ("not associated", _strategy(_ONE, associated=())),
    "a setting of Linux on Windows": (
        "LinuxParameters, which Windows",
        [*_WINDOWS, put(_LINUX, {"InitProcessEnabled": True})],
    ),
    "processes that a task on Windows shares": (
        "PidMode, which Windows",
        [*_WINDOWS, put(f"{_TASK}.PidMode", "task")],
    ),
    "a read-only file system on Windows": (
        "ReadonlyRootFilesystem, which Windows",
        [
            *_WINDOWS,
            put(f"{_CONTAINER}.ReadonlyRootFilesystem", value=True),
            put(f"{_CONTAINER}.Image", "mcr.microsoft.com/windows/servercore/iis:1"),
        ],
    ),
    "kernel parameters on Windows": (
        "SystemControls, which Windows",
        [*_WINDOWS, put(f"{_CONTAINER}.SystemControls", [{"Namespace": "a", "Value": "1"}])],
    ),
    "EFS on Windows": (
        "EFSVolumeConfiguration, which Windows",
        [*_WINDOWS, _volume(EFSVolumeConfiguration={"FilesystemId": "fs-1"})],
    ),
    "Windows with 8 vCPU": (
        "8192 CPU units: Windows needs 1024 to 4096",
        [*_WINDOWS, put(f"{_TASK}.Cpu", "8192"), put(f"{_TASK}.Memory", "16384")],
    ),
    "Windows on Spot": ("on FARGATE_SPOT", [*_WINDOWS, *_strategy(_SPOT)]),
    "a heavy provider": ("Weight 1001: ECS accepts 0 to 1000", _strategy(_provider(Weight=1001))),
    "a provider with a high base": (
        "Base 100001: ECS accepts 0 to 100000",
        _strategy(_provider(Weight=1, Base=100_001)),
    ),
    "a strategy with Fargate and instances": (
        "mixes no kinds",
        _strategy(_ONE, _provider("instances", Weight=1), associated=("FARGATE", "instances")),
    ),
    "a port of Service Connect that no container names": (
        "connects other",
        [_NAMED_PORT, _connect("other")],
    ),
    "a registered container that is not there": (
        "registers side",
        [put(f"{_SERVICE}.ServiceRegistries", [_registry("side", 8080)])],
    ),
    "a registered port that is not open": (
        "registers port 9999",
        [put(f"{_SERVICE}.ServiceRegistries", [_registry("application", 9999)])],
    ),
    "a configuration of a volume that is not there": (
        "configures files, which is not a volume",
        [put(f"{_SERVICE}.VolumeConfigurations", [{"Name": "files"}])],
    ),
}
_ACCEPTED: dict[str, list[Change]] = {
    "processes that the task shares": [put(f"{_TASK}.PidMode", "task")],
    "settings that are off": [
        put(f"{_CONTAINER}.Privileged", value=False),
        put(f"{_CONTAINER}.DisableNetworking", "false"),
        put(f"{_CONTAINER}.DnsServers", []),
        put(f"{_CONTAINER}.Links", []),
    ],
    "the capability that Fargate adds": [put(f"{_LINUX}.Capabilities", {"Add": ["SYS_PTRACE"]})],
    "capabilities that are dropped": [put(f"{_LINUX}.Capabilities", {"Drop": ["ALL"]})],
    "an empty volume that is mounted": [_volume(), _mounted("files")],
    "a volume of a host that is not named": [_volume(Host={})],
    "all of the task's size": [
        *(put(f"{_CONTAINER}.Memory", 512), put(f"{_CONTAINER}.MemoryReservation", 512)),
        put(f"{_CONTAINER}.Cpu", 256),
    ],
    "the same port of the host": [put(f"{_CONTAINER}.PortMappings.0.HostPort", 8080)],
    "a range of ports": [
        put(f"{_CONTAINER}.PortMappings", [{"ContainerPortRange": "8000-8090"}]),
    ],
    "a log group that is created": [put(f"{_LOG}.Options.awslogs-create-group", "true")],
    "a buffer of the logs": [put(f"{_LOG}.Options.max-buffer-size", "4m")],
    "a router of the logs": [_FIRELENS, _router()],
    "a router's file in its image": [_FIRELENS, _router(**{"config-file-type": "file"})],
    "the longest times": [
        *(put(f"{_CONTAINER}.StopTimeout", 120), put(f"{_CONTAINER}.StartTimeout", "120")),
    ],
    "a check at the limits": [_check(Interval=5, Timeout=2, Retries=1, StartPeriod=300)],
    "a check of the image, switched off": [
        put(f"{_CONTAINER}.HealthCheck", {"Interval": 1}),
    ],
    "a mount option with a value": [put(f"{_LINUX}.Tmpfs.0.MountOptions", ["mode=1777"])],
    "an associated provider": _strategy(_ONE, associated=("FARGATE",)),
    "Windows": _WINDOWS,
    "Windows with an empty setting of Linux": [*_WINDOWS, put(_LINUX, {})],
    "Windows on Fargate's capacity": [*_WINDOWS, *_strategy(_ONE)],
    "the heaviest provider": _strategy(_provider(Weight=1000, Base=100_000)),
    "a named port of Service Connect": [_NAMED_PORT, _connect("web")],
    "a client of Service Connect": [
        put(f"{_SERVICE}.ServiceConnectConfiguration", {"Enabled": True})
    ],
    "Service Connect, switched off": [_connect("other", enabled=False)],
    "a registered port": [
        put(f"{_SERVICE}.ServiceRegistries", [_registry("application", 8080)]),
    ],
    "a registry for addresses": [
        put(f"{_SERVICE}.ServiceRegistries", [{"RegistryArn": "arn"}]),
    ],
    "a provider with the base alone": _strategy(_provider(Base=6), _SPOT),
}


@pytest.mark.parametrize("title", _REFUSED)
def test_refused_definition_or_service_starts_no_task(title: str) -> None:
    reason, changes = _REFUSED[title]

    finding = result_of(CLAIMS["tasks-can-start"], changed(real_document(), *changes)).finding

    assert finding.verdict is Verdict.BROKEN
    assert reason in finding.why


@pytest.mark.parametrize(
    ("feature", "change"),
    [
        ("PidMode", put(f"{_TASK}.PidMode", "task")),
        ("an added capability", put(f"{_LINUX}.Capabilities", {"Add": ["SYS_PTRACE"]})),
        (
            "SystemControls",
            put(
                f"{_CONTAINER}.SystemControls",
                [{"Namespace": "net.ipv4.tcp_keepalive_time", "Value": "60"}],
            ),
        ),
    ],
    ids=["PidMode", "a capability", "SystemControls"],
)
def test_feature_needs_a_newer_platform(feature: str, change: Change) -> None:
    # Without the keys of secrets, which need a newer platform too.
    whole = put(f"{_CONTAINER}.Secrets", [{"Name": "ALL", "ValueFrom": {"Ref": "DatabaseSecret"}}])
    old = put(f"{_SERVICE}.PlatformVersion", "1.3.0")
    claim = CLAIMS["tasks-can-start"]

    today = result_of(claim, changed(real_document(), whole, change)).finding
    before = result_of(claim, changed(real_document(), whole, change, old)).finding

    assert today.verdict is Verdict.KEPT
    assert before.verdict is Verdict.BROKEN
    assert f"{feature} needs 1.4.0" in before.why


@pytest.mark.parametrize("title", _ACCEPTED)
def test_accepted_definition_or_service_starts_tasks(title: str) -> None:
    document = changed(real_document(), *_ACCEPTED[title])

    assert verdict_of("tasks-can-start", document) is Verdict.KEPT


@pytest.mark.parametrize(
    "title", ["Privileged on Fargate", "a check in each second", "a strategy without weights"]
)
def test_refused_definition_or_service_is_no_valid_template(title: str) -> None:
    _, changes = _REFUSED[title]

    assert verdict_of("valid-template", changed(real_document(), *changes)) is Verdict.BROKEN


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([put(f"{_TASK}.RequiresCompatibilities", ["EC2"])], id="validated for EC2"),
        pytest.param(
            [put("ApplicationLogGroup.Properties.LogGroupClass", "DELIVERY")],
            id="a log group for deliveries of Lambda",
        ),
        pytest.param(
            [
                _volume(ConfiguredAtLaunch=True),
                put(f"{_SERVICE}.VolumeConfigurations", [{"Name": "files"}]),
            ],
            id="a volume that the service configures",
        ),
    ],
)
def test_what_ecs_does_is_not_documented(changes: list[Change]) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of("tasks-can-start", document) is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    ("least", "most", "changes", "verdict"),
    [
        pytest.param(2, 120, [_put_number("StopTimeout")], Verdict.KEPT, id="a timeout"),
        pytest.param(2, 121, [_put_number("StopTimeout")], Verdict.UNKNOWN, id="a long timeout"),
        pytest.param(2, None, [_put_number("StopTimeout")], Verdict.UNKNOWN, id="no highest value"),
        pytest.param(
            5,
            300,
            [_check(Command=["CMD", "true"], Interval=_NUMBER_REF)],
            Verdict.KEPT,
            id="an interval",
        ),
        pytest.param(
            1,
            300,
            [_check(Command=["CMD", "true"], Interval=_NUMBER_REF)],
            Verdict.UNKNOWN,
            id="a short interval",
        ),
        pytest.param(
            1, 1000, _strategy(_provider(Weight=_NUMBER_REF)), Verdict.KEPT, id="a weight"
        ),
        pytest.param(
            0, 1000, _strategy(_provider(Weight=_NUMBER_REF)), Verdict.UNKNOWN, id="no weight"
        ),
    ],
)
def test_limits_of_a_parameter_without_default_decide(
    least: int, most: int | None, changes: list[Change], verdict: Verdict
) -> None:
    parameter = {"Type": "Number", "MinValue": least, "MaxValue": most}
    stated = {name: value for name, value in parameter.items() if value is not None}
    document = changed(real_document(), put(_NUMBER, stated), *changes)
    template = parse_template(json.dumps(document), name="the template")

    examination = examine(template, profile="any", claims=[CLAIMS["tasks-can-start"]])

    assert examination.results[0].finding.verdict is verdict


def test_valid_template_asks_no_number_of_tasks() -> None:
    document = changed(
        real_document(), put(f"{_SERVICE}.DesiredCount", {"Fn::ImportValue": "tasks"})
    )

    assert verdict_of("valid-template", document) is not Verdict.UNKNOWN
