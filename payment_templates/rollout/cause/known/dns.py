"""Lists known causes of failures of DNS records, certificates and target groups."""

from payment_templates.rollout.cause.known.known_cause import KnownCause

_RECORD = ("AWS::Route53::RecordSet",)

DNS = (
    KnownCause(
        name="record-outside-zone",
        cause="the domain is not in the hosted zone",
        pattern=r"RRSet with DNS name \S+ is not permitted in zone",
        texts=("RRSet with DNS name pay.example.com. is not permitted in zone example.org.",),
        hint=(
            "the domain is not in that hosted zone: pass --parameter HostedZoneId=ID with the "
            "zone of DomainName"
        ),
        source="github.com/amazon-archives/service-discovery-ecs-dns/issues/3",
    ),
    KnownCause(
        name="zone-missing",
        cause="the hosted zone does not exist",
        pattern=r"(?i)no hosted zone found|NoSuchHostedZone",
        texts=("No hosted zone found with ID: Z2ES8B9AZ6SHAE (Error Code: NoSuchHostedZone)",),
        hint=(
            "the account has no such hosted zone: pass --parameter HostedZoneId=ID with one that "
            "aws route53 list-hosted-zones shows"
        ),
        source="github.com/terraform-aws-modules/terraform-aws-acm/issues/119",
    ),
    KnownCause(
        name="failover-role-taken",
        cause="another record of the domain has the failover role",
        pattern=r"(?i)same name, type,? and failover role already exists",
        texts=(
            (
                "RRSet with DNS name pay.example.com., type CNAME, SetIdentifier payment-dev-001 "
                "cannot be created because a failover RRSet with the same name, type and failover "
                "role already exists."
            ),
        ),
        hint=(
            "another record of the domain has this failover role: pass --parameter "
            "PrimaryRegion=REGION as in the other stack, so that one is primary and one secondary"
        ),
        source=(
            "github.com/boto/boto3/issues/1347; the wording is that of latency records, "
            "github.com/hashicorp/terraform-provider-aws/issues/1668"
        ),
    ),
    KnownCause(
        name="record-exists",
        cause="the domain has a record already, which CloudFormation does not replace",
        pattern=r"(?i)already ?exists|conflict",
        texts=(
            (
                "[Tried to create resource record set [name='pay.example.com.', type='A', set "
                "identifier='primary'] but it already exists]"
            ),
            (
                "Tried to create resource record set [name='pay.example.com.', type='A'] but "
                "conflicting with existing simple record"
            ),
            (
                "RRSet of type A with DNS name pay.example.com. is not permitted because a "
                "conflicting RRSet of type CNAME with the same DNS name already exists in zone "
                "example.com."
            ),
        ),
        hint=(
            "the domain has a record already: see who uses it before you delete it, or pass "
            "another --parameter DomainName"
        ),
        source=(
            "github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/560; "
            "https://repost.aws/knowledge-center/troubleshoot-route53-resource-record"
        ),
        types=("AWS::Route53::RecordSet",),
    ),
    KnownCause(
        name="record-changed",
        cause="someone changed or removed the record",
        pattern=r"Tried to delete resource record set",
        texts=("[Tried to delete resource record set [name='pay.example.com.', type='A'] ...]",),
        hint=(
            "someone changed or removed the record: check it, delete it by hand, then run the "
            "same command again"
        ),
        source="github.com/hashicorp/terraform/issues/18509",
        types=("AWS::Route53::RecordSet",),
    ),
    KnownCause(
        name="certificate-unusable",
        cause="the load balancer cannot use the certificate",
        pattern=(
            r"(?i)certificate (arn )?\S+ (is not valid|not found|does not exist)|"
            r"UnsupportedCertificate|CertificateNotFound"
        ),
        texts=(
            "Certificate ARN 'arn:aws:acm:us-east-1:111122223333:certificate/1' is not valid",
            "UnsupportedCertificate",
            (
                "Certificate 'arn:aws:acm:us-east-1:111122223333:certificate/1' not found (Error "
                "Code: CertificateNotFound)"
            ),
        ),
        hint=(
            "the load balancer cannot use the certificate: pass --parameter CertificateArn=ARN "
            "with an issued certificate of this region, whose key load balancers support"
        ),
        source=(
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/"
            "https-listener-certificates.html"
        ),
    ),
)
