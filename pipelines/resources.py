"""What Dagster hands to the assets: the installation, opened for the length of a run."""

from collections.abc import Iterator
from contextlib import nullcontext

import dagster as dg

from greenroom.settings import Settings
from ops.studio import Studio, open_studio
from pipelines.liveness import alive
from warehouse.validation import Validator


@dg.resource(description="The installation: settings, ledger, store, keys and policy, opened for one run.")
def studio_resource(context: dg.InitResourceContext) -> Iterator[Studio]:
    settings = Settings.load()
    run = context.run
    with alive(settings, run.run_id) if run else nullcontext(), open_studio(settings) as studio:
        yield studio


@dg.resource(
    description="Great Expectations in a process of its own, started with the run: it imports while others work."
)
def validator_resource(context: dg.InitResourceContext) -> Iterator[Validator]:
    with Validator() as validator:
        yield validator
