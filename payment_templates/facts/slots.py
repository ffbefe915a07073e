"""Lists what only one resource can have at a time, such as a port of a load balancer.

CloudFormation creates a new resource before it deletes the one that it takes the place of:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
A second resource in the slot therefore meets the first, also under a new logical ID. Unique names
are in `custom_names`. Where the properties that identify a resource are all set by the template
(primaryIdentifier in its schema), it is not listed here: CloudFormation itself refuses a second
one, "already exists in stack" (github.com/sbstjn/serverless-dynamodb-autoscaling/issues/16).
"""

from __future__ import annotations

from dataclasses import dataclass

# EC2's error codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html


@dataclass(frozen=True, kw_only=True)
class Slot:
    """The properties whose values together can belong to one resource."""

    # Each is set. "A.B" is a property within another one, or within each entry of a list.
    properties: tuple[str, ...]
    # Those that belong to the slot and may be absent.
    optional: tuple[str, ...] = ()
    # Why AWS refuses a second one; "" if it accepts it, and the deletion of the first undoes both.
    error: str = ""
    # Whether AWS keeps one for both, so that only the deletion of one of them matters.
    counted_once: bool = False
    # Those of the properties whose blocks of addresses or lists must not overlap.
    overlapping: tuple[str, ...] = ()
    # Those whose case AWS ignores.
    without_case: tuple[str, ...] = ()
    # Those that are names of DNS: their case (RFC 4343) and a final dot do not count. "Route 53
    # treats www.example.com (without a trailing dot) and www.example.com. (with a trailing dot) as
    # identical": botocore, route53, CreateHostedZone and ResourceRecordSet.
    dns_names: tuple[str, ...] = ()
    # The values of a resource that has this slot.
    only_with: tuple[tuple[str, str], ...] = ()
    # The value that AWS takes where an optional property is absent.
    defaults: tuple[tuple[str, str], ...] = ()
    # What two resources of different logical IDs must have in common too.
    within: tuple[str, ...] = ()
    # What the one property must contain, such as ServiceConnectConfiguration.Services.
    containing: str = ""


@dataclass(frozen=True, kw_only=True)
class ParentList:
    """A list of a parent, such as the rules of a security group, with what is also a resource."""

    # The property of the resource that names its parent, and the type of the parent.
    parent: str
    kind: str
    # The property of the parent with the list.
    entries: str
    # The properties that make an entry and a resource the same.
    names: tuple[str, ...]
    # Why AWS refuses the resource beside the same entry; "" if it accepts both.
    error: str = ""


# InvalidIPAddress.InUse: EC2's error codes, as above.
_FIXED_ADDRESS = Slot(
    properties=("PrivateIpAddress", "SubnetId"),
    error="the address is in use (InvalidIPAddress.InUse)",
)
_RULE = ("GroupId", "FromPort", "ToPort", "CidrIp", "CidrIpv6")
_SOURCE = (
    "GroupName",
    "SourceSecurityGroupId",
    "SourceSecurityGroupName",
    "SourceSecurityGroupOwnerId",
)
_DESTINATION = ("DestinationSecurityGroupId", "DestinationPrefixListId")
_LOG = ("LogDestination", "LogDestinationType", "LogGroupName", "LogFormat")
_DUPLICATE_RULE = "the rule already exists (InvalidPermission.Duplicate)"

SLOTS: dict[str, tuple[Slot, ...]] = {
    # github.com/serverless/serverless/issues/2771 and 2730.
    "AWS::ApiGateway::Resource": (
        Slot(
            properties=("RestApiId", "ParentId", "PathPart"),
            error="another resource with the same parent already has this name",
        ),
    ),
    # github.com/anomalyco/sst/issues/513.
    "AWS::ApiGatewayV2::Route": (
        Slot(
            properties=("ApiId", "RouteKey"),
            error="a route with this key already exists (ConflictException)",
        ),
    ),
    # PutScalingPolicy "creates or updates": botocore, application-autoscaling.
    "AWS::ApplicationAutoScaling::ScalingPolicy": (
        Slot(
            properties=("PolicyName",),
            optional=("ScalingTargetId", "ServiceNamespace", "ResourceId", "ScalableDimension"),
        ),
    ),
    # github.com/aws/aws-cdk/issues/12707 and 32373.
    "AWS::CloudFront::Distribution": (
        Slot(
            properties=("DistributionConfig.Aliases",),
            overlapping=("DistributionConfig.Aliases",),
            error="the name belongs to another distribution (CNAMEAlreadyExists)",
        ),
    ),
    # AssociateAddress is "idempotent": the deletion ends the association of both. botocore, ec2.
    "AWS::EC2::EIPAssociation": (
        Slot(
            properties=("AllocationId",),
            optional=("InstanceId", "NetworkInterfaceId", "PrivateIpAddress"),
        ),
    ),
    "AWS::EC2::FlowLog": (
        Slot(
            properties=("ResourceId",),
            optional=("TrafficType", "MaxAggregationInterval", *_LOG),
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-flowlog.html
            defaults=(
                ("MaxAggregationInterval", "600"),
                ("LogDestinationType", "cloud-watch-logs"),
            ),
            error="a flow log with this configuration already exists (FlowLogAlreadyExists)",
        ),
    ),
    "AWS::EC2::Instance": (_FIXED_ADDRESS,),
    # github.com/pulumi/pulumi-aws/issues/1483.
    "AWS::EC2::NatGateway": (
        Slot(
            properties=("AllocationId",),
            error="the address is already associated (Resource.AlreadyAssociated)",
        ),
    ),
    "AWS::EC2::NetworkAclEntry": (
        Slot(
            properties=("NetworkAclId", "RuleNumber"),
            optional=("Egress",),
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkaclentry.html
            defaults=(("Egress", "false"),),
            error="the rule number is in use (NetworkAclEntryAlreadyExists)",
        ),
    ),
    "AWS::EC2::NetworkInterface": (_FIXED_ADDRESS,),
    "AWS::EC2::Route": tuple(
        Slot(
            properties=("RouteTableId", destination),
            error="the route already exists (RouteAlreadyExists)",
        )
        for destination in (
            *("DestinationCidrBlock", "DestinationIpv6CidrBlock"),
            "DestinationPrefixListId",
        )
    ),
    # botocore, ec2, CreateSecurityGroup: "Names are case-insensitive and must be unique within the
    # VPC". The error: github.com/aws-controllers-k8s/community/issues/1652.
    "AWS::EC2::SecurityGroup": (
        Slot(
            properties=("GroupName",),
            optional=("VpcId",),
            without_case=("GroupName",),
            error="the VPC already has a security group of this name (InvalidGroup.Duplicate)",
        ),
    ),
    # github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/612: this type, unlike
    # rules inside a group, refuses duplicates.
    "AWS::EC2::SecurityGroupEgress": (
        Slot(properties=("IpProtocol",), optional=(*_RULE, *_DESTINATION), error=_DUPLICATE_RULE),
    ),
    "AWS::EC2::SecurityGroupIngress": (
        Slot(
            properties=("IpProtocol",),
            optional=(*_RULE, *_SOURCE, "SourcePrefixListId"),
            error=_DUPLICATE_RULE,
        ),
    ),
    # github.com/aws/aws-cdk/issues/23013 and 6683. The schema, of AvailabilityZone: "If you update
    # this property, you must also update the CidrBlock property".
    "AWS::EC2::Subnet": (
        Slot(
            properties=("VpcId", "CidrBlock"),
            overlapping=("CidrBlock",),
            error="the block conflicts with another subnet (InvalidSubnet.Conflict)",
        ),
    ),
    # The create handler of the schema may replace an association (ReplaceRouteTableAssociation),
    # and the delete handler removes it.
    "AWS::EC2::SubnetRouteTableAssociation": (Slot(properties=("SubnetId", "RouteTableId")),),
    "AWS::EC2::VPCEndpoint": (
        # github.com/eksctl-io/eksctl/issues/2510: each adds a route to the route tables.
        Slot(
            properties=("VpcId", "ServiceName", "RouteTableIds"),
            optional=("VpcEndpointType",),
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html
            defaults=(("VpcEndpointType", "Gateway"),),
            overlapping=("RouteTableIds",),
            error="the route table already has a route to the service (RouteAlreadyExists)",
        ),
        # github.com/aws-cloudformation/cfn-lint/pull/4492, tested against AWS.
        Slot(
            properties=("VpcId", "ServiceName"),
            only_with=(("VpcEndpointType", "Interface"), ("PrivateDnsEnabled", "true")),
            error="there is already a conflicting DNS domain for the service in the VPC",
        ),
    ),
    # The error of AttachInternetGateway: github.com/berlioz-the/berlioz/issues/1.
    "AWS::EC2::VPCGatewayAttachment": tuple(
        Slot(
            properties=(gateway,),
            error="the gateway is already attached (Resource.AlreadyAssociated)",
        )
        for gateway in ("InternetGatewayId", "VpnGatewayId")
    ),
    # "The CIDR block must not overlap with any existing CIDR block that's associated with the VPC":
    # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    "AWS::EC2::VPCCidrBlock": (
        Slot(
            properties=("VpcId", "CidrBlock"),
            overlapping=("CidrBlock",),
            error="the VPC already has an overlapping block",
        ),
    ),
    # EC2's error codes, as above.
    "AWS::EC2::VPCPeeringConnection": (
        Slot(
            properties=("VpcId", "PeerVpcId"),
            optional=("PeerRegion",),
            error="the VPCs have a peering connection (VpcPeeringConnectionAlreadyExists)",
        ),
    ),
    # The schema: "The stack update fails if you change any properties that require replacement and
    # at least one ECS Service Connect ServiceConnectConfiguration property is configured", because
    # "each ServiceConnectService must have a name that is unique in the namespace".
    "AWS::ECS::Service": (
        Slot(
            properties=("ServiceConnectConfiguration",),
            containing="Services",
            # Its namespace is that of the cluster, unless it names one.
            within=("Cluster",),
            error="its names must be unique in their namespace",
        ),
    ),
    # github.com/aws/aws-cdk/issues/13157 and 13901; botocore, elbv2, CreateListener.
    "AWS::ElasticLoadBalancingV2::Listener": (
        Slot(
            properties=("LoadBalancerArn", "Port"),
            error="a listener already exists on this port (DuplicateListener)",
        ),
    ),
    # github.com/aws/aws-cdk/issues/29496; botocore, elbv2, CreateRule.
    "AWS::ElasticLoadBalancingV2::ListenerRule": (
        Slot(
            properties=("ListenerArn", "Priority"),
            error="the priority is currently in use (PriorityInUse)",
        ),
    ),
    # github.com/hashicorp/terraform-provider-aws/issues/15031.
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        Slot(
            properties=("SubnetMappings.AllocationId",),
            overlapping=("SubnetMappings.AllocationId",),
            error="the address belongs to another load balancer (ResourceInUse)",
        ),
    ),
    # AddListenerCertificates accepts a certificate that is in the list: botocore, elbv2.
    "AWS::ElasticLoadBalancingV2::ListenerCertificate": (
        Slot(
            properties=("ListenerArn", "Certificates"),
            overlapping=("Certificates",),
            counted_once=True,
        ),
    ),
    # AddUserToGroup has no error for a user who is in the group: botocore, iam.
    "AWS::IAM::UserToGroupAddition": (
        Slot(properties=("GroupName", "Users"), overlapping=("Users",), counted_once=True),
    ),
    # botocore, lambda, CreateAlias.
    "AWS::Lambda::Alias": (
        Slot(
            properties=("FunctionName", "Name"),
            error="the alias already exists (ResourceConflictException)",
        ),
    ),
    # botocore, lambda, CreateFunctionUrlConfig: "The resource already exists".
    "AWS::Lambda::Url": (
        Slot(
            properties=("TargetFunctionArn",),
            optional=("Qualifier",),
            error="the function already has a URL (ResourceConflictException)",
        ),
    ),
    # github.com/aws/serverless-application-model/issues/1320.
    "AWS::Lambda::EventSourceMapping": (
        Slot(
            properties=("FunctionName", "EventSourceArn"),
            # Of one source, mappings of other topics are others.
            optional=("Topics", "Queues"),
            error="the mapping already exists (ResourceConflictException)",
        ),
    ),
    # Its handlers register and deregister the targets of the proxy's one target group: the schema.
    "AWS::RDS::DBProxyTargetGroup": (Slot(properties=("DBProxyName", "TargetGroupName")),),
    # botocore, route53, ConflictingDomainExists; the name: CreateHostedZone. Public zones have no
    # VPC.
    "AWS::Route53::HostedZone": (
        Slot(
            properties=("Name", "VPCs"),
            dns_names=("Name",),
            overlapping=("VPCs",),
            error="the VPC has a private hosted zone of this name (ConflictingDomainExists)",
        ),
    ),
    # As AWS::Route53::RecordSet in `custom_names`.
    "AWS::Route53::RecordSetGroup": (
        Slot(
            properties=("RecordSets",),
            optional=("HostedZoneId", "HostedZoneName"),
            dns_names=("HostedZoneName",),
            overlapping=("RecordSets",),
        ),
    ),
    # botocore, route53resolver, AssociateResolverQueryLogConfig.
    "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation": (
        Slot(
            properties=("ResolverQueryLogConfigId", "ResourceId"),
            error="the association already exists (ResourceExistsException)",
        ),
    ),
    # Subscribe returns the subscription that exists: measured in
    # github.com/go-to-k/cdkd/issues/1967.
    "AWS::SNS::Subscription": (Slot(properties=("TopicArn", "Protocol", "Endpoint")),),
    # Its handlers, also the one that deletes it, set the policy of a queue: SetQueueAttributes, in
    # the schema.
    "AWS::SQS::QueuePolicy": (Slot(properties=("Queues",), overlapping=("Queues",)),),
    # botocore, servicediscovery, CreatePrivateDnsNamespace.
    "AWS::ServiceDiscovery::PrivateDnsNamespace": (
        Slot(
            properties=("Name", "Vpc"),
            # It creates a hosted zone.
            dns_names=("Name",),
            error="the VPC has a namespace of this name (NamespaceAlreadyExists)",
        ),
    ),
    # botocore, servicediscovery, CreateService.
    "AWS::ServiceDiscovery::Service": (
        Slot(
            properties=("NamespaceId", "Name"),
            error="a service with the same name already exists (ServiceAlreadyExists)",
        ),
    ),
    # Its create handler overwrites the policy, and its delete handler sets the default policy:
    # github.com/aws-cloudformation/aws-cloudformation-resource-providers-sns, aws-sns-topicpolicy.
    "AWS::SNS::TopicPolicy": (Slot(properties=("Topics",), overlapping=("Topics",)),),
    # github.com/aws/aws-cdk/pull/24365: "a secret can only have a single resource policy".
    "AWS::SecretsManager::ResourcePolicy": (
        Slot(properties=("SecretId",), error="the policy of the secret already exists"),
    ),
    # github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1813.
    "AWS::SecretsManager::RotationSchedule": (Slot(properties=("SecretId",)),),
    # Both handlers write the secret's value: PutSecretValue, in the schema.
    "AWS::SecretsManager::SecretTargetAttachment": (Slot(properties=("SecretId",)),),
    # DisassociateWebACL takes nothing but ResourceArn, so it also removes the new association:
    # github.com/pulumi/pulumi-aws/issues/4782; botocore, wafv2.
    "AWS::WAFv2::WebACLAssociation": (Slot(properties=("ResourceArn",)),),
}

# What a resource and a list of its parent can both have, although AWS has it once. An update that
# moves it from the resource into the list deletes it at its end, with the resource.
PARENT_LISTS: dict[str, ParentList] = {
    # A security group ignores that a rule of its list exists already (github.com/
    # aws-cloudformation/cloudformation-coverage-roadmap/issues/1532 and 1534); a rule of its own
    # type does not (issues/612).
    **{
        f"AWS::EC2::SecurityGroup{direction}": ParentList(
            parent="GroupId",
            kind="AWS::EC2::SecurityGroup",
            entries=f"SecurityGroup{direction}",
            names=("IpProtocol", *_RULE[1:], *others),
            error=_DUPLICATE_RULE,
        )
        for direction, others in (
            ("Egress", _DESTINATION),
            ("Ingress", (*_SOURCE[1:], "SourcePrefixListId")),
        )
    },
    # Subscribe returns the subscription that exists, as above.
    "AWS::SNS::Subscription": ParentList(
        parent="TopicArn",
        kind="AWS::SNS::Topic",
        entries="Subscription",
        names=("Protocol", "Endpoint"),
    ),
}
