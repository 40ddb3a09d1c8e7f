-- How many briefs of the days $since to $until (inclusive) are published, removed, withdrawn, denied, held or pending, by lane?
WITH latest AS (
    SELECT verdicts.brief, verdicts.outcome
    FROM verdicts
    JOIN briefs ON briefs.id = verdicts.brief
    WHERE briefs.day BETWEEN $since AND $until
    QUALIFY row_number() OVER (
        PARTITION BY verdicts.brief, verdicts.gate ORDER BY verdicts.revision DESC, verdicts.id DESC
    ) = 1
),
judged AS (
    SELECT brief, bool_or(outcome = 'deny') AS denied, bool_or(outcome = 'hold') AS held FROM latest GROUP BY brief
),
withdrawn AS (
    SELECT DISTINCT clip FROM publication_likenesses WHERE likeness IN (SELECT likeness FROM withdrawals)
),
stated AS (
    SELECT
        briefs.day,
        briefs.lane,
        CASE
            WHEN removals.clip IS NOT NULL THEN 'removed'
            WHEN withdrawn.clip IS NOT NULL THEN 'withdrawn'
            WHEN publications.clip IS NOT NULL THEN 'published'
            WHEN judged.denied THEN 'denied'
            WHEN judged.held THEN 'held'
            ELSE 'pending'
        END AS status
    FROM briefs
    LEFT JOIN judged ON judged.brief = briefs.id
    LEFT JOIN publications ON publications.brief = briefs.id
    LEFT JOIN withdrawn ON withdrawn.clip = publications.clip
    LEFT JOIN clips ON clips.brief = briefs.id
    LEFT JOIN removals ON removals.clip = clips.id
    WHERE briefs.day BETWEEN $since AND $until
)
SELECT day, lane, status, count(*) AS briefs FROM stated GROUP BY day, lane, status ORDER BY day, lane, status
