"""Lists the event categories of RDS.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
"""

# Of any source type: which of them has which depends on the region. The guide writes
# "global failover", and CreateEventSubscription refuses it: "Category : global failover not found
# for source type db-cluster".
CATEGORIES = frozenset(
    {
        *("availability", "backtrack", "backup", "configuration change", "creation", "deletion"),
        *("failover", "failure", "global-failover", "low storage"),
        *("maintenance", "migration", "notification", "patching", "read replica", "recovery"),
        *("restoration", "security", "security patching", "serverless"),
    }
)
