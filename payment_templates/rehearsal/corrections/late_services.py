"""Creates the rules of security groups while a service waits for its steady state.

CloudFormation creates resources that do not depend on each other at the same time, ministack one
after the other: a service whose health checks need a rule that comes later would never be steady.
"""

from collections.abc import Callable, Mapping
from typing import Any

from payment_templates.rehearsal import ministack

_SERVICE = "AWS::ECS::Service"
_RULES = frozenset({"AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"})


def install() -> None:
    """Move services, and what depends on them, behind the rules that come later."""
    ministack.replace_everywhere(ministack.ENGINE, "_topological_sort", _services_last)


def _services_last(original: Callable[..., list[str]]) -> object:
    def order(resources: Mapping[str, Any], conditions: Mapping[str, bool]) -> list[str]:
        ordered = original(resources, conditions)
        types = [resources[name].get("Type") for name in ordered]
        if _SERVICE not in types or not _RULES & {*types[types.index(_SERVICE) :]}:
            return ordered
        late: set[str] = set()
        for name, resource_type in zip(ordered, types, strict=True):
            needed: set[str] = ministack.look_up(ministack.ENGINE, "_extract_deps")(
                resources[name], {*ordered}
            )
            if resource_type == _SERVICE or needed & late:
                late.add(name)
        return sorted(ordered, key=lambda name: name in late)

    return order
