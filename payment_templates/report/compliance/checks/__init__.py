"""The checks of requirements that no claim of the evidence decides."""
