"""Whether policies allow a request, and which key a property names."""
