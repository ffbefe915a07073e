"""What ministack has and does otherwise than AWS: one fault, one file."""
