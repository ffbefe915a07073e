"""Writes an assessment as an OSCAL component definition, which compliance tools import.

https://pages.nist.gov/OSCAL/learn/concepts/layer/implementation/component-definition/
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from payment_templates.facts.pci_dss.requirements import SOURCE
from payment_templates.report.compliance.assessment import Status
from payment_templates.report.compliance.output.text import resources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from payment_templates.cloudformation import Template
    from payment_templates.report.compliance.assessment import Assessed, Assessment
    from payment_templates.report.compliance.template_file import TemplateFile

OSCAL_VERSION = "1.2.1"
# Of this program's own properties and UUIDs.
_NAMESPACE = "urn:payment-stack:pci-dss:4.0.1"
# The values that OSCAL defines for its property implementation-status.
_IMPLEMENTED, _PARTIAL = "implemented", "partial"
_LISTED = {Status.MET, Status.CONDITIONAL}


def to_oscal(
    assessment: Assessment, template: Template, file: TemplateFile, *, last_modified: datetime
) -> str:
    """Return a component definition with the requirements that the stack meets.

    The same template and time give the same text: UUIDs are derived from the content. A tool takes
    each listed requirement as implemented, so those that are not met are only named in a remark,
    and those of which the customer must do a part are partial.
    `last_modified` needs a time zone.
    """
    name = str(template.document.get("Description") or "Stack")
    namespace = uuid5(NAMESPACE_URL, _NAMESPACE)
    component = uuid5(namespace, f"component {name}")
    metadata = {
        "title": f"PCI DSS v4.0.1: {name}",
        "last-modified": last_modified.isoformat(timespec="seconds"),
        "version": _digest(template.document),
        "oscal-version": OSCAL_VERSION,
        "props": [
            {"name": name, "ns": _NAMESPACE, "value": value}
            for name, value in (
                ("template-file", file.name),
                ("template-sha256", file.sha256),
                *(
                    (f"parameter-{name}", value.strip())
                    for name, value in file.parameters.items()
                    # OSCAL has no empty value, and none with spaces around it.
                    if value.strip()
                ),
            )
        ],
    }
    components = [
        {
            "uuid": str(component),
            "type": "service",
            "title": name,
            "description": (
                f"A CloudFormation stack in {assessment.region}, assessed from its template for "
                f"the profile {assessment.profile}."
            ),
            **_implementations(assessment, component),
        }
    ]
    content = _digest([metadata["version"], components])
    document = {
        "uuid": str(uuid5(namespace, content)),
        "metadata": metadata,
        "components": components,
    }
    return json.dumps({"component-definition": document}, indent=2)


def _implementations(assessment: Assessment, component: UUID) -> dict[str, object]:
    """Return the controls that a component implements; nothing if there are none."""
    listed = [_requirement(it, component) for it in assessment.requirements if _is_listed(it)]
    if not listed:
        return {}
    implementation = {
        "uuid": str(uuid5(component, "control-implementation")),
        "source": SOURCE,
        "description": "\n".join(_description(assessment)),
        "implemented-requirements": listed,
    }
    return {"control-implementations": [implementation]}


def _description(assessment: Assessment) -> Iterator[str]:
    yield "The requirements of PCI DSS v4.0.1 whose technical part the template meets."
    for status in Status:
        others = [
            it.row.number
            for it in assessment.requirements
            if it.status is status and not _is_listed(it)
        ]
        if others:
            yield f"Not listed, because {status}: {', '.join(others)}."


def _requirement(it: Assessed, component: UUID) -> dict[str, object]:
    control = f"pci-dss-{it.row.number}"
    properties = [
        {"name": "implementation-status", "value": _implementation_status(it)},
        *({"name": "checked-by", "ns": _NAMESPACE, "value": part.check.name} for part in it.parts),
        *({"name": "aws-config-rule", "ns": _NAMESPACE, "value": each} for each in it.config_rules),
        *(
            {"name": "security-hub-control", "ns": _NAMESPACE, "value": each}
            for each in it.controls
        ),
    ]
    remarks = [
        *([f"Customer: {it.row.customer}."] if it.row.customer else []),
        *([f"AWS: {it.row.aws}."] if it.row.aws else []),
    ]
    return {
        "uuid": str(uuid5(component, control)),
        "control-id": control,
        "description": f"{it.summary}: {it.why}. Resources: {'; '.join(resources(it)) or 'none'}.",
        "props": properties,
        **({"remarks": "\n".join(remarks)} if remarks else {}),
    }


def _is_listed(it: Assessed) -> bool:
    return it.status in _LISTED


def _implementation_status(it: Assessed) -> str:
    whole = it.status is Status.MET and not it.row.customer
    return _IMPLEMENTED if whole else _PARTIAL


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, default=str)
    return f"sha256:{sha256(text.encode()).hexdigest()}"
