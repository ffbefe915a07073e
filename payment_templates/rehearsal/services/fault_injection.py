"""Emulates AWS FIS: stores experiment templates, stops tasks and fails databases over.

https://docs.aws.amazon.com/fis/latest/APIReference/Welcome.html
The network is not disrupted. An experiment completes once its actions are done, or stops when an
alarm of a stop condition is in ALARM.
"""

import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import add_rest_service
from payment_templates.rehearsal.wire import ServiceError

SERVICE = "fis"
# An experiment of minutes in AWS.
_SECONDS = 0.3
_ALARM = "aws:cloudwatch:alarm"


@dataclass(frozen=True, kw_only=True)
class _Experiments:
    """The templates and experiments of every account and region."""

    templates: MutableMapping[str, dict[str, Any]]
    started: MutableMapping[str, dict[str, Any]]

    def create(self, request: dict[str, Any]) -> Mapping[str, Any]:
        _require_role(request["roleArn"])
        template_id = f"EXT{token_hex(8)}"
        given = {name: value for name, value in request.items() if name != "clientToken"}
        self.templates[template_id] = {**given, "id": template_id}
        return {"experimentTemplate": self.templates[template_id]}

    def update(self, request: dict[str, Any]) -> Mapping[str, Any]:
        template = self._template(request["id"])
        template.update(request)
        return {"experimentTemplate": template}

    def delete(self, request: dict[str, Any]) -> Mapping[str, Any]:
        return {"experimentTemplate": self.templates.pop(self._template(request["id"])["id"])}

    def describe(self, request: dict[str, Any]) -> Mapping[str, Any]:
        return {"experimentTemplate": self._template(request["id"])}

    def start(self, request: dict[str, Any]) -> Mapping[str, Any]:
        template = self._template(request["experimentTemplateId"])
        experiment_id = f"EXP{token_hex(8)}"
        experiment = {
            "id": experiment_id,
            "experimentTemplateId": template["id"],
            "state": {"status": "running", "reason": "Experiment is running."},
            "stopConditions": template["stopConditions"],
            "startTime": datetime.now(UTC),
        }
        self.started[experiment_id] = experiment
        for action in template["actions"].values():
            for name in action.get("targets", {}).values():
                _execute(action["actionId"], template["targets"][name])
        return {"experiment": experiment}

    def get(self, request: dict[str, Any]) -> Mapping[str, Any]:
        experiment = self._experiment(request["id"])
        if experiment["state"]["status"] == "running":
            age = time.time() - experiment["startTime"].timestamp()
            if _is_stopped(experiment["stopConditions"]):
                _end(experiment, "stopped", "Experiment halted by stop condition.")
            elif age >= _SECONDS:
                _end(experiment, "completed", "Experiment completed.")
        return {"experiment": experiment}

    def stop(self, request: dict[str, Any]) -> Mapping[str, Any]:
        experiment = self._experiment(request["id"])
        _end(experiment, "stopped", "Experiment stopped by the user.")
        return {"experiment": experiment}

    def _template(self, template_id: str) -> dict[str, Any]:
        return _known(self.templates, template_id)

    def _experiment(self, experiment_id: str) -> dict[str, Any]:
        return _known(self.started, experiment_id)


def install() -> None:
    """Serve the operations that CloudFormation and verify use."""
    experiments = _Experiments(
        templates=ministack.regional_store(), started=ministack.regional_store()
    )
    add_rest_service(
        SERVICE,
        {
            "CreateExperimentTemplate": experiments.create,
            "UpdateExperimentTemplate": experiments.update,
            "DeleteExperimentTemplate": experiments.delete,
            "GetExperimentTemplate": experiments.describe,
            "StartExperiment": experiments.start,
            "GetExperiment": experiments.get,
            "StopExperiment": experiments.stop,
        },
    )


def _execute(action: str, target: Mapping[str, Any]) -> None:
    if action == "aws:ecs:stop-task":
        parameters = target["parameters"]
        tasks = account.call(
            "ecs",
            "ListTasks",
            cluster=parameters["cluster"],
            serviceName=parameters["service"],
        )["taskArns"]
        for task in tasks[:1]:
            account.call("ecs", "StopTask", cluster=parameters["cluster"], task=task)
    elif action == "aws:rds:failover-db-cluster":
        for arn in target.get("resourceArns", []):
            name = arn.rpartition(":")[2]
            account.call("rds", "FailoverDBCluster", DBClusterIdentifier=name)


def _is_stopped(conditions: list[dict[str, str]]) -> bool:
    names = [one["value"].rpartition(":alarm:")[2] for one in conditions if one["source"] == _ALARM]
    shown = account.call("cloudwatch", "DescribeAlarms", AlarmNames=names)
    return any(one["StateValue"] == "ALARM" for one in shown.get("MetricAlarms", []))


def _end(experiment: dict[str, Any], status: str, reason: str) -> None:
    experiment["state"] = {"status": status, "reason": reason}
    experiment["endTime"] = datetime.now(UTC)


def _known(stored: Mapping[str, dict[str, Any]], name: str) -> dict[str, Any]:
    if name not in stored:
        raise ServiceError("ResourceNotFoundException", f"{name} does not exist.")
    return stored[name]


def _require_role(arn: str) -> None:
    account.call("iam", "GetRole", RoleName=arn.rpartition("/")[2])
