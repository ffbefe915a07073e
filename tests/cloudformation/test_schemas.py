"""Tests reading AWS's resource schemas."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from payment_templates.cloudformation import TemplateError, schemas
from payment_templates.cloudformation.schemas import ResourceSchema, resource_schema, resource_types


def schema_of(resource_type: str) -> ResourceSchema:
    found = resource_schema(resource_type)
    assert found is not None
    return found


def test_schema_lists_create_only_read_only_and_write_only_properties() -> None:
    cluster = schema_of("AWS::RDS::DBCluster")

    assert "DatabaseName" in cluster.create_only
    assert "KmsKeyId" in cluster.create_only
    assert "Endpoint/Address" in cluster.read_only
    assert "MasterUserPassword" in cluster.write_only
    assert cluster.primary_identifier == ("DBClusterIdentifier",)


def test_property_that_may_replace_is_listed_separately() -> None:
    service = schema_of("AWS::RDS::DBInstance")

    assert service.conditional_create_only - service.create_only


def test_schema_lists_required_properties_permissions_and_tags() -> None:
    subnet = schema_of("AWS::EC2::Subnet")

    assert subnet.required == ("VpcId",)
    assert "ec2:CreateSubnet" in subnet.permissions("create")
    assert subnet.permissions("dance") == ()
    assert subnet.tag_property == "Tags"


def test_definition_is_found_through_references_and_lists() -> None:
    group = schema_of("AWS::ElasticLoadBalancingV2::TargetGroup")

    assert group.definition("Targets/Port")["type"] == "integer"
    assert group.definition("Targets/Nothing") == {}


def test_default_is_the_default_of_the_schema() -> None:
    gateway = schema_of("AWS::EC2::NatGateway")

    assert gateway.default("Nothing") is None
    assert {name: found for name in gateway.properties if (found := gateway.default(name))} == {}


def test_unknown_type_or_region_has_no_schema() -> None:
    assert resource_schema("AWS::Own::Thing") is None
    assert resource_schema("AWS::S3::Bucket", "nowhere-1") is None
    assert len(resource_types("us-east-1")) > 1000


def test_cfn_lint_itself_is_not_imported() -> None:
    # In a separate process: other tests import cfn-lint.
    program = (
        "import sys\n"
        "from payment_templates.cloudformation.schemas import resource_schema\n"
        "resource_schema('AWS::S3::Bucket', 'eu-west-1')\n"
        "sys.exit('cfnlint.template' in sys.modules)\n"
    )

    ended = subprocess.run([sys.executable, "-c", program], check=False)

    assert ended.returncode == 0


def forget() -> None:
    """Clear the cache of the schemas."""
    schemas.schema_folder.cache_clear()
    schemas.resource_types.cache_clear()


def test_error_about_missing_schemas_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        del name

    monkeypatch.setattr(schemas, "find_spec", missing)
    forget()

    try:
        with pytest.raises(TemplateError) as caught:
            resource_schema("AWS::S3::Bucket")
        assert not schemas.schemas_installed()
    finally:
        monkeypatch.undo()
        forget()

    assert caught.value.hint == "pip install cfn-lint"
    assert importlib.util.find_spec("cfnlint")
