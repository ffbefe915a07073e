"""Lists the fields of AWS events whose values are numbers."""

# In the examples of AWS, where other numbers, such as bytesTransferred, are texts:
# https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
# https://docs.aws.amazon.com/acm/latest/userguide/supported-events.html
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
NUMBER_FIELDS = frozenset(
    {"DaysToExpiry", "backupSizeInBytes", "exitCode", "percentDone", "retryCount"}
)
