"""Lists known causes of failures of names and addresses: taken, or not changeable."""

from payment_templates.rollout.cause.known.known_cause import KnownCause

_GUIDE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide"

NAMES = (
    KnownCause(
        name="slack-channel-in-use",
        cause="the account already sends something to the Slack channel",
        pattern=r"Slack channel with ID .* has already been configured",
        texts=(
            (
                "Invalid request provided: Slack channel with ID C012ABC in Slack team T012ABC has "
                "already been configured for AWS account 123456789012. (Service: AWSChatbot)"
            ),
        ),
        hint=(
            "an account can use a Slack channel once: pass another SlackChannelId, or add the "
            "stack's topic to the existing configuration in the console of Amazon Q Developer in "
            "chat applications and leave SlackChannelId and SlackWorkspaceId empty"
        ),
        source="aws-cloudformation/cloudformation-coverage-roadmap 1155",
        types=("AWS::Chatbot::SlackChannelConfiguration",),
    ),
    KnownCause(
        name="slack-workspace-changed",
        cause="the Slack channel would move to another workspace",
        pattern=r"(?i)custom-named resource requires replacing",
        texts=(
            (
                "CloudFormation cannot update a stack when a custom-named resource requires "
                "replacing. Rename payment-alerts-dev-001 and update the stack again."
            ),
        ),
        hint=(
            "a configured channel cannot move to another workspace: first deploy with "
            "SlackWorkspaceId and SlackChannelId empty, then with the new ones"
        ),
        source=f"{_GUIDE}/aws-properties-name.html",
        types=("AWS::Chatbot::SlackChannelConfiguration",),
    ),
    KnownCause(
        name="custom-name-replaced",
        cause="a resource with a fixed name would be replaced",
        pattern=r"(?i)custom-named resource requires replacing",
        texts=(
            (
                "CloudFormation cannot update a stack when a custom-named resource requires "
                "replacing. Rename payment-tg-dev-001 and update the stack again."
            ),
        ),
        hint=(
            "the update would replace a resource with a fixed name: leave the changed property "
            "as it was, or deploy a second stack with another --suffix"
        ),
        source=f"{_GUIDE}/aws-properties-name.html",
    ),
    KnownCause(
        name="zones-changed",
        cause="the zones of the stack changed",
        pattern=r"(?i)conflicts with another subnet|CIDR Block must change",
        texts=("The CIDR '10.0.1.0/24' conflicts with another subnet",),
        hint=(
            "the zones of the stack changed, and the old subnet still has its address range: "
            "pass --parameter AvailabilityZones=ZONE,ZONE,ZONE with the zones that the stack has"
        ),
        source="github.com/convox/rack/issues/1660; github.com/aws/aws-cdk/issues/6683",
    ),
    KnownCause(
        name="address-in-use",
        cause="EC2 has not released the address yet, or its tags change",
        pattern=(
            r"do not have permission to access the specified resource|InvalidNetworkInterfaceID"
        ),
        texts=("You do not have permission to access the specified resource",),
        hint=(
            "after a deletion, EC2 has not released the address of the NAT gateway yet: run the "
            "same command again. In an update, the tags of a NAT gateway's address cannot "
            "change: leave them as they were"
        ),
        source=(
            "github.com/hashicorp/terraform-provider-aws/issues/49299; "
            "github.com/aws/aws-cdk/issues/5469"
        ),
        types=("AWS::EC2::EIP",),
    ),
    KnownCause(
        name="alias-exists",
        cause="the alias exists, or the credentials lack kms:DescribeKey",
        pattern=r"(?i)already ?exists",
        texts=("alias/payment already exists",),
        hint=(
            "the alias exists, or the credentials lack kms:DescribeKey: add it to their policy, "
            "or choose another --suffix"
        ),
        source="aws-cloudformation-resource-providers-kms, alias CreateHandler",
        types=("AWS::KMS::Alias",),
    ),
    KnownCause(
        name="log-group-exists",
        cause="a log group has the name, perhaps with the logs of an earlier stack",
        pattern=r"(?i)already ?exists",
        texts=("The log group already exists",),
        hint=(
            "the log group may hold the logs of an earlier stack: find out which stack owns it "
            "(payment-stack status, its tags) first. Choose another --suffix, or, if none does and "
            "its logs are exported or not needed, delete it with aws logs delete-log-group"
        ),
        source="aws-cloudformation-resource-providers-logs, loggroup CreateHandler",
        types=("AWS::Logs::LogGroup",),
    ),
    KnownCause(
        name="listener-exists",
        cause="the load balancer has a listener on the port",
        pattern=r"(?i)listener already exists on this port",
        texts=(
            (
                "A listener already exists on this port for this load balancer "
                "'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/pay/1'"
            ),
        ),
        hint=(
            "the load balancer has a listener on this port: if someone added it, remove it (aws "
            "elbv2 describe-listeners). If the template renamed its listener, keep the logical ID"
        ),
        source="botocore elbv2, DuplicateListenerException",
    ),
    KnownCause(
        name="snapshot-exists",
        cause="a snapshot has the name",
        pattern=r"(?i)snapshot with the (given )?identifier.*already exists|SnapshotAlreadyExists",
        texts=(
            (
                "Cannot create the snapshot because a snapshot with the identifier payment-dev-001 "
                "already exists."
            ),
        ),
        hint=(
            "a snapshot of that name exists, perhaps the only copy of an earlier database: aws rds "
            "describe-db-cluster-snapshots shows it. Copy it under another name, and delete the "
            "first only then; run the same command again"
        ),
        source="botocore rds, DBClusterSnapshotAlreadyExistsFault; getmoto/moto, rds",
    ),
    KnownCause(
        name="name-taken",
        cause="another resource has the name",
        pattern=r"(?i)already ?exists",
        texts=(
            "payment-task-dev-001 already exists",
            "Resource of type 'AWS::IAM::Role' with identifier 'payment-task' already exists.",
            (
                "payment-task-dev-001 already exists in stack "
                "arn:aws:cloudformation:us-east-1:1:stack/a"
            ),
        ),
        hint=(
            "the name is taken: find out which stack owns it (payment-stack status, its tags) "
            "first. Delete it only if none does, or choose another --suffix"
        ),
        source=f"{_GUIDE}/aws-properties-name.html",
    ),
)
