"""Plans a rollout, shows it and asks for confirmation."""
