"""Says who gets the messages of each alarm and event: by which topic, at which address."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.evidence import Topology
    from payment_templates.evidence.topology.alerting.topics import Topic


def recipients_of(topology: Topology, given: Mapping[str, str]) -> dict[str, str]:
    """Return the topics and subscribers of every alarm, rule and event subscription.

    An address that a parameter sets is shown by the parameter's name; its value only if it is among
    the `given` ones, since it is an example otherwise.
    """
    parameters = {
        text: f"{name} ({text})" if name in given else name
        for name, text in topology.stack.texts.items()
        if name in topology.stack.template.parameters and text
    }
    topics = {
        **{it.logical_id: it.topics for it in topology.alarms},
        **{it.logical_id: it.topics for it in topology.composite_alarms},
        **{it.logical_id: it.topics for it in topology.event_paths},
    }
    return {
        source: "; ".join(
            f"{name} → {', '.join(_addresses(topology.topics[name], parameters))}"
            for name in names
            if name in topology.topics
        )
        for source, names in topics.items()
    }


def _addresses(topic: Topic, parameters: Mapping[str, str]) -> Iterator[str]:
    for address in topic.subscribers:
        yield parameters.get(address, address)
    for subscription in topic.filtered:
        address = subscription.text("Endpoint")
        yield f"{parameters.get(address, address)}, if its filter matches"
    yield from topic.programs
