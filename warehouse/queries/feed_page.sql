-- Which clips does the feed show next? Newest first, those before ($before_at, $before_clip), at most $rows;
-- both NULL for the first page. Withdrawn clips are among them: whether a clip may be seen is asked of the ledger.
WITH page AS (
    SELECT clip, brief, recorded_at AS published_at
    FROM publications
    WHERE $before_at IS NULL OR (recorded_at <= $before_at AND (recorded_at < $before_at OR clip < $before_clip))
    ORDER BY recorded_at DESC, clip DESC
    LIMIT $rows
),
cast_of AS (
    SELECT
        used.clip,
        list({'handle': likenesses.handle, 'species': likenesses.species} ORDER BY used.position) AS likenesses
    FROM page
    -- a publication and what it rests on are written at the same moment, by which both are sorted
    JOIN publication_likenesses AS used ON used.recorded_at = page.published_at AND used.clip = page.clip
    JOIN likenesses ON likenesses.id = used.likeness
    GROUP BY used.clip
),
again AS (
    -- the newest file of those that were marked again
    SELECT remarkings.*
    FROM page
    JOIN remarkings ON remarkings.clip = page.clip
    QUALIFY row_number() OVER (PARTITION BY remarkings.clip ORDER BY remarkings.revision DESC) = 1
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
    coalesce(again.poster_sha256, shown.poster_sha256) AS poster_sha256,
    coalesce(again.file_sha256, shown.file_sha256) AS file_sha256,
    coalesce(again.captions_sha256, shown.captions_sha256) AS captions_sha256,
    coalesce(cast_of.likenesses, []) AS likenesses
FROM page
JOIN publications AS shown ON shown.recorded_at = page.published_at AND shown.clip = page.clip
JOIN briefs ON briefs.id = page.brief
JOIN accounts ON accounts.id = briefs.requester
JOIN takes ON takes.brief = page.brief
LEFT JOIN cast_of ON cast_of.clip = page.clip
LEFT JOIN again ON again.clip = page.clip
QUALIFY row_number() OVER (PARTITION BY page.clip ORDER BY takes.revision DESC) = 1
ORDER BY page.published_at DESC, page.clip DESC
