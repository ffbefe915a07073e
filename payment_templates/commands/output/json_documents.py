"""Lists the keys of each command's JSON document, besides those of every command."""

from collections.abc import Mapping, Sequence
from typing import Any

# Raised whenever a key changes its meaning or is removed.
JSON_VERSION = 2

_STACK = "account, region, stack, stack_id, stateful, retained"
_STACK_IN_REGION = "region, stack, stack_id, status, termination_protection, problem, outputs"
_CHANGE = (
    "region, action, logical_id, type, physical_id, replacement, properties, stateful, consequence"
)
_CAUSE = "region, logical_id, resource_type, reason, details, hint"
_STACK_SET = "region, stack_set, call_as, instances, running_operation"
_DRIFT = "account, region, logical_id, physical_id, path, expected, actual"
_FINDING = "verdict, where, what, remediation"
_MOVE = {
    "global_database": "",
    "from_region": "",
    "to_region": "",
    "outcome": "started, followed or already",
    "writer": "",
    "lag": "seconds, measured_at",
    "findings": _FINDING,
    "seconds": "",
    "remaining": "",
}
_TASKS = "region, stack, running, wanted"
_REFUSED = f"where preflight refuses: {_FINDING}"

# Every document has every key, with null where the command has no value. The value here lists the
# keys of each entry, or is empty.
JSON_KEYS: Mapping[str, Mapping[str, str]] = {
    "preflight": {"findings": _FINDING},
    "deploy": {
        "region": "",
        "stack": "",
        "stack_id": "",
        "status": "",
        "findings": _REFUSED,
        "changes": _CHANGE,
        "outputs": "",
        "service_deployments": "logical_id, deployment_id, rollout_state",
        "tasks": _TASKS,
        "cause": _CAUSE,
        "causes": f"all problems of a rejected change set: {_CAUSE}",
    },
    "rollout": {
        "findings": _REFUSED,
        "changes": _CHANGE,
        "operations": "id, action, status",
        "instances": "account, region, status, stack_id, reason",
        "outside_the_set": "",
        "causes": _CAUSE,
    },
    "status": {
        "stacks": _STACK_IN_REGION,
        "stacks_of_unseen_sets": _STACK_IN_REGION,
        "stack_set": "",
        "stack_sets": _STACK_SET,
        "not_searched": "",
        "instances": "account, region, status, stack_id, reason, drift, termination_protection",
        "running_operation": "",
        "silent_regions": "",
        "tasks": _TASKS,
        "global_databases": "global_database, home_region, writer, members (region, cluster, "
        "writes, status, engine_version, synchronization, lag), move, healthy, problems, unknown",
        "alerts": "region, topic, address, subscription, other_subscribers, remediation",
        "causes": _CAUSE,
    },
    "verify": {
        "region": "",
        "stack": "",
        "stack_id": "",
        "findings": "verdict, check, asked, assumed, answer, remediation",
        "experiment": "name, experiment_id, status, reason, detection, first_alarm, alert, "
        "disturbance, recovery, disturbances, predicted",
    },
    "switchover": _MOVE,
    "failover": _MOVE,
    "drift": {
        "drifts": f"{_DRIFT}, repair",
        "explained": f"{_DRIFT}, why, source",
        "not_compared": "",
        "stacks_not_compared": "",
        "stack_sets": _STACK_SET,
        "not_searched": "",
    },
    "destroy": {
        "stacks": _STACK,
        "leftovers": "region, kind, name, known",
        "retained": "region, kind, name, known",
        "shared": "region, kind, name, known",
        "accounts_not_checked": "",
        "not_searched": "",
        "causes": _CAUSE,
    },
}

# Of the commands that read template files: their documents have no other keys.
OFFLINE_JSON_KEYS: Mapping[str, Mapping[str, str]] = {
    "diff": {
        "version": "",
        "fails": "",
        "templates": "before, after",
        "resources": "logical_id, type, effect, properties (path, before, after, effect, follows, "
        "reordered), why, lost, retained, when, may_fail (why the update may fail)",
        "parameters": "name, before, after, added, removed, needs_value, narrowed",
        "promises": "id, title, before, after, before_why, after_why, worse, better, regressed, "
        "when",
        "recoveries": "disruption, what, before, after",
        "policies": "logical_id, type, policy, before, after, at_risk, when",
        "exports": "name, before, after, when",
        "costs": "before, after",
        "unexpanded": "",
        "hidden": "",
        "unexamined": "",
    },
    "cost": {
        "version": "",
        "currency": "",
        "prices": "checked, oldest, newest",
        "total": "usd (null where a price or quantity is unknown), most_usd (with every service "
        "scaled out), exact",
        "regions": "region, total, lines (tier, what, resources, quantity, unit, price, source, "
        "date, how, by_usage, most_quantity, problem, usd, most_usd)",
        "choices": "what, cost, made",
        "assumptions": "",
        "left_out": "",
    },
    "evidence": {
        "version": "",
        "region": "",
        "profile": "",
        "combinations": "",
        "combinations_left_out": "",
        "counts": "",
        "claims": "id, title, sources, verdict, why, evidence, conditions, other_region, "
        "combinations, accepted, limit_of_aws, decided_by",
        "faults": "fault, tiers (of each tier: before, lost, remains, blocked)",
        "faults_unknown": "",
        "not_promised": "",
        "recoveries": "disruption, fault, condition, rto, rto_unknown, rpo, capacity, chains "
        "(until, counts, time, steps (step, time, how, source))",
    },
    "compliance": {
        "version": "",
        "standard": "",
        "template": "file, sha256",
        "parameters": "",
        "region": "",
        "profile": "",
        "fails": "",
        "counts": "",
        "requirements": "number, summary, verdict, why, resources, checks, config_rules, "
        "security_hub_controls, customer, aws",
    },
}


def complete_document(
    command: str, exit_code: int, error: str, messages: Sequence[str], found: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the whole document with every key of the command; missing values are null."""
    return {
        "version": JSON_VERSION,
        "exit_code": int(exit_code),
        "error": error or None,
        "messages": [*messages],
        **dict.fromkeys(JSON_KEYS[command]),
        **found,
    }
