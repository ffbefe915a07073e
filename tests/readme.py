"""Write what README.md shows anew, from the template and docs/screens: python -m tests.readme."""

from __future__ import annotations

import re
from pathlib import Path

from payment_templates import PROFILES, build_template
from tests.view import View

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SCREENS = ROOT / "docs" / "screens"
# Of a rehearsal the README shows what is given, each step, and the table.
_RAREFIED = re.compile(r"\$ | *\d+\.\d s  |[┏┃┡│└]")


def rewritten(text: str, template: View) -> str:
    """Put today's tables and screens between the markers of a text; all else stays."""
    parts = {
        "parameters": _parameters(template),
        "outputs": _outputs(template),
        "rehearsal": _fenced(_rarefied((SCREENS / "rehearsal.txt").read_text())),
    }
    for screen in ("broken_image", "taken_role_name", "bad_property"):
        parts[screen] = _fenced((SCREENS / f"{screen}.txt").read_text())
    for name, part in parts.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{part}{end}{after}"
    return text


def _rarefied(screen: str) -> str:
    return "".join(line for line in screen.splitlines(keepends=True) if _RAREFIED.match(line))


def _fenced(screen: str) -> str:
    return f"```\n{screen}```\n"


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
