"""Runs cfn-lint on a template, where it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.evidence.deployment.lint_findings import LintFinding

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template


def lint(template: Template, region: str) -> tuple[LintFinding, ...]:
    """Return what cfn-lint finds in a region, errors first.

    Raises TemplateError when cfn-lint is not installed.
    """
    try:
        # It takes longer to load than the examination takes.
        from cfnlint.api import lint as cfn_lint  # noqa: PLC0415
    except ImportError:
        raise TemplateError("cfn-lint is not installed", hint="pip install cfn-lint") from None
    found = (
        LintFinding(
            rule=match.rule.id,
            # Only matches in a template that can be read have a path.
            place=".".join(map(str, getattr(match, "path", None) or ())),
            message=" ".join(match.message.split()),
        )
        for match in cfn_lint(template.text, regions=[region])
    )
    return tuple(sorted(found, key=lambda finding: (not finding.is_error, finding.place)))
