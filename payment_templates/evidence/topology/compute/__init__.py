"""ECS services, their containers and their scaling."""
