"""How long CloudFormation takes to create a resource, on average."""

# Seconds. Published by the `rain forecast` command of github.com/aws-cloudformation/rain in its
# estimate.go; a type that is not there counts as nothing, so a forecast is "at least".
CREATION_SECONDS = {
    "AWS::CloudFormation::StackSet": 17,
    "AWS::CloudWatch::Alarm": 2,
    "AWS::CloudWatch::Dashboard": 2,
    "AWS::EC2::NatGateway": 106,
    "AWS::EC2::VPCEndpoint": 47,
    "AWS::ECS::Service": 119,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 116,
    "AWS::IAM::Role": 12,
    "AWS::KMS::Alias": 62,
    "AWS::KMS::Key": 122,
    "AWS::RDS::DBCluster": 222,
    "AWS::RDS::DBInstance": 595,
    "AWS::RDS::DBProxy": 225,
    "AWS::RDS::GlobalCluster": 2,
    "AWS::Route53::HostedZone": 71,
    "AWS::Route53::RecordSet": 20,
}
