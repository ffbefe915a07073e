"""Requirements 1 and 2: the network, and how systems are configured."""

from __future__ import annotations

from payment_templates.report.compliance.checks.access import (
    administrator_has_own_name,
)
from payment_templates.report.compliance.checks.application import (
    buckets_are_private,
    buckets_take_tls_only,
)
from payment_templates.report.compliance.checks.network import (
    administration_ports_are_closed,
    gateways_serve_own_network,
    no_automatic_public_addresses,
    outbound_traffic_is_limited,
)
from payment_templates.report.compliance.claims import (
    AMBIGUOUS_REQUESTS_ARE_STOPPED,
    CONTAINERS_HAVE_FEW_RIGHTS,
    DATABASE_CONNECTIONS_ARE_ENCRYPTED,
    DATABASE_IS_PRIVATE,
    ONLY_NEIGHBOURS_CONNECT,
    PAYMENTS_USE_HTTPS,
    TASKS_RUN_IN_PRIVATE_SUBNETS,
)
from payment_templates.report.compliance.matrix.row import row

NETWORK = (
    row(
        *("1.2.5", ONLY_NEIGHBOURS_CONNECT, PAYMENTS_USE_HTTPS),
        customer="approve the open ports, and say why they are needed",
    ),
    row(
        *("1.2.8", ONLY_NEIGHBOURS_CONNECT, administration_ports_are_closed),
        gateways_serve_own_network,
        customer="restrict who may change the stack, and run `payment-stack drift`",
    ),
    row(
        *("1.3.1", ONLY_NEIGHBOURS_CONNECT, administration_ports_are_closed),
        gateways_serve_own_network,
        customer="close the VPC's default security group, which CloudFormation cannot change",
    ),
    row(
        *("1.3.2", outbound_traffic_is_limited),
        customer="name the destinations that the application needs",
    ),
    row(
        *("1.4.1", ONLY_NEIGHBOURS_CONNECT, TASKS_RUN_IN_PRIVATE_SUBNETS),
        gateways_serve_own_network,
    ),
    row("1.4.2", ONLY_NEIGHBOURS_CONNECT, administration_ports_are_closed),
    row("1.4.3", aws="the VPC drops packets with a forged source address"),
    row(
        *("1.4.4", DATABASE_IS_PRIVATE, TASKS_RUN_IN_PRIVATE_SUBNETS),
        *(no_automatic_public_addresses, buckets_are_private),
    ),
    row(
        *("1.4.5", TASKS_RUN_IN_PRIVATE_SUBNETS, CONTAINERS_HAVE_FEW_RIGHTS),
        customer="keep internal addresses out of responses and error pages",
    ),
    row("1.5.1", customer="secure the computers of those who administer the account"),
    row("2.2.2", administrator_has_own_name),
    row(
        "2.2.4", CONTAINERS_HAVE_FEW_RIGHTS, customer="remove from the image what it does not need"
    ),
    row("2.2.5", PAYMENTS_USE_HTTPS, DATABASE_CONNECTIONS_ARE_ENCRYPTED, buckets_take_tls_only),
    row("2.2.6", CONTAINERS_HAVE_FEW_RIGHTS, AMBIGUOUS_REQUESTS_ARE_STOPPED),
    row(
        *("2.2.7", DATABASE_CONNECTIONS_ARE_ENCRYPTED, PAYMENTS_USE_HTTPS, buckets_take_tls_only),
        aws="the API and the console of AWS take TLS 1.2 or newer only",
    ),
)
