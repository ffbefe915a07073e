"""Templates of a load balancer with access logs, whose test file stops the rollback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.rollout.running import FAILING, OPEN, changed

if TYPE_CHECKING:
    from pathlib import Path


def failing(folder: Path, policy: str | dict[str, str]) -> Path:
    """Return a template whose creation fails after the load balancer's test file is written."""
    wrong = {**FAILING, "DependsOn": ["Person", "Balancer"]}
    return changed(folder, {**resources(policy), "Wrong": wrong}, template=OPEN)


def working(folder: Path, policy: str | dict[str, str]) -> Path:
    """Return the same template without the resource that fails."""
    return changed(folder, resources(policy), template=OPEN)


def resources(policy: str | dict[str, str]) -> dict[str, Any]:
    """Return a load balancer with access logs and their bucket of this deletion policy."""
    return {
        "Bucket": {**filled_bucket("payment-logs"), "DeletionPolicy": policy},
        "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "SubnetA": _subnet("a", 1),
        "SubnetB": _subnet("b", 2),
        "Balancer": {
            "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {
                "Name": {"Fn::Sub": "payment-alb-${EnvironmentSuffix}"},
                "Subnets": [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}],
                "LoadBalancerAttributes": [
                    {"Key": "access_logs.s3.enabled", "Value": "true"},
                    {"Key": "access_logs.s3.bucket", "Value": {"Ref": "Bucket"}},
                ],
            },
        },
    }


def filled_bucket(start: str = "payment-stuck") -> dict[str, Any]:
    """Return a versioned bucket with a name of the project's form."""
    name = start + "-${AWS::AccountId}-${EnvironmentSuffix}-${AWS::Region}"
    return {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Delete",
        "Properties": {
            "BucketName": {"Fn::Sub": name},
            "VersioningConfiguration": {"Status": "Enabled"},
        },
    }


def _subnet(zone: str, number: int) -> dict[str, Any]:
    return {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "Network"},
            "CidrBlock": f"10.0.{number}.0/24",
            "AvailabilityZone": {"Fn::Sub": f"${{AWS::Region}}{zone}"},
        },
    }
