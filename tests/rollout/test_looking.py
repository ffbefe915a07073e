from tests.rollout.running import EAST, WEST, Commands


def test_status_of_nothing_says_so(commands: Commands) -> None:
    result = commands.run("status")

    assert result.exit_code == 0
    assert "nothing stands" in result.output


def test_status_tells_who_made_each_stack(commands: Commands) -> None:
    commands.deploy()
    commands.rollout()

    document = commands.document("status")

    assert [stack["region"] for stack in document["stacks"]] == [EAST]
    assert [one["region"] for one in document["instances"]] == [WEST]


def test_nothing_has_drifted_after_a_rollout(commands: Commands) -> None:
    commands.rollout()

    document = commands.document("drift")

    assert (document["exit_code"], document["drifts"]) == (0, [])


def test_drift_tells_property_expected_and_actual(commands: Commands) -> None:
    commands.deploy()
    logs = commands.aws.client("logs", EAST)
    logs.put_retention_policy(logGroupName="payment-records-dev-001", retentionInDays=90)

    document = commands.document("drift")

    assert document["exit_code"] == 1
    (drift,) = document["drifts"]
    assert (drift["logical_id"], drift["path"]) == ("Records", "/RetentionInDays")
    assert (drift["expected"], drift["actual"]) == ("7", "90")


def test_drift_is_found_in_the_stacks_of_a_set(commands: Commands) -> None:
    commands.rollout()
    logs = commands.aws.client("logs", WEST)
    logs.put_retention_policy(logGroupName="payment-records-dev-001", retentionInDays=90)

    document = commands.document("drift")

    assert document["exit_code"] == 1
    assert [(one["region"], one["logical_id"]) for one in document["drifts"]] == [(WEST, "Records")]
