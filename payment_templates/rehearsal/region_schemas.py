"""Finds the AWS schema of a resource type in every region."""

from payment_templates.cloudformation.schemas import (
    ResourceSchema,
    resource_schema,
    resource_types,
)

# ministack has one set of resource types for all regions: the schemas of this region apply.
REFERENCE_REGION = "us-east-1"


def regional_schema(resource_type: str, region: str) -> ResourceSchema | None:
    """Return the schema of a type in a region; None if the region does not have the type.

    cfn-lint ships no schemas for some regions, such as me-south-1: the reference region's apply.
    """
    return resource_schema(resource_type, region if resource_types(region) else REFERENCE_REGION)
