"""Who is notified of a failure, by which path, and how fast."""
