"""Every stage is partitioned by day and lane: some 1,500 partitions a year, never one per clip; enrolments by day."""

import dagster as dg

from greenroom.domain.briefs import Lane

FIRST_DAY = "2026-11-01"  # the project's first month; a backfill cannot reach behind it

by_day = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, end_offset=1)  # of enrolments: they have no lane

by_day_and_lane = dg.MultiPartitionsDefinition(
    {
        "day": dg.DailyPartitionsDefinition(start_date=FIRST_DAY, end_offset=1),  # today's partition exists today
        "lane": dg.StaticPartitionsDefinition([lane.value for lane in Lane]),
    }
)
