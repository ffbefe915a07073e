"""How the template reaches AWS, and what happens there."""
