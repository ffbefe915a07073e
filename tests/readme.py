"""Write the tables of README.md anew from the template: python -m tests.readme."""

from __future__ import annotations

from pathlib import Path

from payment_templates import PROFILES, build_template
from tests.view import View

README = Path(__file__).parent.parent / "README.md"


def rewritten(text: str, template: View) -> str:
    """Put today's tables between the markers of a text; all else stays."""
    for name, table in (("parameters", _parameters(template)), ("outputs", _outputs(template))):
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{table}{end}{after}"
    return text


def _parameters(template: View) -> str:
    rows = ["| parameter | default | what it is | what is taken |", "|---|---|---|---|"]
    for name, parameter in template.document["Parameters"].items():
        default = f"`{parameter['Default']}`" if parameter.get("Default") else _absent(parameter)
        taken = parameter["ConstraintDescription"]
        rows.append(f"| `{name}` | {default} | {parameter['Description']} | {taken} |")
    return "\n".join(rows) + "\n"


def _absent(parameter: dict[str, object]) -> str:
    return "empty" if "Default" in parameter else "**must be given**"


def _outputs(template: View) -> str:
    rows = ["| output | what it is |", "|---|---|"]
    for name, output in template.document["Outputs"].items():
        condition = f", if `{output['Condition']}`" if "Condition" in output else ""
        rows.append(f"| `{name}` | {output['Description']}{condition} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    standard = View.of(build_template(PROFILES["standard"]))
    README.write_text(rewritten(README.read_text(), standard))
