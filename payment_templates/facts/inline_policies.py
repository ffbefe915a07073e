"""Lists the resource types that write the inline policies of roles, users and groups.

A principal has one inline policy of a name: PutRolePolicy, PutUserPolicy and PutGroupPolicy "add or
update" it (botocore, iam), and each of these types deletes the policies that it wrote
(DeleteRolePolicy and others, in the handlers of its schema).
"""

# The properties that name the principals, each with the type of the principal. The name of the
# policy is PolicyName.
INLINE_POLICIES = {
    "AWS::IAM::GroupPolicy": {"GroupName": "AWS::IAM::Group"},
    "AWS::IAM::Policy": {
        "Groups": "AWS::IAM::Group",
        "Roles": "AWS::IAM::Role",
        "Users": "AWS::IAM::User",
    },
    "AWS::IAM::RolePolicy": {"RoleName": "AWS::IAM::Role"},
    "AWS::IAM::UserPolicy": {"UserName": "AWS::IAM::User"},
}
# The types with policies of their own, in Policies.
PRINCIPALS = ("AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User")
