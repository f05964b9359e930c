"""Fixtures of the command line's tests."""
import os

import pytest
from cli_network import Network, own_domain, run

from support.processes import next_domain, release_domain


@pytest.fixture
def domain():
    domain = own_domain()
    yield domain
    if "RCLIO_TEST_DOMAIN" not in os.environ:
        release_domain(domain)


@pytest.fixture
def ros2(domain):
    """ros2("topic", "list") in a domain where nobody else is."""
    return lambda *arguments, **options: run(*arguments, domain=domain, **options)


@pytest.fixture(scope="session")
def session_network():
    made = Network(20, int(os.environ.get("RCLIO_TEST_DOMAIN", next_domain())))
    yield made
    made.nodes.kill()


@pytest.fixture(scope="module")  # fifty times a second it does on upstream what costs a fortieth of a processor: not while others are tested
def upstream_network(upstream):
    domain = next_domain()
    made = Network(20, domain, upstream=upstream)
    yield made
    made.nodes.kill()
    release_domain(domain)


@pytest.fixture(params=["rclio", "upstream"])
def either_network(request):
    """Of rclio's nodes, then of upstream's."""
    made = request.getfixturevalue("session_network" if request.param == "rclio" else "upstream_network")
    yield made
    made.end_started()


@pytest.fixture
def network(session_network):
    """The same for all tests; what a test starts in it ends with the test."""
    yield session_network
    session_network.end_started()
