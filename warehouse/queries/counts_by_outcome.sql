-- What did each gate say of the briefs of the days $since to $until (inclusive)? The last verdict of each gate counts.
WITH latest AS (
    SELECT briefs.day, briefs.lane, verdicts.gate, verdicts.outcome, verdicts.seconds
    FROM verdicts
    JOIN briefs ON briefs.id = verdicts.brief
    WHERE briefs.day BETWEEN $since AND $until
    QUALIFY row_number() OVER (
        PARTITION BY verdicts.brief, verdicts.gate ORDER BY verdicts.revision DESC, verdicts.id DESC
    ) = 1
)
SELECT day, lane, gate, outcome, count(*) AS briefs, median(seconds) AS median_seconds
FROM latest
GROUP BY day, lane, gate, outcome
ORDER BY day, lane, gate, outcome
