"""Tests of the evidence: is what it says about a template true?"""
