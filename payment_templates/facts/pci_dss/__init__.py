"""PCI DSS v4.0.1: what each requirement asks for, and which rules of AWS check it."""
