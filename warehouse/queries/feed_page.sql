-- Which clips does the feed show next? Newest first, those before ($before_at, $before_clip), at most $rows;
-- both NULL for the first page. Clips withdrawn when the snapshot was made are left out; later ones the ledger names.
WITH withdrawn AS (
    SELECT clip FROM publication_likenesses WHERE likeness IN (SELECT likeness FROM withdrawals)
),
page AS (
    SELECT clip, brief, recorded_at AS published_at, poster_sha256, file_sha256, captions_sha256
    FROM publications
    WHERE ($before_at IS NULL OR recorded_at < $before_at OR (recorded_at = $before_at AND clip < $before_clip))
      AND clip NOT IN (SELECT clip FROM withdrawn)
    ORDER BY recorded_at DESC, clip DESC
    LIMIT $rows
)
SELECT
    page.clip,
    page.published_at,
    briefs.prompt,
    accounts.name AS maker,
    briefs.parent,
    coalesce(briefs.language, 'en') AS language,
    takes.seconds,
    takes.width,
    takes.height,
    page.poster_sha256,
    page.file_sha256,
    page.captions_sha256,
    (
        SELECT coalesce(list({'handle': likenesses.handle, 'species': likenesses.species} ORDER BY used.position), [])
        FROM publication_likenesses AS used
        JOIN likenesses ON likenesses.id = used.likeness
        WHERE used.clip = page.clip
    ) AS likenesses
FROM page
JOIN briefs ON briefs.id = page.brief
JOIN accounts ON accounts.id = briefs.requester
JOIN takes ON takes.brief = page.brief
QUALIFY row_number() OVER (PARTITION BY page.clip ORDER BY takes.revision DESC) = 1
ORDER BY page.published_at DESC, page.clip DESC
