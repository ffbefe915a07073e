"""Shows what the other rooms found: pictures for people."""
