"""Where each resource type states that AWS must refuse its deletion."""

# The property and the values that protect, in lower case, as in AWS's resource schemas.
# The protection of an instance of Aurora has no effect: AWS::RDS::DBInstance, DeletionProtection.
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
# Types that state it below another property.
NESTED_PROTECTIONS = {
    "AWS::DynamoDB::GlobalTable": "Replicas.DeletionProtectionEnabled",
    "AWS::EMR::Cluster": "Instances.TerminationProtected",
}
# Types that are protected where the property is absent: AWS::NeptuneGraph::Graph in cfn-lint 1.58,
# and CreateLedger in the Amazon QLDB developer guide.
PROTECTED_BY_DEFAULT = {"AWS::NeptuneGraph::Graph", "AWS::QLDB::Ledger"}
# AWS::VerifiedPermissions::PolicyStore states it in an object.
PROTECTION_MODE = "Mode"
# AWS::ElasticLoadBalancingV2::LoadBalancer states it among its attributes.
LOAD_BALANCER_ATTRIBUTE = "deletion_protection.enabled"
