"""The tests of the room that reads templates."""
