"""Shows what was found: failures on a page, bill, picture, PCI DSS, and what a change does."""
