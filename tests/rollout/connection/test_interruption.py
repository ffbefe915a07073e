import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rollout.faults import Fault, FaultPlan, break_connections, run_until_killed
from tests.rollout.running import EAST, NAME, WEST, Commands, arguments_of

_BEGINNINGS = frozenset({"ExecuteChangeSet", "CreateStackInstances"})


@pytest.mark.parametrize("number", [0, 4, 9, 12])
def test_interrupted_deploy_resumes_with_the_same_command(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    with monkeypatch.context() as bad:
        break_connections(bad, FaultPlan(faults={number: Fault.INTERRUPTED}))
        interrupted = commands.deploy(preflight=True)

    after = commands.deploy(preflight=True)

    assert interrupted.exit_code == 130
    assert "the same command again" in interrupted.stderr
    assert after.exit_code == 0, after.output
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_deploy_resumes_after_expired_credentials(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as bad:
        break_connections(bad, FaultPlan(faults_at_first={"CreateChangeSet": Fault.EXPIRED}))
        expired = commands.deploy()

    after = commands.deploy()

    assert expired.exit_code == 2
    assert "credentials have expired" in expired.stderr
    assert after.exit_code == 0, after.output


def test_running_operation_of_another_user_is_followed_first(commands: Commands) -> None:
    commands.rollout()
    client = commands.aws.client("cloudformation", EAST)
    client.detect_stack_set_drift(StackSetName=NAME, OperationId="theirs")

    result = commands.rollout("--parameter", "Message=second")

    assert result.exit_code == 0, result.output
    assert (commands.greeting(EAST), commands.greeting(WEST)) == ("second", "second")


@pytest.mark.faults
@pytest.mark.parametrize("slow_aws", [0.5], indirect=True)
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["deploy", "--yes"], "CREATE_IN_PROGRESS: following the operation"),
        (["rollout", "--yes", "--create-roles"], "is running: following it"),
    ],
    ids=["deploy", "rollout"],
)
def test_running_operation_is_followed_after_a_kill(
    slow_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch, command: list[str], said: str
) -> None:
    commands = Commands(aws=slow_aws)
    # Only the roles, so that only the tested operation is slow.
    commands.run("rollout", "--yes", "--create-roles", "--region", WEST, "--suffix", "other")
    plan = FaultPlan(kill_after_calls=_BEGINNINGS)
    killed = run_until_killed(monkeypatch, plan, arguments_of(*command))

    result = commands.run(*command)

    assert killed
    assert result.exit_code == 0, result.output
    assert said in result.output
    assert commands.greeting(EAST) == "first"


@pytest.mark.faults
@pytest.mark.parametrize("slow_aws", [0.5], indirect=True)
def test_destroy_waits_for_a_running_update(
    slow_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = Commands(aws=slow_aws)
    commands.deploy()
    plan = FaultPlan(kill_after_calls=frozenset({"ExecuteChangeSet"}))
    update = arguments_of("deploy", "--yes", "--parameter", "Message=second")
    killed = run_until_killed(monkeypatch, plan, update)

    result = commands.destroy()

    assert killed
    assert "UPDATE_IN_PROGRESS: following the operation" in result.output
    assert result.exit_code == 0, result.output
    assert commands.stack() is None


def test_repeated_throttling_is_reported(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time", _Clock)
    break_connections(monkeypatch, FaultPlan(faults=dict.fromkeys(range(1, 4), Fault.THROTTLED)))

    result = commands.deploy()

    assert result.exit_code == 0, result.output
    assert "attempt 3 of 10 failed: Throttling" in result.output


def test_network_failure_ends_with_a_hint(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time", _Clock)
    break_connections(monkeypatch, FaultPlan(faults=dict.fromkeys(range(1, 60), Fault.RESET)))

    result = commands.deploy()

    assert result.exit_code == 1
    assert "run the same command again" in result.stderr
    assert "Traceback" not in result.output


class _Clock:
    @staticmethod
    def sleep(_seconds: float) -> None:
        """Do not wait."""
