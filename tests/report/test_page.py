"""The report page without a browser: its data is what evidence found, and it is complete."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.cloudformation import template_of
from payment_templates.evidence import examine
from payment_templates.evidence.machine_output import to_json
from payment_templates.report.compliance import assess
from payment_templates.report.cost.bill_lines import total
from payment_templates.report.page.comparison_view import comparison
from payment_templates.report.page.findings import collect
from payment_templates.report.page.page import render
from payment_templates.report.page.simulation import simulate
from payment_templates.report.page.weak_steps import weaknesses_of
from tests.cloudformation.templates import PRODUCT, VPC, product
from tests.evidence.changes import changed, put
from tests.report.pages import Reader, embedded, findings, page

if TYPE_CHECKING:
    from click.testing import Result

    from payment_templates.cloudformation import Stack
    from tests.evidence.changes import Json

PROFILES = ("standard", "production")
MOST_BYTES = 1_000_000
CLAIMS = Path(__file__).parents[1] / "evidence" / "claims"
every_profile = pytest.mark.parametrize("profile", PROFILES)


def evidence() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(to_json(findings("standard").examination))
    return document


def test_every_single_fault_is_what_evidence_says() -> None:
    (data,) = embedded(page("standard"))
    shown = {
        data["incidents"][str(number)]["title"]: data["incidents"][str(number)]["tiers"]
        for number in range(len(data["faults"]))
    }

    assert shown == {it["fault"]: it["tiers"] for it in evidence()["faults"]}


def test_every_recovery_is_what_evidence_says() -> None:
    (data,) = embedded(page("standard"))
    kinds = {"zone": "Availability Zone", "writer": "infrastructure", "region": "Region"}
    for number, fault in enumerate(data["faults"]):
        if fault["kind"] not in kinds:
            continue
        shown = [data["recoveries"][it] for it in data["incidents"][str(number)]["recoveries"]]
        names = {fault["name"], fault["title"]}

        assert [
            {**it, "chains": [data["chains"][chain] for chain in it["chains"]]} for it in shown
        ] == [
            it
            for it in evidence()["recoveries"]
            if it["disruption"] == kinds[fault["kind"]] and it["fault"] in names
        ]


@every_profile
def test_marks_in_the_picture_are_the_losses_of_the_tiers(profile: str) -> None:
    (data,) = embedded(page(profile))
    chips = {
        chip.id: chip
        for zone in findings(profile).picture.regions[0].zones
        for chip in zone.chips
        if not chip.is_path
    }

    for incident in data["incidents"].values():
        lost = dict.fromkeys(incident["tiers"], 0)
        for name, count in incident["chips"].items():
            if name in chips:
                lost[chips[name].tier] += count
        assert lost == {tier: it["lost"] for tier, it in incident["tiers"].items()}


def test_bars_are_lost_with_what_they_show() -> None:
    (data,) = embedded(page("standard"))
    bars = {it["title"]: it["bars"] for it in data["incidents"].values()}

    assert bars["region us-east-1"] == {"us-east-1/entrance": True, "us-east-1/alerts": True}
    assert bars["zone us-east-1a"] == {"us-east-1/entrance": False}
    assert bars["writer DatabaseWriter"] == {}


@every_profile
def test_every_alert_names_its_topic_and_subscriber(profile: str) -> None:
    (data,) = embedded(page(profile))

    assert data["alerts"]
    # Without the address, which is an example as long as no value is given for the parameter.
    for alert in data["alerts"]:
        assert alert["recipients"].split(",")[0] == "AlertTopic → AlertEmail"


def test_what_decides_the_recovery_of_a_zone_is_the_failover_and_the_address() -> None:
    (data,) = embedded(page("standard"))
    incident = data["incidents"]["0"]

    assert incident["title"] == "zone us-east-1a"
    (decides,) = incident["decides"]
    assert decides == (
        "Aurora notices the failure and promotes a reader, typically 60 of the 65 s until writes "
        "succeed; longer, without a stated limit, if this takes time: "
        "the zone's address is removed from the load balancer's name"
    )


@every_profile
def test_weakest_assumptions_are_the_steps_without_a_limit(profile: str) -> None:
    found = findings(profile)
    open_steps = {
        step.what
        for recovery in found.examination.recoveries
        for chain in recovery.chains
        if chain.counts
        for step in chain.steps
        if not step.span.worst.bounded
    }

    weaknesses = weaknesses_of(found.examination.recoveries, found.incidents)

    alarms = "the metric of an alarm reaches CloudWatch"
    assert {it.step for it in weaknesses} == {*open_steps, alarms}
    assert weaknesses[0].stated == "no time"
    assert all(it.affects for it in weaknesses)
    assert "typically 60 s, no limit" in {it.stated for it in weaknesses}


def test_page_names_the_file_and_the_parameters_but_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    values = ("AlertEmail=ops@pay.example", "DBMasterPassword=correct-horse")
    given = [argument for value in values for argument in ("--parameter", value)]

    assert run(str(PRODUCT), *given, "--output", str(path)).exit_code == 0

    text = path.read_text()
    assert sha256(PRODUCT.read_bytes()).hexdigest() in text
    (data,) = embedded(text)
    assert data["alerts"][0]["recipients"] == "AlertTopic → AlertEmail (ops@pay.example)"
    assert "with AlertEmail=ops@pay.example, DBMasterPassword=not shown" in text
    assert "correct-horse" not in text


def test_page_says_that_cloudformation_adds_to_a_template() -> None:
    loop = ["Name", ["A", "B"], {"Topic${Name}": {"Type": "AWS::SNS::Topic"}}]
    document = {**changed(product(), put("Fn::ForEach::Topics", loop))}
    found = collect(
        template_of({**document, "Transform": "AWS::LanguageExtensions"}),
        name="loop.json",
        sha256="0" * 64,
        region="us-east-1",
        parameters={},
        profile="standard",
        seed=1,
        runs=10,
    )
    text = render([found], seed=1, runs=10)

    assert "CloudFormation adds to this template when it is deployed: Fn::ForEach::Topics" in text
    assert " at least 6" in text
    assert "At least 35.5 min, by average times" in text


def test_two_faults_are_chosen_by_their_numbers() -> None:
    (data,) = embedded(page("standard"))
    titles = [fault["title"] for fault in data["faults"]]

    for key, incident in data["incidents"].items():
        assert incident["title"] == " and ".join(titles[int(number)] for number in key.split("+"))


@pytest.mark.parametrize("profiles", [("standard",), PROFILES], ids=" and ".join)
def test_page_is_small_and_needs_nothing_else(profiles: tuple[str, ...]) -> None:
    text = page(*profiles)
    reader = Reader(text)

    assert len(text.encode()) < MOST_BYTES
    assert [
        it.tag for it in reader.elements if {"src", "srcset", "action"} & {*it.attributes}
    ] == []
    assert reader.all("link") + reader.all("img") + reader.all("iframe") == []
    # Links to sources open only if they are followed.
    assert "@import" not in text
    assert "url(" not in text
    for word in ("fetch(", "XMLHttpRequest", "WebSocket", "innerHTML", "eval("):
        assert word not in text


@pytest.mark.parametrize("profiles", [("standard",), PROFILES], ids=" and ".join)
def test_every_part_of_the_page_has_a_name(profiles: tuple[str, ...]) -> None:
    reader = Reader(page(*profiles))
    ids = [it.attributes["id"] for it in reader.elements if it.attributes.get("id")]
    labels = {it.attributes.get("for") for it in reader.all("label")}

    assert len(ids) == len(set(ids))
    for element in reader.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert {*(element.attributes.get(name) or "").split()} <= {*ids}
        if element.attributes.get("role") in {"region", "img", "group"}:
            assert element.attributes.get("aria-label") or element.attributes.get("aria-labelledby")
    for field in reader.all("input"):
        in_label = any(it.tag == "label" for it in field.around)
        assert in_label or field.attributes.get("id") in labels
    for link in reader.all("a"):
        target = link.attributes.get("href") or ""
        assert target[1:] in ids if target.startswith("#") else urlsplit(target).scheme == "https"


def test_headings_skip_no_level() -> None:
    for profiles in (("standard",), PROFILES):
        levels = [
            int(it.tag[1]) for it in Reader(page(*profiles)).elements if re.match(r"h\d$", it.tag)
        ]

        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_page_shows_every_promise_with_its_verdict() -> None:
    reader = Reader(page("standard"))
    shown = [it.text for it in reader.all("li") if it.attributes.get("class") == "promise"]

    document = evidence()
    assert len(shown) == len(document["claims"])
    for claim in document["claims"]:
        (text,) = (it for it in shown if f"{claim['id']} ·" in it)
        assert claim["title"] in text
        assert claim["verdict"] in text


def test_page_shows_every_requirement_of_pci_dss_with_its_verdict() -> None:
    section = next(
        it for it in Reader(page("standard")).elements if it.attributes.get("id") == "pci-dss"
    )

    requirements = findings("standard").assessment.requirements
    assert len(requirements) > 100
    for assessed in requirements:
        assert f"{assessed.row.number}{assessed.summary}{assessed.status}" in section.text.replace(
            "\n", ""
        )


def test_two_templates_are_compared() -> None:
    text = Reader(page(*PROFILES)).elements
    shown = next(it.text for it in text if it.attributes.get("id") == "comparison")

    assert "6 of 6, none can start" in shown
    assert "NAT gateway NatGatewayC" in shown
    assert "has no such part" in shown
    assert "Six tasks run again after any zone failure" in shown
    assert "Requirements of PCI DSS with another verdict" in shown
    assert "Cost by tier" in shown


def test_comparison_leaves_out_what_only_has_another_total() -> None:
    found: Any = comparison(findings("standard"), findings("production"))
    rows = {(name, tier): (one, other) for name, tier, one, other in found["survival"]}

    # Not 4 of 6 tasks against 6 of 9: each loses a third. Not 1 of 1 gateway against 3 of 3.
    assert rows["zone us-east-1a", "egress"] == ("0 of 1", "2 of 3")
    assert rows["zone us-east-1a", "tasks"] == ("4 of 6, none can start", "6 of 9")
    assert ("zone us-east-1b", "tasks") not in rows
    assert not {("task", "tasks"), ("writer DatabaseWriter", "egress")} & {*rows}
    assert not any(name.startswith("region") for name, _ in rows)
    assert "load balancer 3, tasks 6, database 3, egress 1" in str(found["figures"])


def test_comparison_has_pci_dss_and_the_cost_of_each_tier() -> None:
    sides = (findings("standard"), findings("production"))
    found: Any = comparison(*sides)

    requirements = {number: verdicts for number, _, *verdicts in found["requirements"]}
    assert requirements["6.4.2"] == ["not met", "met"]
    assert all(one != other for one, other in requirements.values())
    tiers = {
        name: [float(text.partition(" ")[0].replace(",", "")) for text in costs]
        for name, *costs in found["tiers"]
    }
    for number, side in enumerate(sides):
        whole = total([line for bill in side.bills for line in bill.lines]).usd
        assert sum(costs[number] for costs in tiers.values()) == pytest.approx(whole, abs=0.05)


def test_template_compared_with_itself_differs_in_nothing() -> None:
    found = comparison(findings("standard"), findings("standard"))

    assert {name: found[name] for name in ("promises", "survival", "recovery", "requirements")} == {
        "promises": [],
        "survival": [],
        "recovery": [],
        "requirements": [],
    }


def test_the_same_template_gives_the_same_page() -> None:
    again = render([findings("standard")], seed=1, runs=200)

    assert again == page("standard")


def test_text_of_the_template_is_never_markup() -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    text = written(
        {
            "Parameters": {"Size": {"Type": "String", "Default": "a", "Description": evil}},
            "Resources": {"Vpc": VPC, "Database": database(evil)},
            "Outputs": {"Id": {"Description": evil, "Value": {"Ref": "Vpc"}}},
        },
        name=evil,
    )

    assert "&lt;/script&gt;" in text
    assert "<img" not in text
    assert len(Reader(text).all("script")) == 2


def database(size: str) -> Json:
    fields = {"Engine": "aurora-postgresql", "DBInstanceClass": size}
    return {"Type": "AWS::RDS::DBInstance", "Properties": fields}


def written(document: Json, *, name: str = "stack.json") -> str:
    found = collect(
        template_of(document),
        name=name,
        sha256="",
        region="us-east-1",
        parameters={},
        profile="any",
        seed=1,
        runs=10,
    )
    return render([found], seed=1, runs=10)


def test_template_of_another_kind_has_a_page() -> None:
    text = written({"Resources": {"Vpc": VPC, "Topic": {"Type": "AWS::SNS::Topic"}}})

    (data,) = embedded(text)
    assert [fault["title"] for fault in data["faults"]] == ["region us-east-1"]


def test_failed_task_without_a_health_check_is_not_simulated() -> None:
    path = CLAIMS / "alarm_on_tasks" / "bad.json"
    text = written(json.loads(path.read_text()))

    assert "no target group, so nothing in the template detects a failed task" in text


@pytest.mark.faults
@pytest.mark.parametrize("path", sorted(CLAIMS.glob("*/*.json")), ids=lambda it: it.parent.name)
def test_template_of_every_claim_has_a_bill_a_picture_and_a_page(path: Path) -> None:
    text = written(json.loads(path.read_text()))

    assert Reader(text).all("h1")[0].text == "stack.json"
    assert embedded(text)


def test_undecided_template_says_what_is_unknown() -> None:
    unknown = put("Service.Properties.DesiredCount", {"Fn::ImportValue": "tasks"})

    text = written(changed(product(), unknown))

    assert "Failures are unknown: Resources.Service.Properties.DesiredCount" in text


def test_secret_default_is_not_shown() -> None:
    secret = {"Type": "String", "NoEcho": True, "Default": "hunter2hunter2"}

    text = written({"Parameters": {"Password": secret}, "Resources": {"Vpc": VPC}})

    assert "Password" in text
    assert "hunter2" not in text


def test_simulation_is_seeded() -> None:
    found = findings("standard")
    recoveries, incidents = found.examination.recoveries, found.incidents

    one, same, other = (simulate(recoveries, incidents, seed=seed, runs=300) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_simulated_times_stay_between_best_and_worst() -> None:
    found = findings("standard")
    outcomes = simulate(found.examination.recoveries, found.incidents, seed=1, runs=300)
    region = next(it for it in outcomes if it.title.startswith("Region"))

    # 20 to 66 s: detection and TTL, all of them bounded.
    assert 20 <= region.median <= region.p95 <= region.longest <= 66
    assert region.held == 1
    assert sum(region.histogram) == 300


def test_typical_promotion_holds_for_about_nine_of_ten_runs() -> None:
    found = findings("standard")
    outcomes = simulate(found.examination.recoveries, found.incidents, seed=1, runs=3000)
    writes = next(it for it in outcomes if it.until == "writes" and "writer" in it.title)

    assert writes.held == pytest.approx(0.88, abs=0.04)
    assert writes.decides == "Aurora notices the failure and promotes a reader"


def test_promise_with_a_step_without_a_time_is_undecided_or_broken() -> None:
    found = findings("standard")
    outcomes = simulate(found.examination.recoveries, found.incidents, seed=1, runs=100)

    assert [it.held for it in outcomes if it.open_steps and it.held] == []


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["report", *arguments, "--runs", "10"])


def test_command_writes_the_page(tmp_path: Path) -> None:
    path, template = tmp_path / "report.html", tmp_path / "stack.json"
    template.write_text(json.dumps({"Resources": {"Vpc": VPC}}))

    found = run(str(template), "--output", str(path))

    assert (found.exit_code, found.output) == (0, f"wrote {path}\n")
    assert Reader(path.read_text()).all("h1")[0].text == "stack.json"


def test_options_file_chooses_the_promises(tmp_path: Path) -> None:
    path, options = tmp_path / "report.html", tmp_path / "stack.toml"
    options.write_text('profile = "production"\n')

    found = run(str(PRODUCT), "--options", str(options), "--output", str(path))

    assert (found.exit_code, found.output) == (0, f"wrote {path}\n")
    assert "promises of production" in path.read_text()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([str(PRODUCT)] * 3, "3 templates given"),
        ([str(PRODUCT), "--output", str(PRODUCT)], f"--output would overwrite {PRODUCT}"),
        ([str(PRODUCT), "--profile", "gold"], "unknown profile 'gold'"),
        ([str(PRODUCT), "--parameter", "Foo=1"], "unknown parameter 'Foo'"),
        ([str(PRODUCT), "--region", "eu-9"], "unknown region 'eu-9'"),
        (["missing.json"], "cannot read missing.json"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], problem: str) -> None:
    found = run(*arguments)

    assert found.exit_code == 2
    assert problem in found.output
    assert "Traceback" not in found.output


def test_any_profile_reads_the_template_of_the_standard_one(tmp_path: Path) -> None:
    output = tmp_path / "report.html"

    found = run("--profile", "any", "--output", str(output))

    assert (found.exit_code, output.is_file()) == (0, True)


def test_promises_and_pci_dss_are_examined_on_the_same_stacks() -> None:
    template = template_of(product())
    for examination in (examine, assess):
        examination(template, region="us-east-1", profile="standard")

    examined: list[Stack] = [*template.memo["topologies",]]
    values = {frozenset(stack.parameters.items()) for stack in examined}

    assert len(values) == len(examined) > 1
