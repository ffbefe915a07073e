"""Lists known causes of denied requests: policies, principals and service-linked roles."""

from payment_templates.rollout.cause.known.known_cause import KnownCause
from payment_templates.rollout.errors import UNUSABLE_ROLE_HINT

_DENIED = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"

PERMISSIONS = (
    KnownCause(
        name="denied-by-organization",
        cause="a policy of the organization forbids the request",
        pattern=r"(?i)(explicit deny in a|no) (service|resource) control policy",
        texts=(
            (
                "is not authorized to perform: iam:CreateRole with an explicit deny in a service "
                "control policy"
            ),
            (
                "is not authorized to perform: s3:PutObject with an explicit deny in a resource "
                "control policy"
            ),
            (
                "is not authorized to perform: iam:CreateRole because no service control policy "
                "allows the iam:CreateRole action"
            ),
        ),
        hint=(
            "a policy of the organization forbids this, whatever the credentials allow: ask the "
            "administrators of the organization, or use another account or --region"
        ),
        source=_DENIED,
    ),
    KnownCause(
        name="boundary",
        cause="another policy than that of the credentials does not allow the request",
        pattern=(
            r"(?i)no (permissions boundary|session policy|VPC endpoint policy|resource-based "
            r"policy) allows"
        ),
        texts=(
            (
                "User: arn:aws:iam::111122223333:user/x is not authorized to perform: "
                "iam:CreatePolicy because no permissions boundary allows the iam:CreatePolicy "
                "action"
            ),
            (
                "is not authorized to perform: s3:PutObject because no session policy allows the "
                "s3:PutObject action"
            ),
        ),
        hint=(
            "the permissions boundary or policy that the text names does not allow this, and "
            "allowing it elsewhere does not help: ask its administrator, or use other credentials"
        ),
        source=_DENIED,
    ),
    KnownCause(
        name="credentials-expired",
        cause="the credentials expired or were withdrawn while CloudFormation used them",
        pattern=r"(?i)security token included in the request is (expired|invalid)|ExpiredToken",
        texts=(
            "The security token included in the request is expired (Service: Ec2)",
            (
                "The security token included in the request is invalid (Service: "
                "AmazonIdentityManagement; Error Code: InvalidClientTokenId)"
            ),
        ),
        hint=(
            "CloudFormation works with the credentials of the caller, and these have expired or "
            "are no longer valid: renew them, then run the same command again. With --role-arn it "
            "works with a role instead"
        ),
        source=(
            "github.com/aws-samples/aws-serverless-saas-workshop/issues/58; "
            "github.com/aws-samples/aws-saas-factory-ref-solution-serverless-saas/issues/26"
        ),
    ),
    KnownCause(
        name="explicit-deny",
        cause="a policy denies the request explicitly",
        pattern=r"(?i)explicit deny",
        texts=(
            (
                "is not authorized to perform: iam:CreateRole with an explicit deny in a "
                "permissions boundary"
            ),
            (
                "is not authorized to perform: kms:CreateGrant with an explicit deny in an "
                "identity-based policy"
            ),
        ),
        hint=(
            "the policy named in the message denies this explicitly, so allowing it in another "
            "one does not help: remove the deny, or use other credentials"
        ),
        source=_DENIED,
    ),
    KnownCause(
        name="key-policy-lockout",
        cause="the credentials lack kms:PutKeyPolicy",
        pattern=r"will not allow you to update the key policy",
        texts=("The new key policy will not allow you to update the key policy in the future.",),
        hint="the credentials lack kms:PutKeyPolicy: add it to their policy",
        source=(
            "botocore kms, CreateKey; "
            "github.com/awslabs/rds-snapshot-export-to-s3-pipeline/issues/8"
        ),
    ),
    KnownCause(
        name="unknown-principal",
        cause="a policy names an account, role or user that does not exist",
        pattern=r"(?i)invalid principals?\b|PrincipalNotFound",
        texts=(
            (
                "MalformedPolicyDocumentException: Policy contains a statement with one or more "
                "invalid principals."
            ),
            "Invalid parameter: Policy Error: PrincipalNotFound",
            "MalformedPolicy: Invalid principal in policy",
        ),
        hint=(
            "a policy of the template names an account, role or user that does not exist: "
            "correct it; or, if it was just created, run the same command again in a minute"
        ),
        source=(
            "github.com/hashicorp/terraform-provider-aws/issues/26041; "
            "github.com/lightspin-tech/eks-creation-engine/issues/4"
        ),
    ),
    KnownCause(
        name="service-role-unusable",
        cause="the service role of the stack does not exist, or CloudFormation may not assume it",
        pattern=r"Role \S+ is invalid or cannot be assumed",
        texts=("Role arn:aws:iam::123456789012:role/deployer is invalid or cannot be assumed",),
        hint=UNUSABLE_ROLE_HINT,
        source="github.com/awslabs/route53-dynamic-dns-with-lambda/issues/55",
    ),
    KnownCause(
        name="stack-set-roles",
        cause="the roles of StackSets are missing in the account",
        pattern=r"should have '.*' role with trust relationship",
        texts=("Account 1 should have 'X' role with trust relationship to Role 'Y'.",),
        hint=(
            "the roles of StackSets are missing in that account or were just created; or the "
            "region is disabled by default, and the administration role does not trust "
            "cloudformation.REGION.amazonaws.com: use rollout --create-roles, or run the same "
            "command again in a minute"
        ),
        source="github.com/aws-solutions/aws-control-tower-customizations/issues/109",
    ),
    KnownCause(
        name="service-linked-role",
        cause="ECS has just created its role in the account",
        pattern=r"(?i)assume the service linked role",
        texts=("Unable to assume the service linked role.",),
        hint=(
            "the account's first cluster has just created the ECS service-linked role: run the "
            "same command again (with --recreate)"
        ),
        source="github.com/aws-samples/run-selenium-tests-at-scale-using-ecs-fargate/issues/2",
    ),
    KnownCause(
        name="scaling-role",
        cause="Application Auto Scaling has no role in the account, or a new one",
        pattern=r"(?i)unable to assume IAM role",
        texts=("Unable to assume IAM role: arn:aws:iam::123456789012:role/scaling",),
        hint=(
            "the role for scaling is missing or was just created: run the same command again, or "
            "create it with aws iam create-service-linked-role --aws-service-name "
            "ecs.application-autoscaling.amazonaws.com"
        ),
        source="github.com/aws/aws-cdk/issues/4108",
        types=("AWS::ApplicationAutoScaling::ScalableTarget",),
    ),
    KnownCause(
        name="permission-missing",
        cause="the credentials lack a permission",
        pattern=r"(?i)not authorized to perform|access ?denied",
        texts=(
            "User: arn:aws:iam::1:user/x is not authorized to perform: rds:CreateDBCluster",
            "Access denied for operation 'AWS::EC2::VPC'.",
        ),
        hint="the credentials lack this permission: add it to their policy",
        source=_DENIED,
    ),
)
