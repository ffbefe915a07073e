"""Creates, checks and deletes the IAM roles that self-managed stack sets need."""
