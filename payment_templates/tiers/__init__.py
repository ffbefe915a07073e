"""Adds the tiers of the stack: one module, one dataclass and one function each."""
