"""Limits updates and their events to changed resources, and reports new ones as created.

ministack updates every resource of a stack, and reports each as updated.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from payment_templates.rehearsal import ministack

_STACKS = f"{ministack.CLOUDFORMATION}.stacks"
_STARTED = "UPDATE_IN_PROGRESS"
_ENDED = frozenset({"UPDATE_COMPLETE", "UPDATE_FAILED"})

_Key = tuple[str, str, str, str]


def install() -> None:
    """Delay the first event of a resource until it is known whether the resource changes."""
    updates = _Updates()
    ministack.replace_everywhere(_STACKS, "_update_keeping_seed", updates.updating)
    ministack.replace_everywhere(_STACKS, "_provision_keeping_seed", updates.creating)
    ministack.replace_everywhere(_STACKS, "_add_event", updates.reporting)


@dataclass(kw_only=True)
class _Updates:
    """The resources of running updates; mutable, because updates proceed."""

    # The arguments of the delayed events.
    delayed: dict[_Key, tuple[Any, ...]] = field(default_factory=dict[_Key, tuple[Any, ...]])
    new: set[_Key] = field(default_factory=set[_Key])
    add_event: Callable[..., None] = lambda *_: None

    def reporting(self, original: Callable[..., None]) -> object:
        self.add_event = original

        # ministack's own signature; the first event has neither a reason nor more arguments.
        def add_event(
            stack_id: str,
            stack_name: str,
            logical_id: str,
            resource_type: str,
            status: str,
            *reason: str,
            **rest: str,
        ) -> None:
            key = _key(stack_name, logical_id)
            event = (stack_id, stack_name, logical_id, resource_type)
            if status == _STARTED and not any(reason) and not any(rest.values()):
                self.delayed[key] = (*event, status)
                return
            if status in _ENDED and key in self.new:
                self.new.discard(key)
                status = status.replace("UPDATE", "CREATE")
            elif status == "UPDATE_COMPLETE" and key in self.delayed:
                del self.delayed[key]
                return
            self._release(key)
            original(*event, status, *reason, **rest)

        return add_event

    def updating(self, original: Callable[..., Any]) -> object:
        # ministack's own arguments and result.
        def update(*given: Any) -> Any:  # noqa: ANN401 - see above
            _, physical_id, before, after, stack_name, logical_id, attributes = given
            if before == after:
                return (physical_id, attributes), _name_seed()
            self._release(_key(stack_name, logical_id))
            return original(*given)

        return update

    def creating(self, original: Callable[..., Any]) -> object:
        def create(resource_type: str, logical_id: str, properties: object, stack_name: str) -> Any:  # noqa: ANN401 - ministack's own result
            key = _key(stack_name, logical_id)
            if key in self.delayed:
                self.new.add(key)
                self.delayed[key] = (*self.delayed[key][:-1], "CREATE_IN_PROGRESS")
                self._release(key)
            return original(resource_type, logical_id, properties, stack_name)

        return create

    def _release(self, key: _Key) -> None:
        event = self.delayed.pop(key, None)
        if event is not None:
            self.add_event(*event)


def _key(stack_name: str, logical_id: str) -> _Key:
    return ministack.account(), ministack.region(), stack_name, logical_id


def _name_seed() -> object:
    return ministack.look_up(_STACKS, "_NAME_SEED").get()
