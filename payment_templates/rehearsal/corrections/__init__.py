"""Corrects where ministack differs from AWS: one fault, one file."""
