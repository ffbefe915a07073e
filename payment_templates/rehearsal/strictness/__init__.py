"""What AWS refuses and ministack takes: one rule, one file."""
