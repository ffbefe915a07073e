"""Lists settings that allow client connections without TLS, or with TLS before 1.2."""

from dataclasses import dataclass
from typing import Literal

# The load balancer security policies that accept TLS before 1.2:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
POLICY_PREFIX = "ELBSecurityPolicy-"
OLD_POLICIES = (
    *("2016-08", "TLS-1-1-2017-01", "FS-2018-06", "FS-1-1-2019-08"),
    *("TLS13-1-0-2021-06", "TLS13-1-1-2021-06"),
    *("TLS13-1-0-FIPS-2023-04", "TLS13-1-1-FIPS-2023-04", "TLS13-1-0-PQ-2025-09"),
    "TLS13-1-0-FIPS-PQ-2025-09",
)

# The less strict alternative to each strict value, as an operator could choose it in a parameter.
LESS_STRICT = {
    "HTTPS": "HTTP",
    "https-only": "allow-all",
    "redirect-to-https": "allow-all",
    "TLS_1_2": "TLS_1_0",
    "TLSv1.2_2021": "TLSv1",
}


@dataclass(frozen=True, kw_only=True)
class WeakSetting:
    """A property of a resource that clients connect to, and its insecure values."""

    resource_type: str
    # The path of the object with the property; empty if it is a top-level property.
    path: str = ""
    property: str
    # The insecure values in lower case; "" means an absent property.
    values: tuple[str, ...]
    lets: Literal["plain HTTP", "TLS before 1.2"]
    source: str


_CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"
_CLOUDFRONT = "AWS::CloudFront::Distribution"
_VIEWERS = "botocore cloudfront, ViewerCertificate"

WEAK_SETTINGS = (
    WeakSetting(
        resource_type=_CLASSIC,
        path="Listeners",
        property="Protocol",
        # A TCP listener forwards any protocol.
        values=("http", "tcp"),
        lets="plain HTTP",
        source="botocore elb, Listener",
    ),
    WeakSetting(
        resource_type=_CLASSIC,
        path="Policies",
        property="PolicyType",
        # Without a policy, ELB uses ELBSecurityPolicy-2016-08.
        values=("",),
        lets="TLS before 1.2",
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-security-policy-table.html",
    ),
    *(
        WeakSetting(
            resource_type=_CLOUDFRONT,
            path=f"DistributionConfig.{behavior}",
            property="ViewerProtocolPolicy",
            values=("allow-all",),
            lets="plain HTTP",
            source=f"botocore cloudfront, {behavior.removesuffix('s')}",
        )
        for behavior in ("DefaultCacheBehavior", "CacheBehaviors")
    ),
    WeakSetting(
        resource_type=_CLOUDFRONT,
        path="DistributionConfig.ViewerCertificate",
        property="MinimumProtocolVersion",
        values=("", "sslv3", "tlsv1", "tlsv1_2016", "tlsv1.1_2016"),
        lets="TLS before 1.2",
        source=_VIEWERS,
    ),
    WeakSetting(
        resource_type=_CLOUDFRONT,
        path="DistributionConfig.ViewerCertificate",
        property="CloudFrontDefaultCertificate",
        # CloudFront then accepts TLSv1, regardless of MinimumProtocolVersion.
        values=("true",),
        lets="TLS before 1.2",
        source=_VIEWERS,
    ),
    WeakSetting(
        resource_type="AWS::ApiGateway::DomainName",
        property="SecurityPolicy",
        values=("tls_1_0",),
        lets="TLS before 1.2",
        source="botocore apigateway, CreateDomainName",
    ),
    WeakSetting(
        resource_type="AWS::VpcLattice::Listener",
        property="Protocol",
        values=("http",),
        lets="plain HTTP",
        source="botocore vpc-lattice, CreateListener",
    ),
)
