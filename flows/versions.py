"""Takes posts that are gone out of the Prefect UI: a version of a report that leads to one is deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import Artifact
from prefect.client.schemas.sorting import ArtifactSort

from flows.steps.kinds import keys
from reports.markdown import linked
from storage.live_links import live_links
from storage.withdrawals import VERSIONS, settle, withdrawal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from flows.wiring import Wiring

HISTORY = timedelta(days=14)
"""Where posts are gone, versions that are older than this go, too: so few are left that all can be read."""
_AT_A_TIME = 200


def forget_versions(wiring: Wiring, now: datetime) -> int:
    """Delete the versions of our reports that lead to posts that are gone; gives how many.

    Nothing is asked where no post has gone since this was last done to the end. Quotations without an address
    cannot be told apart, and stay for HISTORY.

    Args:
        wiring: everything.
        now: the present time.
    """
    with wiring.database.reading() as tx:
        mark = withdrawal(tx, VERSIONS)
    if mark is None:
        return 0
    with get_client(sync_client=True) as client:
        leads_to: dict[UUID, frozenset[str]] = {}
        doomed = []
        for version in _versions(client, keys(wiring.catalogue.brands)):
            if version.created is not None and version.created < now - HISTORY:
                doomed.append(version.id)
            else:
                leads_to[version.id] = linked(f"{version.description}\n{version.data}")
        every = frozenset[str]().union(*leads_to.values())
        with wiring.database.reading() as tx:
            gone = every - live_links(tx, every)
        doomed += [id_ for id_, found in leads_to.items() if found & gone]
        for id_ in doomed:
            client.delete_artifact(id_)
    with wiring.database.transaction() as tx:
        settle(tx, VERSIONS, mark)
    return len(doomed)


def _versions(client: SyncPrefectClient, keys: Sequence[str]) -> Iterator[Artifact]:
    ours = ArtifactFilter(key=ArtifactFilterKey(any_=list(keys)))
    start = 0
    while found := client.read_artifacts(
        artifact_filter=ours, sort=ArtifactSort.CREATED_DESC, limit=_AT_A_TIME, offset=start
    ):
        yield from found
        start += len(found)
