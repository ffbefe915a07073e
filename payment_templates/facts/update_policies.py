"""Lists the properties whose effect depends on the UpdatePolicy of the resource.

Source: aws-attribute-updatepolicy.md in awsdocs/aws-cloudformation-user-guide@19dc52cd.
"""

# By type: the policy, and the properties whose change replaces the resource if the policy "is set
# to false, or not specified"; otherwise CloudFormation updates them "without interruption".
REPLACES_WITHOUT: dict[str, tuple[str, tuple[str, ...]]] = {
    "AWS::ElastiCache::ReplicationGroup": (
        "UseOnlineResharding",
        ("NumNodeGroups", "NodeGroupConfiguration"),
    ),
    "AWS::Elasticsearch::Domain": ("EnableVersionUpgrade", ("ElasticsearchVersion",)),
    "AWS::OpenSearchService::Domain": ("EnableVersionUpgrade", ("EngineVersion",)),
}
# With this policy set to true, a change of these properties replaces the Auto Scaling group:
# "whether an Auto Scaling group and the instances it contains are replaced during an update".
REPLACES_WITH: dict[str, tuple[str, tuple[str, ...]]] = {
    "AWS::AutoScaling::AutoScalingGroup": (
        "AutoScalingReplacingUpdate/WillReplace",
        ("LaunchConfigurationName", "LaunchTemplate", "VPCZoneIdentifier"),
    ),
}
