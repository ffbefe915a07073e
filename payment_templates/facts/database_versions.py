"""Lists the Aurora PostgreSQL versions that exist, and knows which of them RDS has retired."""

import re

# The lowest minor version for new clusters by major version, and older versions that RDS still
# accepts: cfn-lint 1.58, aws_rds_dbcluster/engine_version and engine_version_deprecated.
_FIRST_CREATABLE_MINOR = {13: 23, 14: 17, 15: 10, 16: 8, 17: 4, 18: 3}
_CREATABLE_OLDER = {"11.9", "11.21", "12.9", "12.22", "13.9", "14.6"}
_VERSION = re.compile(r"(\d+)\.(\d+)")

# The minor versions that exist by major version, for the one that the template uses: cfn-lint 1.58,
# aws_rds_dbcluster/engine_version.
MINORS = {15: (2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 14, 15, 17, 18, 19)}


def is_retired(version: str) -> bool:
    """Return whether RDS no longer creates clusters of a version.

    False for a major version alone, of which RDS chooses the minor one.
    """
    found = _VERSION.fullmatch(version)
    if found is None or version in _CREATABLE_OLDER:
        return False
    major, minor = map(int, found.groups())
    return major < min(_FIRST_CREATABLE_MINOR) or minor < _FIRST_CREATABLE_MINOR.get(major, 0)
