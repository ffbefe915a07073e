"""Leaves a stuck state: deletes the stack, or continues its rollback."""
