-- Which published clips lack something they must rest on? One row for each clip and fact; no rows: no gap.
WITH named AS (
    SELECT clip, brief, unnest(verdicts::VARCHAR[]) AS verdict FROM publications
),
judged AS (
    SELECT named.clip, named.brief, named.verdict, verdicts.id, verdicts.brief AS judged_brief, verdicts.gate,
           verdicts.outcome
    FROM named
    LEFT JOIN verdicts ON verdicts.id = named.verdict
),
allowed AS (
    SELECT clip, list(DISTINCT gate) AS gates FROM judged
    WHERE outcome = 'allow' AND judged_brief = brief
    GROUP BY clip
),
asked AS (
    SELECT publications.clip, unnest(briefs.likenesses::VARCHAR[]) AS handle
    FROM publications
    JOIN briefs ON briefs.id = publications.brief
),
found AS (
    SELECT publications.clip, 'no verdict of gate ' || gate.number || ' allows it' AS fact
    FROM publications
    CROSS JOIN range(1, 9) AS gate(number)
    LEFT JOIN allowed USING (clip)
    WHERE NOT coalesce(list_contains(allowed.gates, gate.number), false)
    UNION ALL
    SELECT clip, 'it rests on the verdict ' || verdict || ', which is not there' FROM judged WHERE id IS NULL
    UNION ALL
    SELECT clip, 'it rests on the verdict ' || verdict || ' of the brief ' || judged_brief
    FROM judged
    WHERE judged_brief <> brief
    UNION ALL
    SELECT clip, 'it rests on the verdict ' || verdict || ', whose outcome is ' || outcome
    FROM judged
    WHERE outcome <> 'allow'
    UNION ALL
    SELECT asked.clip, 'no consent to @' || asked.handle || ' is among those it rests on'
    FROM asked
    LEFT JOIN (
        SELECT publication_likenesses.clip, likenesses.handle
        FROM publication_likenesses
        JOIN likenesses ON likenesses.id = publication_likenesses.likeness
    ) AS rested USING (clip, handle)
    WHERE rested.clip IS NULL
    UNION ALL
    SELECT rested.clip, 'it rests on the consent ' || rested.consent || ', which is not one to ' || rested.likeness
    FROM publication_likenesses AS rested
    LEFT JOIN consents ON consents.id = rested.consent AND consents.likeness = rested.likeness
    WHERE consents.id IS NULL
    UNION ALL
    SELECT rested.clip, 'the consent ' || rested.consent || ' had expired when it was published'
    FROM publication_likenesses AS rested
    JOIN consents ON consents.id = rested.consent
    WHERE consents.expires_at <= rested.recorded_at
    UNION ALL
    -- a remix rests on all that its parent rests on
    SELECT publications.clip, 'its parent ' || briefs.parent || ' rests on ' || inherited.likeness || ', it does not'
    FROM publications
    JOIN briefs ON briefs.id = publications.brief
    JOIN publication_likenesses AS inherited ON inherited.clip = briefs.parent
    LEFT JOIN publication_likenesses AS own
        ON own.clip = publications.clip AND own.likeness = inherited.likeness
    WHERE own.clip IS NULL
    UNION ALL
    SELECT publications.clip, 'leaf ' || publications.leaf || ' of the log is not there, or no publication'
    FROM publications
    LEFT JOIN log_leaves ON log_leaves.index = publications.leaf AND log_leaves.kind = 'publication'
    WHERE log_leaves.index IS NULL
    UNION ALL
    SELECT remarkings.clip, 'it was marked again on the verdict ' || remarkings.verdict || ', which does not allow it'
    FROM remarkings
    LEFT JOIN verdicts ON verdicts.id = remarkings.verdict
    WHERE verdicts.id IS NULL OR verdicts.outcome <> 'allow' OR verdicts.gate <> 7
        OR verdicts.brief <> remarkings.brief
    UNION ALL
    SELECT remarkings.clip, 'leaf ' || remarkings.leaf || ' of the log is not there, or no remarking'
    FROM remarkings
    LEFT JOIN log_leaves ON log_leaves.index = remarkings.leaf AND log_leaves.kind = 'remarking'
    WHERE log_leaves.index IS NULL
    UNION ALL
    SELECT publications.clip, 'it has no take' FROM publications WHERE brief NOT IN (SELECT brief FROM takes)
    UNION ALL
    SELECT publications.clip, 'it has no marks' FROM publications WHERE brief NOT IN (SELECT brief FROM marks)
)
SELECT DISTINCT clip, fact FROM found ORDER BY clip, fact
