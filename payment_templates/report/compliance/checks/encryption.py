"""Checks the encryption of stored data: whether there is any, and whose key it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, conditional, kept, unknown
from payment_templates.evidence.security.access_log_buckets import log_buckets_with_own_key
from payment_templates.evidence.security.data_at_rest import (
    clear_problem,
    conditions_of_keys,
    copy_problem,
    own_key_use,
    stores_of,
    unknown_stores,
)
from payment_templates.evidence.security.encryption import key_use
from payment_templates.quantity import quantity
from payment_templates.report.compliance.check import check

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence import Finding, Topology

_CLUSTER, _INSTANCE = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"
_LOGS, _SECRET, _TOPIC = "AWS::Logs::LogGroup", "AWS::SecretsManager::Secret", "AWS::SNS::Topic"
_NOTHING = "nothing in the template stores data"


@check("Stored data is encrypted", {_CLUSTER: ("StorageEncrypted",), _SECRET: ()})
def stored_data_is_encrypted(topology: Topology) -> Finding:
    """Check that everything that stores data encrypts it, with any key.

    CloudWatch Logs, ECS, S3, Secrets Manager, SNS and SQS always encrypt what they store.
    """
    stores = stores_of(topology.stack)
    if not stores:
        return absent(_NOTHING)
    for store in stores:
        if problem := clear_problem(topology.stack, store):
            return broken(f"{store.logical_id} {problem}")
    if conditions := [*unknown_stores(topology.stack)]:
        return conditional("; ".join(conditions))
    return kept(f"{quantity(len(stores), 'resource')} with data, encrypted at rest")


@check(
    "Stored data has a customer managed key",
    {
        _CLUSTER: ("KmsKeyId",),
        _INSTANCE: ("PerformanceInsightsKMSKeyId",),
        _LOGS: ("KmsKeyId",),
        _SECRET: ("KmsKeyId",),
        "AWS::ECS::Cluster": ("Configuration",),
        "AWS::S3::Bucket": ("BucketEncryption",),
        "AWS::KMS::Key": ("KeyPolicy",),
    },
)
def stored_data_has_a_customer_managed_key(topology: Topology) -> Finding:
    """Check that everything that stores data uses a key of the stack, whose policy allows that use.

    A bucket to which only load balancers write may have S3's own key: they support no other. A
    topic of alarms and events holds neither card data nor passwords.
    """
    stack = topology.stack
    exempt = log_buckets_with_own_key(stack)
    stores = [it for it in stores_of(stack) if not _is_for_alerts(topology, it)]
    if not stores:
        return absent(_NOTHING)
    doubts: list[str] = []
    for store in stores:
        if store in exempt:
            continue
        problem, doubt = own_key_use(stack, store)
        if problem := problem or copy_problem(store):
            return broken(f"{store.logical_id} {problem}")
        doubts += [f"{store.logical_id}: it is not known whether {doubt}"] if doubt else []
    for key in stack.of_type("AWS::KMS::Key"):
        problem, doubt = key_use(stack, key)
        if problem:
            return broken(problem)
        doubts += [f"it is not known whether {doubt}"] if doubt else []
    if doubts:
        return unknown(doubts[0])
    if conditions := [*conditions_of_keys(stack, exempt), *unknown_stores(stack)]:
        return conditional("; ".join(conditions))
    return kept(f"{quantity(len(stores), 'resource')} with data, with a customer managed key")


def _is_for_alerts(topology: Topology, store: StackResource) -> bool:
    names = (
        *(name for alarm in topology.alarms for name in alarm.topics),
        *(name for alarm in topology.composite_alarms for name in alarm.topics),
        *(name for path in topology.event_paths for name in path.topics),
    )
    return store.type == _TOPIC and store.logical_id in names
