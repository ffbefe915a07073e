"""Keeps a stack in review for all its change sets, and shows the change set that made a stack.

CreateChangeSet, ChangeSetType: a change set of type CREATE creates a stack "with a unique stack ID"
in REVIEW_IN_PROGRESS; a second one belongs to the same stack. ministack creates another stack, and
deletes it with all its change sets when the request is refused. Stack, ChangeSetId: of the change
set that created or updated the stack.
"""

from collections.abc import Callable, Mapping
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.ministack import Reply

_Handler = Callable[[Mapping[str, Any]], Reply]


def install() -> None:
    """Correct CreateChangeSet and DescribeStacks."""
    handlers: dict[str, _Handler] = ministack.look_up(ministack.HANDLERS, "_ACTION_HANDLERS")
    handlers["CreateChangeSet"] = _in_same_stack(handlers["CreateChangeSet"])
    handlers["DescribeStacks"] = _with_change_set(handlers["DescribeStacks"])


def _in_same_stack(original: _Handler) -> _Handler:
    def create(request: Mapping[str, Any]) -> Reply:
        name: str = ministack.look_up(ministack.HANDLERS, "_p")(request, "StackName")
        stacks: dict[str, Any] = ministack.look_up(ministack.CLOUDFORMATION, "_stacks")
        before = stacks.get(name)
        reply = original(request)
        if before is None or before["StackStatus"] != "REVIEW_IN_PROGRESS":
            return reply
        after = stacks.get(name, before)
        stacks[name] = before
        if after is before:
            return reply
        for change_set in _change_sets().values():
            if change_set["StackId"] == after["StackId"]:
                change_set["StackId"] = before["StackId"]
        status, headers, body = reply
        return status, headers, _text(body).replace(after["StackId"], before["StackId"]).encode()

    return create


def _with_change_set(original: _Handler) -> _Handler:
    def describe(request: Mapping[str, Any]) -> Reply:
        status, headers, body = original(request)
        text = _text(body)
        for change_set in _change_sets().values():
            if change_set["ExecutionStatus"].startswith("EXECUTE_"):
                shown = f"<StackId>{change_set['StackId']}</StackId>"
                identity = f"<ChangeSetId>{change_set['ChangeSetId']}</ChangeSetId>"
                text = text.replace(shown, shown + identity)
        return status, headers, text.encode()

    return describe


def _change_sets() -> Mapping[str, dict[str, Any]]:
    found: Mapping[str, dict[str, Any]] = ministack.look_up(
        ministack.CLOUDFORMATION, "_change_sets"
    )
    return found


def _text(body: bytes | str) -> str:
    return body.decode() if isinstance(body, bytes) else body
