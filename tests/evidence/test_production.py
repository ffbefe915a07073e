"""What the production profile promises beyond the specification, and what would break it."""

from __future__ import annotations

import json

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Verdict, examine
from tests.evidence.changes import changed, cut, put
from tests.evidence.mutations.mutation import Mutation, mutation
from tests.evidence.templates import CLAIMS, production_document

MUTATIONS = (
    mutation(
        "the key is deleted, and the snapshot is unreadable",
        "data-survives-deletion",
        put("EncryptionKey.DeletionPolicy", "Delete"),
    ),
    mutation(
        "no last snapshot",
        "data-survives-deletion",
        put("DatabaseCluster.DeletionPolicy", "Delete"),
    ),
    mutation(
        "automated backups are deleted",
        "data-survives-deletion",
        put("DatabaseCluster.Properties.DeleteAutomatedBackups", value=True),
    ),
    mutation(
        "automated backups are deleted by default",
        "data-survives-deletion",
        cut("DatabaseCluster.Properties.DeleteAutomatedBackups"),
    ),
    mutation(
        "the audit logs are deleted",
        "data-survives-deletion",
        put("DatabaseLogGroup.DeletionPolicy", "Delete"),
    ),
    mutation(
        "the audit logs have a key that is deleted",
        "data-survives-deletion",
        put(
            "LogKey",
            {"Type": "AWS::KMS::Key", "DeletionPolicy": "Delete", "Properties": {"KeyPolicy": {}}},
        ),
        put("DatabaseLogGroup.Properties.KmsKeyId", {"Fn::GetAtt": ["LogKey", "Arn"]}),
    ),
    mutation(
        "the database is protected whatever the parameter says",
        "failed-creation-rolls-back",
        put("DatabaseCluster.Properties.DeletionProtection", value=True),
    ),
    mutation(
        "protection cannot be switched off for the first creation",
        "failed-creation-rolls-back",
        put("Parameters.DeletionProtection.AllowedValues", ["true"]),
    ),
    mutation(
        "nothing is protected",
        "deletion-refused-at-once",
        put("Parameters.DeletionProtection.Default", "false"),
    ),
    mutation(
        "a stack without a certificate is accepted",
        "payments-use-https",
        cut("Rules.CertificateForHttps"),
    ),
    mutation(
        "HTTP redirects to a port without a listener",
        "payments-use-https",
        put("HttpListener.Properties.DefaultActions.0.Fn::If.1.RedirectConfig.Port", "8443"),
    ),
    mutation(
        "HTTP redirects to plain HTTP on another host",
        "payments-use-https",
        put(
            "HttpListener.Properties.DefaultActions.0.Fn::If.1.RedirectConfig",
            {"Protocol": "HTTP", "Port": "8080", "Host": "example.com", "StatusCode": "HTTP_301"},
        ),
    ),
    mutation(
        "TLS 1.0 is taken",
        "payments-use-https",
        put("HttpsListener.Properties.SslPolicy", "ELBSecurityPolicy-2016-08"),
    ),
    mutation(
        "HTTPS is served by another load balancer",
        "payments-use-https",
        put(
            "HttpsListener.Properties.LoadBalancerArn",
            "arn:aws:elasticloadbalancing:us-east-1:1:app/other/0",
        ),
    ),
)


def verdict(claim: str, change: Mutation | None = None) -> Verdict:
    document = changed(production_document(), *(change.changes if change else ()))
    template = parse_template(json.dumps(document), name="the template")
    found = examine(template, profile="production", claims=[CLAIMS[claim]])
    return found.results[0].finding.verdict


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.title)
def test_claim_notices(mutation: Mutation) -> None:
    before = verdict(mutation.claim)

    after = verdict(mutation.claim, mutation)

    assert (before, after) == (before, Verdict.BROKEN)
    assert before is not Verdict.BROKEN


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        # Nobody can prove that the key is never deleted by hand.
        ("data-survives-deletion", Verdict.CONDITIONAL),
        # Termination protection belongs to the stack, not to the template.
        ("deletion-refused-at-once", Verdict.CONDITIONAL),
        ("failed-creation-rolls-back", Verdict.CONDITIONAL),
        ("payments-use-https", Verdict.KEPT),
    ],
)
def test_promise_is_kept_as_far_as_a_template_can(claim: str, expected: Verdict) -> None:
    found = verdict(claim)

    assert found is expected
