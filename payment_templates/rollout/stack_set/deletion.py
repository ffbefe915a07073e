"""Deletes the stacks of a set, the primary region last, then the set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.bucket_deletion import BUCKET
from payment_templates.rollout.errors import SHOWS_CURRENT, RolloutError
from payment_templates.rollout.polling import Pace
from payment_templates.rollout.stack.deletion import ADDRESS
from payment_templates.rollout.stack_set.definition import StackSet, find_stack_set
from payment_templates.rollout.stack_set.instances import Instance, list_instances, named
from payment_templates.rollout.stack_set.operations import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.stack_set.operations.follow import OperationResult


@dataclass(frozen=True, kw_only=True)
class SetDeletion:
    """Deletes one set as it was shown before the confirmation, and nothing else."""

    client: CloudFormationClient
    stack_set: StackSet
    primary: str
    instances: Sequence[Instance]
    # The operation that was shown as running; what it creates is deleted too.
    running_operation: str | None
    follow: Callable[[str], OperationResult]
    wait_until_idle: Callable[[], None]
    # Raises RolloutError if the stacks of these instances have data that was not shown.
    require_shown_data: Callable[[Sequence[Instance]], None]
    # Empties the buckets that stop the deletion of these instances' stacks.
    empty_buckets: Callable[[Sequence[Instance]], None]
    # The region that created a global database, which is deleted last; empty without one.
    last: str = ""

    def run(self) -> OperationResult | None:
        """Delete all instances, then the set; returns the operation that failed, if any.

        Raises RolloutError, before it deletes more, if the set has changed since it was shown.
        """
        self._require_same_set()
        self.wait_until_idle()
        for arguments in self._groups(self._shown_instances()):
            result = self._delete(arguments)
            # A region's failure stops the operation before the next one is tried.
            for _ in arguments["Regions"]:
                failed = {cause.resource_type for cause in result.causes}
                # EC2 releases addresses seconds after their NAT gateways: terraform-provider-aws
                # 49299.
                if not failed or failed - {ADDRESS, BUCKET}:
                    break
                if BUCKET in failed:
                    self.empty_buckets(self._shown_instances())
                result = self._delete(arguments)
            if not result.succeeded:
                return result
        self._require_same_set()
        try:
            # By its ID: DeleteStackSet, StackSetName. A later set of the same name stays.
            self.client.delete_stack_set(StackSetName=self.stack_set.stack_set_id)
        except self.client.exceptions.StackSetNotFoundException:
            # The response to an earlier attempt was lost.
            return None
        return None

    def _delete(self, arguments: dict[str, Any]) -> OperationResult:
        name, call = self.stack_set.name, partial(self._delete_instances, arguments)
        return self.follow(running.start(self.client, name, call, self.wait_until_idle, Pace()))

    def _delete_instances(self, arguments: dict[str, Any], operation_id: str) -> str:
        # Checked here, since the operations of others are awaited before.
        self._require_same_set()
        regions = arguments["Regions"]
        created = self._created()
        self.require_shown_data(
            [
                one
                for one in self._shown_instances()
                if one.region in regions and str(one) not in created
            ]
        )
        answer = self.client.delete_stack_instances(
            StackSetName=self.stack_set.stack_set_id,
            RetainStacks=False,
            OperationId=operation_id,
            **arguments,
        )
        return answer["OperationId"]

    def _require_same_set(self) -> None:
        now = find_stack_set(self.client, self.stack_set.name)
        if now is not None and now.stack_set_id != self.stack_set.stack_set_id:
            raise self._refusal("was deleted and created again since it was shown")

    def _shown_instances(self) -> tuple[Instance, ...]:
        """Return the current instances; raises RolloutError if one was not shown."""
        current = list_instances(self.client, self.stack_set.stack_set_id)
        known = {(str(one), one.stack_id) for one in self.instances}
        new = [one for one in current if (str(one), one.stack_id) not in known]
        if new and self.running_operation:
            created = self._targets_of(self.running_operation)
            new = [one for one in new if str(one) not in created]
        if new:
            raise self._refusal(f"has stacks now that were not shown: {named(new)}")
        return current

    def _created(self) -> frozenset[str]:
        # What a shown creation creates is deleted too; an update adds data that must be shown.
        if not self.running_operation:
            return frozenset()
        try:
            shown = self.client.describe_stack_set_operation(
                StackSetName=self.stack_set.stack_set_id, OperationId=self.running_operation
            )["StackSetOperation"]
        except self.client.exceptions.OperationNotFoundException:
            return frozenset()
        created = shown.get("Action") == "CREATE"
        return self._targets_of(self.running_operation) if created else frozenset()

    def _targets_of(self, operation_id: str) -> frozenset[str]:
        pages = self.client.get_paginator("list_stack_set_operation_results").paginate(
            StackSetName=self.stack_set.stack_set_id, OperationId=operation_id
        )
        results = (one for page in pages for one in page["Summaries"])
        return frozenset(f"{one.get('Account')}/{one.get('Region')}" for one in results)

    def _refusal(self, what: str) -> RolloutError:
        return RolloutError(
            f"{self.stack_set.name} in {self.primary} {what}; nothing more was deleted",
            ExitCode.REFUSED,
            hint=SHOWS_CURRENT,
        )

    def _groups(self, instances: Sequence[Instance]) -> Iterator[dict[str, Any]]:
        regions = sorted(
            {one.region for one in instances},
            key=lambda region: (region == self.last, region == self.primary),
        )
        shown = self.client.describe_stack_set(StackSetName=self.stack_set.stack_set_id)["StackSet"]
        if shown.get("PermissionModel") == "SERVICE_MANAGED":
            if regions:
                units = shown.get("OrganizationalUnitIds", [])
                yield {
                    **_in_order(regions),
                    "DeploymentTargets": {"OrganizationalUnitIds": units},
                }
            return
        # A call deletes every account in every region: groups the regions with the same accounts.
        accounts = {
            region: tuple(sorted(one.account for one in instances if one.region == region))
            for region in regions
        }
        for members in dict.fromkeys(accounts.values()):
            alike = [region for region in regions if accounts[region] == members]
            yield {**_in_order(alike), "Accounts": [*members]}


def _in_order(regions: Sequence[str]) -> dict[str, Any]:
    return {
        "Regions": [*regions],
        "OperationPreferences": {
            "RegionConcurrencyType": "SEQUENTIAL",
            "RegionOrder": [*regions],
            "FailureToleranceCount": 0,
            "MaxConcurrentCount": 1,
        },
    }
