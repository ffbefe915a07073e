from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.view import View

ALARM = "CLOUDWATCH"


def test_aws_may_move_the_traffic_of_the_load_balancer(production: View) -> None:
    shift = production.properties("ZonalAutoshift")

    assert shift["ResourceIdentifier"] == {"Ref": "LoadBalancer"}
    assert shift["ZonalAutoshiftStatus"] == "ENABLED"


def test_load_balancer_allows_zonal_shifts(production: View) -> None:
    attributes = production.properties("LoadBalancer")["LoadBalancerAttributes"]

    assert {"Key": "zonal_shift.config.enabled", "Value": "true"} in attributes


# A connection that stays open keeps its zone, whatever DNS says.
def test_connections_end_soon_after_a_zonal_shift(production: View, template: View) -> None:
    ends_soon = {"Key": "client_keep_alive.seconds", "Value": "300"}

    found = [
        ends_soon in view.properties("LoadBalancer")["LoadBalancerAttributes"]
        for view in (production, template)
    ]

    assert found == [True, False]


def test_practice_run_ends_when_responses_are_slow_and_waits_for_missing_tasks(
    production: View,
) -> None:
    practice = production.properties("ZonalAutoshift")["PracticeRunConfiguration"]

    assert practice == {
        "BlockingAlarms": [
            {"Type": ALARM, "AlarmIdentifier": {"Fn::GetAtt": ["MissingTasksAlarm", "Arn"]}}
        ],
        "OutcomeAlarms": [
            {"Type": ALARM, "AlarmIdentifier": {"Fn::GetAtt": ["ResponseTimeAlarm", "Arn"]}}
        ],
    }


def test_standard_stack_has_no_zonal_autoshift(template: View) -> None:
    assert not template.of_type("AWS::ARCZonalShift::ZonalAutoshiftConfiguration")
