"""A template, for one region and one set of parameter values, with no intrinsic left."""
