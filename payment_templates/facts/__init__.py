"""What is true of AWS: data with sources, and no logic."""
