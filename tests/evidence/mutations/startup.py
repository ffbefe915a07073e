"""Containers that never start, never become healthy, or do not fit their image."""

from __future__ import annotations

from tests.evidence.changes import Change, Json, append, cut, put
from tests.evidence.mutations.mutation import Mutation, mutation

_START = "tasks-can-start"
_DEFINITION = "TaskDefinition.Properties"
CONTAINER = f"{_DEFINITION}.ContainerDefinitions.0"
CHECK = f"{CONTAINER}.HealthCheck"
_PASSWORD = f"{CONTAINER}.Secrets.1.ValueFrom"
SIDE: Json = {
    "Name": "side",
    "Image": "public.ecr.aws/docker/library/busybox:1.37",
    "Essential": False,
    "ReadonlyRootFilesystem": True,
    "LogConfiguration": {
        "LogDriver": "awslogs",
        "Options": {
            "awslogs-group": {"Ref": "ApplicationLogGroup"},
            "awslogs-region": {"Ref": "AWS::Region"},
            "awslogs-stream-prefix": "side",
            "mode": "non-blocking",
        },
    },
}


def waits_for(name: str, condition: str, **side: object) -> tuple[Change, ...]:
    """Let the application wait for a container beside it."""
    return (
        append(f"{_DEFINITION}.ContainerDefinitions", {**SIDE, **side}),
        put(f"{CONTAINER}.DependsOn", [{"ContainerName": name, "Condition": condition}]),
    )


STARTUP: tuple[Mutation, ...] = (
    *(
        mutation(f"the health check {title}", _START, put(CHECK, {"Command": command}))
        for title, command in (
            ("always exits with an error", ["CMD-SHELL", "exit 1"]),
            ("is a command that fails", ["CMD", "/bin/false"]),
            ("has no command", ["CMD-SHELL"]),
            ("does not say how it is run", ["curl", "-f", "http://localhost:8080/"]),
        )
    ),
    *(
        mutation(f"a secret {title}", _START, put(_PASSWORD, {"Fn::Sub": reference}))
        for title, reference in (
            ("without colons after its key", "${DatabaseSecret}:password"),
            ("with one colon after its key", "${DatabaseSecret}:password:"),
            ("with a colon too many", "${DatabaseSecret}:password:::"),
        )
    ),
    mutation(
        "it waits until an unchecked container is healthy", _START, *waits_for("side", "HEALTHY")
    ),
    mutation(
        "it waits for the end of an essential container",
        _START,
        *waits_for("side", "COMPLETE", Essential=True),
    ),
    mutation(
        "it waits for a container that is not there", _START, *waits_for("migration", "START")
    ),
    mutation(
        "two containers wait for each other",
        _START,
        *waits_for(
            "side", "START", DependsOn=[{"ContainerName": "application", "Condition": "START"}]
        ),
    ),
    mutation(
        "the image cannot write its temporary files", _START, cut(f"{CONTAINER}.LinuxParameters")
    ),
    mutation(
        "the writable folder is another one",
        _START,
        put(f"{CONTAINER}.LinuxParameters.Tmpfs.0.ContainerPath", "/work"),
    ),
    mutation(
        "the default port is not that of the default image",
        "neighbours-can-connect",
        put("Parameters.ContainerPort.Default", 9090),
    ),
    mutation(
        "the default image has another port",
        "neighbours-can-connect",
        put("Parameters.ContainerImage.Default", "public.ecr.aws/nginx/nginx:1.29"),
    ),
    mutation(
        "the default image has no such page",
        "neighbours-can-connect",
        put("Parameters.HealthCheckPath.Default", "/health"),
    ),
    mutation(
        "the log driver blocks the application",
        "logs-do-not-block",
        put(f"{CONTAINER}.LogConfiguration.Options.mode", "blocking"),
    ),
)
