"""The payment stack as one CloudFormation template."""

from payment_templates.options import PROFILES, Options
from payment_templates.stack import build_template

__all__ = ["PROFILES", "Options", "build_template"]
