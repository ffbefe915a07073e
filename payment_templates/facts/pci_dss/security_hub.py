"""Lists the controls of Security Hub's standard PCI DSS v4.0.1 on a payment stack's resources.

Only the facts carry over: control, resource types, numbers of requirements.
"""

from payment_templates.facts.pci_dss.rules import Rule

# Which controls apply: https://docs.aws.amazon.com/securityhub/latest/userguide/pci-standard.html
# Requirements and types: "Related requirements" and "Resource type" on the page of each service:
# https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html


def _control(name: str, resource_type: str, *requirements: str) -> Rule:
    return Rule(name=name, resource_types=(resource_type,), requirements=requirements)


_BUCKET = "AWS::S3::Bucket"
_LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.
_SECURITY_GROUP = "AWS::EC2::SecurityGroup"
_SUBSCRIPTION = "AWS::RDS::EventSubscription"

SECURITY_HUB = (
    _control("EC2.13", _SECURITY_GROUP, "1.3.1"),
    _control("EC2.14", _SECURITY_GROUP, "1.3.1"),
    _control("EC2.15", "AWS::EC2::Subnet", "1.4.4"),
    _control("ECS.2", "AWS::ECS::Service", "1.4.4"),
    _control("ECS.8", "AWS::ECS::TaskDefinition", "8.6.2"),
    _control("ECS.10", "AWS::ECS::Service", "6.3.3"),
    _control("ELB.4", _LOAD_BALANCER, "6.2.4"),
    _control("ELB.12", _LOAD_BALANCER, "6.2.4"),
    _control("KMS.4", "AWS::KMS::Key", "3.7.4"),
    _control("RDS.2", "AWS::RDS::DBInstance", "1.4.4"),
    _control("RDS.9", "AWS::RDS::DBInstance", "10.2.1"),
    _control("RDS.13", "AWS::RDS::DBInstance", "6.3.3"),
    _control("RDS.20", _SUBSCRIPTION, "11.5.2"),
    _control("RDS.21", _SUBSCRIPTION, "11.5.2"),
    _control("RDS.22", _SUBSCRIPTION, "11.5.2"),
    _control("RDS.24", "AWS::RDS::DBCluster", "2.2.2"),
    _control("RDS.35", "AWS::RDS::DBCluster", "6.3.3"),
    _control("RDS.37", "AWS::RDS::DBCluster", "10.4.2"),
    _control("S3.5", _BUCKET, "4.2.1"),
    _control("S3.8", _BUCKET, "1.4.4"),
    _control("S3.9", _BUCKET, "10.2.1"),
    _control("S3.15", _BUCKET, "10.5.1"),
    _control("S3.17", _BUCKET, "3.5.1"),
    _control("SecretsManager.1", _SECRET, "8.3.9", "8.6.3"),
    _control("SecretsManager.2", _SECRET, "8.3.9", "8.6.3"),
    _control("SecretsManager.4", _SECRET, "8.3.9", "8.6.3"),
    _control("WAF.11", "AWS::WAFv2::WebACL", "10.4.2"),
)
