"""Creation, updates and deletion: order, duration, names, replacement, refusals by AWS."""
