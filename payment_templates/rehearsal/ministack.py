"""Accesses ministack's private names; a missing name fails the start."""

import sys
from collections.abc import Callable, Coroutine, Generator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version

# ministack has no annotations: its values are typed here, by hand, and only here.
from typing import Any, cast

Properties = dict[str, Any]
Attributes = dict[str, Any]
Headers = dict[str, str]
Reply = tuple[int, Headers, bytes]
ServiceHandler = Callable[
    [str, str, Headers, bytes, dict[str, list[str]]], Coroutine[Any, Any, Reply]
]

APPLICATION = "ministack.app"
RESPONSES = "ministack.core.responses"
ROUTER = "ministack.core.router"
SERVICES = "ministack.services"
CLOUDFORMATION = f"{SERVICES}.cloudformation"
ENGINE = f"{CLOUDFORMATION}.engine"
HANDLERS = f"{CLOUDFORMATION}.handlers"
PROVISIONERS = f"{CLOUDFORMATION}.provisioners"


class MissingNameError(RuntimeError):
    """The installed ministack lacks a name that the rehearsal uses."""


@dataclass(frozen=True, kw_only=True)
class ResourceHandlers:
    """The functions that ministack's CloudFormation calls for one resource type."""

    create: Callable[[str, Properties, str], tuple[str, Attributes]]
    update: Callable[[str, Properties, Properties, str], tuple[str, Attributes]]
    delete: Callable[[str, Properties], None]


def look_up(module: str, name: str) -> Any:  # noqa: ANN401 - the caller knows the type
    """Return a name of ministack; raises MissingNameError if this version lacks it."""
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError):
        raise MissingNameError(
            f"ministack {version('ministack')} has no {module}.{name}: "
            f"pin the version that this package names, or adapt {__name__}"
        ) from None


def replace_everywhere(module: str, name: str, wrap: Callable[[Any], object]) -> None:
    """Replace a function in its module and in every module that imported it by name."""
    original = look_up(module, name)
    replacement = wrap(original)
    for loaded_name, loaded in tuple(sys.modules.items()):
        if loaded_name.startswith(SERVICES) and vars(loaded).get(name) is original:
            setattr(loaded, name, replacement)


def application() -> Callable[..., Coroutine[Any, Any, None]]:
    """Return the ASGI application that serves every service."""
    return cast("Callable[..., Coroutine[Any, Any, None]]", look_up(APPLICATION, "app"))


def service_handlers() -> MutableMapping[str, ServiceHandler]:
    """Return the handlers of services, by signing name."""
    return cast("MutableMapping[str, ServiceHandler]", look_up(APPLICATION, "SERVICE_HANDLERS"))


def add_route(service: str, *, target_prefix: str) -> None:
    """Send requests whose X-Amz-Target starts with the prefix to the service."""
    look_up(ROUTER, "SERVICE_PATTERNS")[service] = {"target_prefixes": [target_prefix]}


def add_signed_route(service: str) -> None:
    """Send requests that are signed for the service to it."""
    look_up(ROUTER, "SERVICE_PATTERNS")[service] = {"credential_scope": service}


def boto_names() -> Mapping[str, str]:
    """Return the boto3 names of services that ministack names otherwise."""
    return cast("Mapping[str, str]", look_up(RESPONSES, "_BOTOCORE_NAME"))


def read_models_with(model: Callable[[str], object]) -> None:
    """Replace the function that reads botocore's model of a service, before it is imported."""
    look_up(RESPONSES, "_service_model")
    setattr(import_module(RESPONSES), "_service_model", model)  # noqa: B010 - a module has no such attribute for the type checkers


def resource_handlers() -> MutableMapping[str, dict[str, Any]]:
    """Return the handlers of the resource types that CloudFormation can create."""
    return cast("MutableMapping[str, dict[str, Any]]", look_up(PROVISIONERS, "_RESOURCE_HANDLERS"))


def register_resource_type(
    name: str,
    handlers: ResourceHandlers,
    *,
    replacing_properties: tuple[str, ...],
    tag_property: str | None,
) -> None:
    """Register a resource type, so that CloudFormation can manage it."""
    resource_handlers()[name] = {
        "create": handlers.create,
        "update": handlers.update,
        "delete": handlers.delete,
    }
    look_up(PROVISIONERS, "_REPLACING_PROPERTIES")[name] = replacing_properties
    if tag_property is not None:
        look_up(PROVISIONERS, "_STACK_TAG_PROPERTY")[name] = (tag_property, "list")


def tag_property(resource_type: str) -> tuple[str, type] | None:
    """Return the name and shape of the property that holds the tags of a resource type."""
    known = look_up(PROVISIONERS, "_STACK_TAG_PROPERTY").get(resource_type)
    return (known[0], {"list": list, "map": dict}[known[1]]) if known else None


def observe_resources(name: str, seen: MutableMapping[str, Any]) -> None:
    """Record the properties of every existing resource of a type, by its Ref."""
    handlers = resource_handlers()[name]
    create, update, delete = (handlers[step] for step in ("create", "update", "delete"))

    def created(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        ref, attributes = create(logical_id, properties, stack)
        seen[ref] = properties
        return ref, attributes

    def updated(
        physical_id: str, before: Properties, after: Properties, *more: object
    ) -> tuple[str, Attributes]:
        ref, attributes = update(physical_id, before, after, *more)
        seen[ref] = after
        return ref, attributes

    def deleted(physical_id: str, properties: Properties) -> None:
        delete(physical_id, properties)
        seen.pop(physical_id, None)

    handlers.update(create=created, update=updated, delete=deleted)


def drift_readers() -> MutableMapping[str, tuple[Callable[..., Any], frozenset[str]]]:
    """Return, by resource type, the function that reads a resource and the compared properties."""
    return cast(
        "MutableMapping[str, tuple[Callable[..., Any], frozenset[str]]]",
        look_up(f"{CLOUDFORMATION}.drift", "_DRIFT_READERS"),
    )


def region() -> str:
    """Return the region of the current request."""
    return cast("str", look_up(RESPONSES, "get_region")())


def account() -> str:
    """Return the account of the current request."""
    return cast("str", look_up(RESPONSES, "get_account_id")())


@contextmanager
def in_region(name: str) -> Generator[None, None, None]:
    """Act in another region of the account until the block ends."""
    before = region()
    enter = look_up(RESPONSES, "set_request_region")
    enter(name)
    try:
        yield
    finally:
        enter(before)


def regional_store() -> MutableMapping[str, Any]:
    """Return an empty store with separate contents for each account and region."""
    return cast("MutableMapping[str, Any]", look_up(RESPONSES, "AccountRegionScopedDict")())


def account_store() -> MutableMapping[str, Any]:
    """Return an empty store with separate contents for each account."""
    return cast("MutableMapping[str, Any]", look_up(RESPONSES, "AccountScopedDict")())


def resolve(
    template: Mapping[str, Any],
    parameters: Mapping[str, Any],
    value: object,
    *,
    conditions: Mapping[str, bool],
) -> object:
    """Resolve the intrinsic functions of a value that references no resource."""
    return look_up(ENGINE, "_resolve_refs")(
        value, {}, parameters, conditions, template.get("Mappings", {}), "", ""
    )


def stack(name: str) -> dict[str, Any] | None:
    """Return ministack's mutable record of a stack."""
    return cast("dict[str, Any] | None", look_up(CLOUDFORMATION, "_stacks").get(name))


def change_set(change_set_id: str) -> dict[str, Any]:
    """Return ministack's mutable record of a change set; empty if there is none."""
    records = look_up(CLOUDFORMATION, "_change_sets")
    return cast("dict[str, Any]", records.get(change_set_id) or {})


def database_cluster(identifier: str) -> dict[str, Any]:
    """Return ministack's mutable record of an Aurora cluster."""
    clusters = look_up(f"{SERVICES}.rds", "_clusters")
    return cast("dict[str, Any]", clusters.get(identifier, {}))


def database_snapshots() -> MutableMapping[str, dict[str, Any]]:
    """Return ministack's mutable records of cluster snapshots, by name."""
    snapshots = look_up(f"{SERVICES}.rds", "_db_cluster_snapshots")
    return cast("MutableMapping[str, dict[str, Any]]", snapshots)


def database_clusters() -> MutableMapping[str, dict[str, Any]]:
    """Return ministack's mutable records of the Aurora clusters in a region, by name."""
    clusters = look_up(f"{SERVICES}.rds", "_clusters")
    return cast("MutableMapping[str, dict[str, Any]]", clusters)


def database_instance(identifier: str) -> dict[str, Any]:
    """Return ministack's mutable record of a database instance."""
    instances = look_up(f"{SERVICES}.rds", "_instances")
    return cast("dict[str, Any]", instances.get(identifier, {}))


def global_databases() -> MutableMapping[str, dict[str, Any]]:
    """Return ministack's mutable records of Aurora global databases, which have no region."""
    records = look_up(f"{SERVICES}.rds", "_global_clusters")
    return cast("MutableMapping[str, dict[str, Any]]", records)


def database_events() -> MutableMapping[str, dict[str, Any]]:
    """Return ministack's mutable records of the RDS events of a region."""
    return cast("MutableMapping[str, dict[str, Any]]", look_up(f"{SERVICES}.rds", "_events"))


def subscription(arn: str) -> dict[str, Any]:
    """Return ministack's mutable record of an SNS subscription."""
    topic = look_up(f"{SERVICES}.sns", "_sub_arn_to_topic").get(arn, "")
    found = look_up(f"{SERVICES}.sns", "_find_subscription")(topic, arn) if topic else None
    return cast("dict[str, Any]", found or {})


def publish_metric(
    namespace: str,
    name: str,
    value: float,
    unit: str,
    dimensions: Mapping[str, str],
    *,
    at: float,
) -> None:
    """Record a point of a CloudWatch metric, and evaluate the alarms of the region."""
    module = f"{SERVICES}.cloudwatch"
    key = (namespace, name, look_up(module, "_dims_key")(dict(dimensions)))
    look_up(module, "_metric_bucket")(key).append(
        {"Timestamp": at, "Value": value, "Unit": unit, "Dimensions": dict(dimensions)}
    )
    look_up(module, "_evaluate_all_alarms")()


def refuse_replacement(resource_type: str, name_property: str) -> None:
    """Fail an update that would replace a resource of the type while it keeps its name."""
    look_up(PROVISIONERS, "_CUSTOM_NAME_REPLACEMENT")[resource_type] = {"name": name_property}


def share_between_regions(service_module: str, store: str) -> None:
    """Replace an empty store per region with one that all regions of an account share."""
    module = f"{SERVICES}.{service_module}"
    look_up(module, store)
    setattr(import_module(module), store, look_up(RESPONSES, "AccountScopedDict")())


def reconcile_service(cluster: str, service: str) -> None:
    """Let the ECS scheduler start missing tasks of a service and stop surplus ones."""
    look_up(f"{SERVICES}.ecs", "_reconcile_service_tasks")(cluster, f"{cluster}/{service}")
