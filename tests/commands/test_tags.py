"""Tests the tags of the command line against those of the template."""

from __future__ import annotations

import pytest

from payment_templates.cloudformation import read_template
from payment_templates.commands.inputs.roles_and_tags import read_tags, require_distinct_tags
from payment_templates.rollout.errors import RolloutError
from tests.cloudformation.templates import PRODUCT


# IAM would refuse the role with "Duplicate tag keys found".
def test_tag_must_not_repeat_a_roles_own_in_another_case() -> None:
    with pytest.raises(RolloutError, match=r"--tag environment: \w+ has Environment") as error:
        require_distinct_tags(read_template(PRODUCT), ["team", "environment"])

    assert str(error.value).endswith("hint: use Environment, or another key")


def test_tag_may_replace_one_of_the_template() -> None:
    require_distinct_tags(read_template(PRODUCT), ["team", "Environment"])


@pytest.mark.parametrize("pair", ["rds:team=a", "RDS:team=a", "team=rds:a", "aws:team=a"])
def test_tag_must_not_start_as_those_of_aws(pair: str) -> None:
    with pytest.raises(RolloutError, match="which are AWS's own"):
        read_tags([pair])
