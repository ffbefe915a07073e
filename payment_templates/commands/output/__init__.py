"""What a command prints: text for a terminal, or one JSON document."""
