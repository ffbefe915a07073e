"""Shows the default of an option as it is written, and no range in click's notation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.types import OptionHelpExtra


class PlainOption(click.Option):
    """An option whose range, if it has one, is in its text."""

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        """Return what click adds to the text: the default, and whether it must be given."""
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        if isinstance(self.show_default, str):
            # click puts it in parentheses.
            extra["default"] = self.show_default
        return extra
