"""Lists the properties that turn on deletion protection."""

# The properties in AWS's resource schemas, and the values that protect, in lower case.
# On an Aurora instance the property has no effect: AWS::RDS::DBInstance, DeletionProtection.
PROTECTIONS = {
    "DeleteProtection": {"true"},
    "DeletionProtected": {"true"},
    "DeletionProtection": {
        *("true", "active", "enabled", "prevent-all-deletion", "prevent-force-deletion"),
    },
    "DeletionProtectionEnabled": {"true"},
    "DisableApiTermination": {"true"},
    "TerminationProtectionEnabled": {"true"},
}
# Types with the property in a nested object.
NESTED_PROTECTIONS = {
    "AWS::DynamoDB::GlobalTable": "Replicas.DeletionProtectionEnabled",
    "AWS::EMR::Cluster": "Instances.TerminationProtected",
}
# Types that are protected by default: AWS::NeptuneGraph::Graph in cfn-lint 1.58,
# and CreateLedger in the Amazon QLDB developer guide.
PROTECTED_BY_DEFAULT = {"AWS::NeptuneGraph::Graph", "AWS::QLDB::Ledger"}
# AWS::VerifiedPermissions::PolicyStore: the key in the object DeletionProtection.
PROTECTION_MODE = "Mode"
# AWS::ElasticLoadBalancingV2::LoadBalancer: the key in LoadBalancerAttributes.
LOAD_BALANCER_ATTRIBUTE = "deletion_protection.enabled"
