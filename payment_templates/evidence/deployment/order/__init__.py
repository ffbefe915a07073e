"""The order in which CloudFormation must create the resources, and delete them in reverse."""
