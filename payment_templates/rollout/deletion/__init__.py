"""What a deletion deletes, retains and leaves behind."""
