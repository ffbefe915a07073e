"""What an update does to inline policies that several resources write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.report.comparison import Effect
from tests.evidence.changes import changed, cut, put
from tests.report.test_collisions import comparison, small
from tests.report.test_occupied_places import compared

if TYPE_CHECKING:
    from payment_templates.report.comparison import ResourceChange
    from tests.evidence.changes import Change, Json

DOCUMENT: Json = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
OTHER: Json = {"Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}
POLICY: Json = {"PolicyName": "p", "PolicyDocument": DOCUMENT}
OF_ROLE: Json = {**POLICY, "Roles": [{"Ref": "Role"}]}
KIND = "AWS::IAM::Policy"
BEFORE = small(Role=("AWS::IAM::Role", {}), Old=(KIND, OF_ROLE))


def policy(properties: Json, kind: str = KIND, **attributes: object) -> Json:
    return {"Type": kind, "Properties": properties, **attributes}


def after(*changes: Change, before: Json = BEFORE) -> dict[str, ResourceChange]:
    return compared(before, changed(before, *changes))


RENAMED = {
    "policy": policy(OF_ROLE),
    "one of two roles": policy({**OF_ROLE, "Roles": ["other", {"Ref": "Role"}]}),
    "policy of a role": policy({**POLICY, "RoleName": {"Ref": "Role"}}, "AWS::IAM::RolePolicy"),
}


@pytest.mark.parametrize("new", RENAMED.values(), ids=RENAMED)
def test_policy_under_a_new_logical_id_is_deleted_at_the_end(new: Json) -> None:
    found = after(cut("Resources.Old"), put("Resources.New", new))

    assert {name: it.effect for name, it in found.items()} == {
        "Old": Effect.REMOVED,
        "New": Effect.UNDONE,
    }
    assert "Old has the policy p of Role too" in found["New"].why


def test_update_that_deletes_a_policy_at_its_end_fails() -> None:
    new = changed(BEFORE, cut("Resources.Old"), put("Resources.New", policy(OF_ROLE)))

    assert comparison(BEFORE, new).fails()


def test_policy_that_moves_into_its_role_is_deleted_at_the_end() -> None:
    found = after(cut("Resources.Old"), put("Role.Properties.Policies", [POLICY]))

    assert found["Role"].effect is Effect.UNDONE


def test_policy_that_moves_out_of_its_role_stays() -> None:
    before = small(Role=("AWS::IAM::Role", {"Policies": [POLICY]}))

    found = after(
        cut("Role.Properties.Policies"), put("Resources.New", policy(OF_ROLE)), before=before
    )

    assert {it.effect for it in found.values()} == {Effect.IN_PLACE, Effect.ADDED}
    assert not found["New"].why


@pytest.mark.parametrize(
    "properties",
    [
        {**OF_ROLE, "PolicyName": "other"},
        {**OF_ROLE, "Roles": ["other"]},
        {**POLICY, "Users": [{"Ref": "Role"}]},
    ],
    ids=["name", "role", "user"],
)
def test_other_policy_stays(properties: Json) -> None:
    found = after(cut("Resources.Old"), put("Resources.New", policy(properties)))

    assert found["New"].effect is Effect.ADDED


def test_policy_that_cloudformation_retains_is_not_deleted() -> None:
    retained = changed(BEFORE, put("Resources.Old.DeletionPolicy", "Retain"))

    found = after(cut("Resources.Old"), put("Resources.New", policy(OF_ROLE)), before=retained)

    assert found["New"].effect is Effect.ADDED


def test_policy_of_a_replaced_role_is_not_that_of_the_old_one() -> None:
    found = after(
        put("Role.Properties.Path", "/new/"),
        cut("Resources.Old"),
        put("Resources.New", policy(OF_ROLE)),
    )

    assert found["New"].effect is Effect.ADDED


@pytest.mark.parametrize(
    ("document", "effect"),
    [(OTHER, Effect.UNDONE), (DOCUMENT, Effect.ADDED)],
    ids=["other", "same"],
)
def test_second_policy_of_one_name_overwrites_the_first(document: Json, effect: Effect) -> None:
    found = after(put("Resources.New", policy({**OF_ROLE, "PolicyDocument": document})))

    assert found["New"].effect is effect


@pytest.mark.parametrize(
    ("needs", "effect", "said"),
    [
        ({}, Effect.ADDED, "Add DependsOn: Old"),
        ({"New": "Old"}, Effect.ADDED, ""),
        ({"Old": "New"}, Effect.UNDONE, "changes later, and deletes it"),
    ],
    ids=["no order", "after", "before"],
)
def test_policy_that_another_resource_gives_up_needs_an_order(
    needs: dict[str, str], effect: Effect, said: str
) -> None:
    order = [put(f"Resources.{name}.DependsOn", other) for name, other in needs.items()]

    found = after(
        put("Old.Properties.Roles", ["other"]), put("Resources.New", policy(OF_ROLE)), *order
    )

    assert found["New"].effect is effect
    assert said in found["New"].why if said else not found["New"].why
