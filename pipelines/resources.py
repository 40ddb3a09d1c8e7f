"""What Dagster hands to the assets: the installation, opened for the length of a run."""

from collections.abc import Iterator

import dagster as dg

from greenroom.settings import Settings
from ops.studio import Studio, open_studio


@dg.resource(description="The installation: settings, ledger, store, keys and policy, opened for one run.")
def studio_resource(context: dg.InitResourceContext) -> Iterator[Studio]:
    with open_studio(Settings.load()) as studio:
        yield studio
