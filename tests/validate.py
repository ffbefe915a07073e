"""Validates a template with AWS's offline validator: python -m tests.validate TEMPLATE.

Prints a line for every finding of any severity, and exits 1 when there is one. An accepted finding
is listed with its reason in the metadata of the resource, or of the template when it concerns no
resource.

    "Metadata": {"cloudformation-validate": {"W2508": "The load balancer is public."}}

The validator itself reads no metadata. An entry that accepts nothing is a finding too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from payment_templates.commands.output.interruption import end_on_interruption

# First: the validator loads for a third of a second.
end_on_interruption()

from cloudformation_validate import (  # noqa: E402 - see above.
    CompositeEngine,
    DetailLevel,
    EntityType,
    PseudoParameterOverrides,
    RuleFilterConfig,
    TemplateContent,
    ValidateConfig,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudformation_validate import Diagnostic

METADATA_KEY = "cloudformation-validate"
# One region is enough: cfn-lint checks what differs between regions.
REGION = "us-east-1"
EXCLUDED_RULES = [
    "I4010",  # Asks for a description of every resource, which would exceed 51,200 bytes.
    "I9001",  # Lists each property that an update cannot change: nothing to correct.
]
# The subject of a finding that concerns no resource.
WHOLE_TEMPLATE = "template"


def main() -> int:
    """Print the findings and a summary; return 1 if there is a finding."""
    started = time.perf_counter()
    parser = argparse.ArgumentParser(description="Validate a template with AWS's validator.")
    parser.add_argument("template", type=Path)
    parser.add_argument(
        "--after",
        nargs=argparse.REMAINDER,
        metavar="COMMAND",
        help="command that writes the template; it runs while the validator starts",
    )
    arguments = parser.parse_args()
    path: Path = arguments.template

    # The command is the caller's own.
    writer = subprocess.Popen(arguments.after) if arguments.after else None
    engine = CompositeEngine()
    if writer and writer.wait():
        return writer.returncode
    try:
        text = path.read_text(encoding="utf-8")
        accepted = _accepted(json.loads(text))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"error: cannot read {path}: {error}\nhint: pass a template in JSON\n")
        return 2
    config = ValidateConfig(
        exclude=RuleFilterConfig(ids=EXCLUDED_RULES),
        pseudo_parameter_overrides=PseudoParameterOverrides(region=REGION),
        detail_level=DetailLevel.STANDARD,
    )
    # Its annotation uses os.PathLike without a type argument.
    report = engine.validate_template(  # pyright: ignore[reportUnknownMemberType]
        TemplateContent(text), config
    )

    findings = list(_findings(report.diagnostics, accepted))
    sys.stdout.writelines(f"{path}:{finding}\n" for finding in findings)
    sys.stdout.write(
        f"{path}: {len(findings)} findings, {len(accepted)} accepted; "
        f"{report.metadata.rules_evaluated - len(EXCLUDED_RULES)} rules, "
        f"{time.perf_counter() - started:.2f} s\n"
    )
    return int(bool(findings))


def _accepted(template: dict[str, Any]) -> set[tuple[str, str]]:
    """Return subject and rule of every metadata entry that has a reason."""
    subjects: dict[str, Any] = {WHOLE_TEMPLATE: template, **template.get("Resources", {})}
    return {
        (subject, rule)
        for subject, described in subjects.items()
        for rule, reason in described.get("Metadata", {}).get(METADATA_KEY, {}).items()
        if reason
    }


def _findings(diagnostics: list[Diagnostic], accepted: set[tuple[str, str]]) -> Iterator[str]:
    unused = accepted.copy()
    for diagnostic in diagnostics:
        subject, rule = _subject(diagnostic), diagnostic.rule_id
        unused.discard((subject, rule))
        if (subject, rule) not in accepted:
            line, severity = diagnostic.start_line or 1, diagnostic.severity.name
            yield f"{line}: {severity} {rule} {subject}: {diagnostic.message}"
    for subject, rule in sorted(unused):
        yield f"1: {subject} accepts {rule}, which finds nothing there"


def _subject(diagnostic: Diagnostic) -> str:
    entity = diagnostic.entity
    if entity and entity.entity_type is EntityType.RESOURCE:
        return entity.logical_id
    return WHOLE_TEMPLATE


if __name__ == "__main__":
    sys.exit(main())
