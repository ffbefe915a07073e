"""Finds the alarms that may report that a certificate is about to expire."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import why_never_fires
from payment_templates.evidence.alerting.alarm_states import is_alarming
from payment_templates.evidence.alerting.certificate_events import WARNING_DAYS
from payment_templates.evidence.alerting.composite_readers import speaks_through
from payment_templates.facts.metrics import CERTIFICATE_METRICS, DAYS_TO_EXPIRY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.alerting.certificate_events import Certificate
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm, Series


def alarms_on_expiry(topology: Topology, certificate: Certificate) -> Iterator[str]:
    """Yield the alarms on the days that a certificate is valid that warn early enough.

    ACM sends this metric whatever the account's DaysBeforeExpiry is, and no more once the
    certificate has expired. How often it sends it is not documented, so how an alarm treats missing
    data matters too:
    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_certificatemanager.ICertificate.html
    """
    for alarm in topology.alarms:
        if not any(_counts(series, certificate) for series in alarm.series.values()):
            continue
        if why_never_fires(topology, alarm) or not _warns(alarm, certificate):
            continue
        if alarm.acts or speaks_through(topology, alarm):
            yield alarm.logical_id


def _warns(alarm: Alarm, certificate: Certificate) -> bool:
    """Return whether an alarm fires early enough, and rests while the certificate is valid."""

    def is_alarming_with(days: float) -> bool:
        def situation(series: Series) -> float:
            return days if _counts(series, certificate) else math.nan

        return is_alarming(alarm, situation)

    return is_alarming_with(max(WARNING_DAYS)) and not is_alarming_with(math.inf)


def _counts(series: Series, certificate: Certificate) -> bool:
    is_expiry = (series.namespace, series.metric) == (CERTIFICATE_METRICS, DAYS_TO_EXPIRY)
    return is_expiry and series.dimensions.get("CertificateArn") in certificate.names
