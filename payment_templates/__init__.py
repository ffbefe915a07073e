"""Generates, checks and deploys the payment stack as one CloudFormation template."""

from importlib import import_module

# For annotations alone: the module typing takes as long to load as a small program.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from payment_templates.options import Options
    from payment_templates.profiles import PROFILES
    from payment_templates.rendering import render
    from payment_templates.stack import build_template

__all__ = ["PROFILES", "Options", "build_template", "render"]

_MODULES = {"PROFILES": "profiles", "build_template": "stack", "render": "rendering"}


def __getattr__(name: str) -> object:
    # Imported on first use: every command loads this package, and most need no troposphere.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'options')}"), name)
