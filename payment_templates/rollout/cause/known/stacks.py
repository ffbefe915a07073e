"""Lists known causes of failures that CloudFormation reports: policies, hooks, handlers."""

from payment_templates.rollout.cause.known.known_cause import KnownCause

_GUIDE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide"
# The wording of each HandlerErrorCode.
_PLUGIN = "aws-cloudformation/cloudformation-cli-java-plugin, ExceptionMessages"

# First of all: a hook's own reason may say anything, such as "already exists".
HOOKS = (
    KnownCause(
        name="hook",
        cause="a hook of the account refuses the resource",
        pattern=r"(?i)following hook\(s\) failed|hook failed with message",
        texts=(
            "The following hook(s) failed: [MyCompany::Testing::MyTestHook]",
            (
                "The following hook(s) failed: [AWS::ControlTower::Hook] : Hook failed with "
                "message: ValidationError"
            ),
        ),
        hint=(
            "a hook of the account refuses the resource: aws cloudformation "
            "describe-stack-events shows its reason (HookStatusReason). Change the template, or "
            "ask the owner of the hook"
        ),
        source="github.com/aws/aws-cdk/issues/21674",
    ),
)
STACKS = (
    KnownCause(
        name="stack-policy",
        cause="the policy of the stack forbids the update",
        pattern=r"(?i)action (denied|not allowed) by stack policy",
        texts=(
            (
                "Action denied by stack policy: Statement [#1] does not allow [Update:Replace] "
                "for resource [LogicalResourceId/Vpc];"
            ),
            "Action not allowed by stack policy",
        ),
        hint=(
            "the stack's policy forbids this update: change it with aws cloudformation "
            "set-stack-policy, or leave the resource as it was"
        ),
        source=f"{_GUIDE}/protect-stack-resources.html",
    ),
    KnownCause(
        name="property-unknown",
        cause="the template has a property that AWS does not know, or lacks one that it requires",
        pattern=(r"(?i)extraneous key|required key|(unsupported|required) property"),
        texts=(
            "extraneous key [Schema] is not permitted",
            "Encountered unsupported property Type",
        ),
        hint=(
            "the template has a property that AWS does not know, or lacks one that it requires: "
            "correct the template, then run the same command again"
        ),
        source=f"{_GUIDE}/troubleshooting.html",
    ),
    KnownCause(
        name="value-invalid",
        cause="a property has a value that AWS does not accept",
        pattern=r"(?i)failed validation|not a valid enum value|is not of type",
        texts=(
            (
                "Properties validation failed for resource Options with message: "
                "#/AuthorizationType: failed validation constraint for keyword [enum]"
            ),
            "#/Protocol: HTTPX is not a valid enum value",
        ),
        hint=(
            "a property has a value that AWS does not accept: the text names the property. "
            "Correct the value, then run the same command again"
        ),
        source="github.com/aws-samples/aws-bookstore-demo-app/issues/56",
    ),
    KnownCause(
        name="changed-by-hand",
        cause="someone deleted or changed the resource outside CloudFormation",
        pattern=r"HandlerErrorCode: NotFound",
        texts=(
            (
                "Resource of type 'AWS::ECS::Service' with identifier 'x' was not found. "
                "(RequestToken: 1, HandlerErrorCode: NotFound)"
            ),
        ),
        hint=(
            "someone deleted or changed the resource outside CloudFormation: drift shows what "
            "differs. Restore it, then run the same command again"
        ),
        source=f"{_GUIDE}/troubleshooting.html",
    ),
    KnownCause(
        name="not-updatable",
        cause="the property cannot be changed in place",
        pattern=r"(?i)is not updatable with parameters provided|resource is immutable",
        texts=(
            (
                "Resource of type 'AWS::RDS::DBCluster' with identifier 'x' is not updatable with "
                "parameters provided."
            ),
            "Resource is immutable",
        ),
        hint=(
            "AWS does not change this property of an existing resource: leave it as it was, or "
            "deploy a second stack with another --suffix"
        ),
        source=_PLUGIN,
    ),
    KnownCause(
        name="resource-busy",
        cause="another operation is changing the resource",
        pattern=r"(?i)has a conflict\. Reason|HandlerErrorCode: ResourceConflict",
        texts=(
            "Resource of type 'AWS::ECS::Service' with identifier 'x' has a conflict. Reason: x.",
        ),
        hint="another operation is changing the resource: run the same command again in a minute",
        source=_PLUGIN,
    ),
    KnownCause(
        name="tasks-not-healthy",
        cause="the tasks did not become healthy in time",
        pattern=r"(?i)circuit breaker|stabiliz|exceeded attempts|timed? ?out|failed to start",
        texts=(
            "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.",
            "Resource timed out waiting for completion",
            "Exceeded attempts to wait",
            "Service arn did not stabilize.",
        ),
        hint="the tasks did not become healthy: see the service's events and the image's log",
        source=(
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/"
            "deployment-circuit-breaker.html"
        ),
        types=("AWS::ECS::Service",),
    ),
    KnownCause(
        name="not-stabilized",
        cause="the service took longer than CloudFormation waits",
        pattern=(
            r"(?i)NotStabilized|not stabilize|exceeded attempts to wait|timed out waiting for "
            r"completion"
        ),
        texts=(
            (
                'Resource handler returned message: "Exceeded attempts to wait" '
                "(HandlerErrorCode: NotStabilized)"
            ),
            "Resource timed out waiting for completion",
            "Resource of type 'AWS::SNS::Topic' with identifier 'x' did not stabilize.",
        ),
        hint=(
            "the service took longer than CloudFormation waits: check the state of the resource "
            "and the AWS Health Dashboard, then run the same command again"
        ),
        source=f"{_GUIDE}/troubleshooting.html",
    ),
    KnownCause(
        name="internal-failure",
        cause="AWS gives no cause",
        pattern=r"(?i)internal (failure|error)|InternalFailure|ServiceInternalError",
        texts=(
            "Internal Failure",
            "Internal error occurred.",
            (
                "Internal error reported from downstream service during operation "
                "'AWS::CloudWatch::Alarm'. (HandlerErrorCode: ServiceInternalError)"
            ),
        ),
        hint=(
            "no known cause: AWS gives none. Run the same command again; if it fails again, open "
            "a case with AWS Support"
        ),
        source="github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/607",
    ),
)
