"""Decodes Base64, such as user data that is given encoded."""

from __future__ import annotations

import binascii
import re
import zlib
from base64 import b64decode

# Shorter texts have no room for a name and a secret.
_ENCODED = re.compile(r"[A-Za-z0-9+/\r\n]{24,}={0,2}\s*")
_GZIP = b"\x1f\x8b"
# The window of zlib for a gzip header, which cloud-init reads too:
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
_WITH_HEADER = 31
_MOST_BYTES = 65_536


def decoded(text: str) -> str:
    """Return the text that is encoded, or "" if none is."""
    if not _ENCODED.fullmatch(text):
        return ""
    try:
        data = b64decode(text, validate=False)
        if data.startswith(_GZIP):
            data = zlib.decompressobj(_WITH_HEADER).decompress(data, _MOST_BYTES)
        found = data.decode()
    except (binascii.Error, UnicodeDecodeError, zlib.error):
        return ""
    return found if all(it.isprintable() or it.isspace() for it in found) else ""
