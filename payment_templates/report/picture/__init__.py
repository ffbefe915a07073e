"""Draws a stack: the regions side by side, the zones as columns, the tiers as rows."""
