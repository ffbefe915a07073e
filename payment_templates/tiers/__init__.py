"""The tiers of the stack: one file, one dataclass, one function each."""
