"""How long Aurora takes until another instance writes."""

# "Typically restored in less than 60 seconds, and often less than 30 seconds":
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
TYPICAL_PROMOTION_SECONDS = 60
PROMOTION = f"typically < {TYPICAL_PROMOTION_SECONDS} s, often < 30 s"
# "Five seconds, which is the default for Aurora DNS zones":
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-switching.html
CLUSTER_TTL_SECONDS = 5
