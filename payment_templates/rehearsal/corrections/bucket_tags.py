"""Tags a bucket with the stack that creates it; ministack stores none.

"CloudFormation automatically creates the following stack-level tags with the aws: prefix":
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
Buckets get them: github.com/hashicorp/terraform-provider-aws/issues/7323.
"""

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.ministack import Attributes, Properties

_TYPE = "AWS::S3::Bucket"


def install() -> None:
    """Tag each bucket that CloudFormation creates."""
    handlers = ministack.resource_handlers()[_TYPE]
    create = handlers["create"]

    def created(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        name, attributes = create(logical_id, properties, stack)
        tags = {one["Key"]: one["Value"] for one in properties.get("Tags") or ()}
        if record := ministack.stack(stack):
            tags["aws:cloudformation:stack-id"] = record["StackId"]
            tags["aws:cloudformation:stack-name"] = stack
            tags["aws:cloudformation:logical-id"] = logical_id
        tag_set = [{"Key": key, "Value": value} for key, value in tags.items()]
        account.call("s3", "PutBucketTagging", Bucket=name, Tagging={"TagSet": tag_set})
        return name, attributes

    handlers["create"] = created
