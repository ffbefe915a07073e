"""Reads CloudFormation templates and evaluates them as far as their values are known.

    template = read_template(Path("stack.yaml"))
    stack = evaluate(template, region="us-east-1", parameters={"EnvironmentSuffix": "dev-001"})
    stack.resources["Vpc"].properties.text("CidrBlock")

`dependencies` returns the order of creation, `combinations` a stack for each combination of
conditions, `schemas` the AWS schema of each resource type.
"""

from payment_templates.cloudformation.dependencies import Dependencies, dependencies
from payment_templates.cloudformation.errors import (
    TemplateError,
    UnexpectedValueError,
    UnknownValueError,
)
from payment_templates.cloudformation.evaluation.combination_choice import MOST_COMBINATIONS
from payment_templates.cloudformation.evaluation.combinations import Combinations, combinations
from payment_templates.cloudformation.evaluation.conditions import decided_document
from payment_templates.cloudformation.evaluation.deciding_conditions import (
    conditions_by_resource,
    conditions_of,
    decided_by,
    parameters_of,
)
from payment_templates.cloudformation.evaluation.evaluator import Problem
from payment_templates.cloudformation.evaluation.new_stack import evaluate, with_parameters
from payment_templates.cloudformation.evaluation.read_tracking import (
    ALL_RESOURCES,
    EVERYTHING,
    Read,
    Reads,
    record,
    record_all,
    recorded,
)
from payment_templates.cloudformation.evaluation.read_values import asked_in
from payment_templates.cloudformation.evaluation.stack import Stack
from payment_templates.cloudformation.evaluation.stack_resource import StackResource
from payment_templates.cloudformation.evaluation.switches import Candidates, switches_of
from payment_templates.cloudformation.files.template_reader import (
    parse_template,
    read_template,
    template_of,
)
from payment_templates.cloudformation.parameters import (
    Parameter,
    check_values,
    invalid_value,
    partition_of,
    unknown_parameter,
)
from payment_templates.cloudformation.properties import Properties, listed, properties_of
from payment_templates.cloudformation.references import (
    attributes_in,
    conditions_in,
    dangling,
    references_in,
    texts_in,
)
from payment_templates.cloudformation.template import (
    MOST_BYTES,
    MOST_BYTES_INLINE,
    Condition,
    Json,
    Output,
    Resource,
    Rule,
    Template,
)
from payment_templates.cloudformation.values import (
    Decision,
    Kind,
    Reference,
    Text,
    Unknown,
    Value,
    equal,
    scalar_text,
    unknown_in,
)

__all__ = [
    "ALL_RESOURCES",
    "EVERYTHING",
    "MOST_BYTES",
    "MOST_BYTES_INLINE",
    "MOST_COMBINATIONS",
    "Candidates",
    "Combinations",
    "Condition",
    "Decision",
    "Dependencies",
    "Json",
    "Kind",
    "Output",
    "Parameter",
    "Problem",
    "Properties",
    "Read",
    "Reads",
    "Reference",
    "Resource",
    "Rule",
    "Stack",
    "StackResource",
    "Template",
    "TemplateError",
    "Text",
    "UnexpectedValueError",
    "Unknown",
    "UnknownValueError",
    "Value",
    "asked_in",
    "attributes_in",
    "check_values",
    "combinations",
    "conditions_by_resource",
    "conditions_in",
    "conditions_of",
    "dangling",
    "decided_by",
    "decided_document",
    "dependencies",
    "equal",
    "evaluate",
    "invalid_value",
    "listed",
    "parameters_of",
    "parse_template",
    "partition_of",
    "properties_of",
    "read_template",
    "record",
    "record_all",
    "recorded",
    "references_in",
    "scalar_text",
    "switches_of",
    "template_of",
    "texts_in",
    "unknown_in",
    "unknown_parameter",
    "with_parameters",
]
