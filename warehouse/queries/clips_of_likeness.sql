-- Where is the likeness with the handle $handle used? Newest first, at most $rows; its own clips and remixes of them.
SELECT
    used.clip,
    used.recorded_at AS published_at,
    accounts.name AS maker,
    briefs.prompt,
    briefs.parent,
    consents.id AS consent,
    consents.version AS consent_version,
    list_contains(briefs.likenesses::VARCHAR[], likenesses.handle) AS in_clip,
    used.likeness IN (SELECT likeness FROM withdrawals) AS withdrawn,
    used.clip IN (SELECT clip FROM removals) AS removed
FROM uses AS used
JOIN likenesses ON likenesses.id = used.likeness
JOIN publications ON publications.clip = used.clip
JOIN briefs ON briefs.id = publications.brief
JOIN accounts ON accounts.id = briefs.requester
LEFT JOIN consents ON consents.id = used.consent
WHERE used.likeness IN (SELECT id FROM likenesses WHERE handle = $handle)
ORDER BY used.recorded_at DESC, used.clip DESC
LIMIT $rows
