"""Events and operations as they happen, and a forecast of the time left."""
