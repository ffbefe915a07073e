"""Lists known causes of failures in the account: blocked, without capacity, over a quota."""

from payment_templates.rollout.cause.known.known_cause import KnownCause

_EVENTS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html"
_EC2_CODES = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"

ACCOUNT = (
    KnownCause(
        name="account-blocked",
        cause="AWS has blocked the account, or is still verifying it",
        pattern=(
            r"(?i)account (is|was) (currently )?blocked|BlockedException|PendingVerification|"
            r"account is pending verification"
        ),
        texts=(
            "CreateService error: Your account is currently blocked. Contact customer support",
            "Your AWS account is currently blocked. Contact customer support.",
            "This account is currently blocked and not recognized as a valid account.",
            "Your account is pending verification. (Error Code: PendingVerification)",
        ),
        hint=(
            "AWS has blocked the account or is still verifying it: no change of the stack helps. "
            "Contact AWS Support"
        ),
        source=(
            "botocore ecs, BlockedException; "
            "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"
        ),
    ),
    KnownCause(
        name="load-balancers-disabled",
        cause="AWS does not let the account create load balancers",
        pattern=r"(?i)account .*does not support creating load balancers",
        texts=(
            (
                "This AWS account currently does not support creating load balancers. For more "
                "information, please contact AWS Support."
            ),
        ),
        hint=(
            "AWS does not let this account create load balancers, whatever its permissions and "
            "quotas: open a case with AWS Support"
        ),
        source="the text itself; botocore elbv2, OperationNotPermittedException",
    ),
    KnownCause(
        name="fargate-capacity",
        cause="Fargate has no capacity in the zone now",
        pattern=r"(?i)capacity is unavailable at this time|capacity unavailable",
        texts=(
            (
                "was unable to place a task. Reason: Capacity is unavailable at this time. "
                "Please try again later or in a different availability zone."
            ),
        ),
        hint=(
            "Fargate has no capacity in a zone now: run the same command again later. A new "
            "stack can use other zones: pass --parameter AvailabilityZones=ZONE,ZONE,ZONE"
        ),
        source=_EVENTS,
    ),
    KnownCause(
        name="fargate-quota",
        cause="the tasks exceed a quota of Fargate",
        pattern=(
            r"(?i)reached the limit on the number of (vCPUs|tasks)|(CPU|memory) configuration is "
            r"above your limit"
        ),
        texts=(
            "You've reached the limit on the number of vCPUs you can run concurrently",
            "You’ve reached the limit on the number of tasks you can run concurrently",  # noqa: RUF001 - as AWS writes it.
            "The requested CPU configuration is above your limit.",
        ),
        hint=(
            "the tasks exceed a quota of Fargate: request an increase of the vCPU quota in "
            "Service Quotas (fargate, L-3032A538)"
        ),
        source=_EVENTS,
    ),
    KnownCause(
        name="zone-without-fargate",
        cause="a subnet is in a zone that has no Fargate",
        pattern=r"unable to place a task\. Reason: Internal error",
        texts=("service pay was unable to place a task. Reason: Internal error.",),
        hint="a subnet is in a zone that has no Fargate: preflight names three zones that have it",
        source=_EVENTS,
    ),
    KnownCause(
        name="throttled",
        cause="AWS throttles the account's requests",
        pattern=r"(?i)rate exceeded|throttl|RequestLimitExceeded|TooManyRequestsException",
        texts=(
            "Rate exceeded (Service: AmazonEC2; Status Code: 400; Error Code: Throttling)",
            "Rate exceeded",
            "Rate exceeded for operation 'AWS::EC2::NatGateway'.",
            "Request limit exceeded. (Error Code: RequestLimitExceeded)",
            "(service pay) operations are being throttled. Will try again later.",
        ),
        hint=(
            "AWS throttles the requests of the account: wait until other operations are done, "
            "then run the same command again"
        ),
        source=(
            f"{_EVENTS}; https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
            "errors-overview.html"
        ),
    ),
    KnownCause(
        name="policies-per-role",
        cause="the role has as many managed policies as the account allows",
        pattern=r"(?i)quota for PoliciesPerRole",
        texts=("Cannot exceed quota for PoliciesPerRole: 10 (Service: Iam, Status Code: 409)",),
        hint=(
            "the role has as many managed policies as the account allows: detach one that someone "
            "added, or request an increase in Service Quotas (iam, L-0DA4ABF3)"
        ),
        source="github.com/aws/eks-hybrid/pull/741; github.com/FogSecurity/aws-size/issues/61",
    ),
    KnownCause(
        name="quota",
        cause="a quota of the account is exhausted",
        pattern=(
            r"(?i)limit ?exceeded|exceeded .*quota|quota .*(exceeded|reached)|quotaexceeded|"
            r"maximum number of|reached (the|your) limit|exceeds? the (limit|quota|maximum)|"
            r"cannot exceed quota|TooManyHealthChecks"
        ),
        texts=(
            "The maximum number of VPCs has been reached.",
            "The maximum number of addresses has been reached. (Error Code: AddressLimitExceeded)",
            "Limit exceeded for resource of type 'AWS::CloudFormation::Stack'. Reason: null",
            "Cannot exceed quota for RolesPerAccount: 1000 (Service: Iam, Status Code: 409)",
            "(Service: Route53, Status Code: 400, Error Code: TooManyHealthChecks)",
        ),
        hint=(
            "a quota of the account is exhausted: request an increase in Service Quotas, or delete "
            "unused resources"
        ),
        source=(
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html; "
            "botocore route53, TooManyHealthChecks"
        ),
    ),
)
